#include "acquire.h"

#include <boost/asio/post.hpp>

namespace paddock::http {

void Place::granted(router::Lease lease) noexcept {
  asio::post(worker_, [self = shared_from_this(), lease = std::move(lease)]() mutable {
    self->lease_ = std::move(lease);
    self->answer();
  });
}

void Place::rejected(router::RouteError error) noexcept {
  asio::post(worker_, [self = shared_from_this(), error = std::move(error)]() mutable {
    self->error_ = std::move(error);
    self->answer();
  });
}

void Place::answer() {
  answered_ = true;
  news_.set();
}

Task<void> Place::wait() {
  while (!answered_) co_await news_.wait();
}

Task<void> Place::wait_until(TimePoint due) {
  Timer alarm(worker_);
  alarm.expires_at(due);
  alarm.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->news_.set();
  });
  while (!answered_ && steady_now() < due) co_await news_.wait();
}

Task<Standing> Place::ask_standing(router::Router& router, TicketId ticket) {
  standing_.reset();
  router.queue([self = shared_from_this(), ticket](const router::Queue& queue) {
    asio::post(self->worker_, [self, standing = standing_of(queue, ticket)] {
      self->standing_ = standing;
      self->news_.set();
    });
  });
  while (!standing_ && !answered_) co_await news_.wait();
  co_return standing_.value_or(Standing());
}

}  // namespace paddock::http
