// Event wakes one coroutine. set() before wait() is remembered; wait() takes the mark away.
//
// Not a condition variable: one waiter at a time, and everything happens on the worker's thread. set() runs
// the waiter before it returns, so it must be the caller's last act; other threads post a call to it.
// Destroying an Event with a waiter destroys the waiting coroutine, from a handler that it posts.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>

#include "net.h"

namespace paddock::http {

class Event {
 public:
  void set() {
    if (!handler_) {
      set_ = true;
      return;
    }
    auto handler = std::move(*handler_);
    handler_.reset();
    handler();
  }

  void clear() { set_ = false; }

  Task<void> wait() {
    if (set_) {
      set_ = false;
      co_return;
    }
    const Token token;
    auto keep = [this](auto&& handler) { handler_.emplace(std::move(handler)); };
    co_await asio::async_initiate<const Token, void()>(keep, token);
  }

 private:
  using Token = asio::use_awaitable_t<Executor>;
  using WaitHandler = asio::async_result<Token, void()>::handler_type;

  std::optional<WaitHandler> handler_;
  bool set_ = false;
};

}  // namespace paddock::http
