#include "acquire.h"

#include <boost/asio/post.hpp>

namespace paddock::http {

void Place::granted(router::Lease lease) noexcept {
  asio::post(worker_, [self = shared_from_this(), lease = std::move(lease)]() mutable {
    self->lease_ = std::move(lease);
    self->answered_.set();
  });
}

void Place::rejected(router::RouteError error) noexcept {
  asio::post(worker_, [self = shared_from_this(), error = std::move(error)]() mutable {
    self->error_ = std::move(error);
    self->answered_.set();
  });
}

}  // namespace paddock::http
