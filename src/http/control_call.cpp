#include "control_call.h"

#include <boost/asio/post.hpp>

namespace paddock::http {

void ControlCall::reply(Reply reply) noexcept { arrive(std::move(reply), nullptr); }

void ControlCall::stream(Reply head, std::unique_ptr<ByteSource> source) noexcept {
  arrive(std::move(head), std::move(source));
}

void ControlCall::arrive(Reply reply, std::unique_ptr<ByteSource> source) noexcept {
  asio::post(worker_,
             [self = shared_from_this(), reply = std::move(reply), source = std::move(source)]() mutable {
               self->reply_ = std::move(reply);
               self->source_ = std::move(source);
               self->news_.set();
             });
}

void ControlCall::start_source() {
  source_->start([weak = weak_from_this(), woken = woken_, &worker = worker_] {
    *woken = true;
    asio::post(worker, [weak] {
      if (const auto self = weak.lock()) self->news_.set();
    });
  });
}

ByteSource::Pull ControlCall::pull(std::string& out) {
  *woken_ = false;
  return source_->pull(out);
}

// Posted, as the session may end by it.
void ControlCall::tick(TimePoint now) {
  if (!due(now)) return;
  asio::post(worker_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->news_.set();
  });
}

}  // namespace paddock::http
