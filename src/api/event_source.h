// EventSource: what one client of GET /api/events/v2 is sent.
#pragma once

#include <functional>
#include <string>

#include "paddock/base/clock.h"
#include "paddock/feed/feed.h"
#include "paddock/http/handler.h"

namespace paddock::api {

// When a stream that has nothing to say is to give a sign of life, so that no proxy takes it for dead.
class SignOfLife {
 public:
  using Now = TimePoint (*)();
  explicit SignOfLife(Now now) : now_(now) {}

  void said() { last_ = now_(); }
  // A comment, if one is due; the first time, it always is.
  bool add_to(std::string& out);

 private:
  Now now_;
  TimePoint last_{};
};

class EventSource final : public http::ByteSource {
 public:
  // `seen`: the id of what the client has seen; may be anything.
  EventSource(const feed::Feed& feed, std::string seen, SignOfLife::Now now = steady_now)
      : watcher_(feed, std::move(seen)), life_(now) {}

  void start(std::function<void()> wake) override { watcher_.start(std::move(wake)); }
  Pull pull(std::string& out) override;

 private:
  feed::Watcher watcher_;
  SignOfLife life_;
};

}  // namespace paddock::api
