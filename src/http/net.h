// The socket, coroutine and token types of the data path. Concrete executors on purpose: a type-erased one
// costs an allocation and an indirect call per operation.
#pragma once

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paddock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
// co_await op(..., kToken) gives a tuple whose first element is the error_code; nothing throws.
inline constexpr auto kToken = asio::as_tuple(asio::use_awaitable_t<Executor>{});

// Ends the connection with a TCP reset, so that the peer cannot take what it got for a whole answer.
inline void close_with_reset(Socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

inline void close_quietly(Socket& socket) {
  error_code ignored;
  socket.close(ignored);
}

}  // namespace paddock::http
