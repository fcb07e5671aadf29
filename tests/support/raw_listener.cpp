#include "tests/support/raw_listener.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>

namespace paddock::test {

RawListener::RawListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  const int on = 1;
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&where), size) != 0)
    throw std::runtime_error("listener: no port");
  ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&where), &size);
  port_ = ntohs(where.sin_port);
}

void RawListener::listen() {
  if (::listen(fd_.get(), 64) != 0) throw std::runtime_error("listener: cannot listen");
}

RawClient RawListener::accept(Millis time) {
  const Deadline deadline(time);
  pollfd wait{fd_.get(), POLLIN, 0};
  if (::poll(&wait, 1, deadline.left_ms()) <= 0) throw std::runtime_error("listener: nobody connects");
  UniqueFd accepted(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const int on = 1;
  ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return RawClient(std::move(accepted));
}

std::string RawListener::model_lines() const {
  return "proxy: \"http://127.0.0.1:" + std::to_string(port_) + "\"\ncheckEndpoint: none";
}

}  // namespace paddock::test
