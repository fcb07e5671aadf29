// Real loopback connections on an io_context that the test drives, never longer than a deadline.
//
// The near end is an Asio socket for the code under test; the far end is the test's own hand, a plain
// descriptor that never blocks.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/use_future.hpp>

#include "net.h"
#include "paddock/base/clock.h"
#include "paddock/base/unique_fd.h"

namespace paddock::http::test {

inline constexpr auto kDeadline = std::chrono::seconds(10);

// Runs handlers until `done()`; false if the deadline came first.
template <class Done>
bool run_until(asio::io_context& context, Done done) {
  const auto guard = asio::make_work_guard(context);
  const TimePoint deadline = steady_now() + kDeadline;
  while (!done()) {
    if (steady_now() >= deadline) return false;
    // Not every change wakes the context; what the kernel holds is looked at again soon.
    context.restart();
    context.run_one_for(std::chrono::milliseconds(1));
  }
  return true;
}

// Lets all happen that is about to, where what is to be seen is that something does not.
inline void settle(asio::io_context& context) {
  for (int i = 0; i < 100; ++i) context.poll();
}

// Runs a coroutine to its end, or until the deadline; then the result is a default one and the test fails.
template <class T>
std::future<T> begin(asio::io_context& context, Task<T> task) {
  return asio::co_spawn(context, std::move(task), asio::use_future);
}

template <class T>
bool is_ready(const std::future<T>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

class FarEnd {
 public:
  explicit FarEnd(int fd) : fd_(fd) {}

  bool send(std::string_view text) {
    return ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(text.size());
  }
  void finish() { ::shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_ = UniqueFd(); }
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  // What has come so far.
  const std::string& received() {
    char piece[4096];
    ssize_t got = 0;
    while ((got = ::recv(fd_.get(), piece, sizeof piece, MSG_DONTWAIT)) > 0) text_.append(piece, got);
    ended_ = ended_ || got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    return text_;
  }
  // True once the near end has closed or reset the connection.
  bool ended() { return received(), ended_; }

 private:
  UniqueFd fd_;
  std::string text_;
  bool ended_ = false;
};

struct Pair {
  Socket near;
  FarEnd far;
};

inline Pair connect_pair(asio::io_context& context) {
  asio::basic_socket_acceptor<tcp, Executor> acceptor(context,
                                                      tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  Socket far(context);
  far.connect(acceptor.local_endpoint());
  Socket near = acceptor.accept();
  return {std::move(near), FarEnd(far.release())};
}

}  // namespace paddock::http::test
