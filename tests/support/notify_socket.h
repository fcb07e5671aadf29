// NotifySocket: the socket of a service manager at an address as NOTIFY_SOCKET has it, a path or @NAME. A
// path stays when the object goes; it lies in the test's folder. One thread owns it.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "paddock/base/unique_fd.h"
#include "tests/support/wait.h"

namespace paddock::test {

class NotifySocket {
 public:
  explicit NotifySocket(const std::string& address)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::copy(address.begin(), address.end(), name.sun_path);
    const bool abstract = address.front() == '@';
    if (abstract) name.sun_path[0] = '\0';
    const std::size_t size = offsetof(sockaddr_un, sun_path) + address.size() + (abstract ? 0 : 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name), static_cast<socklen_t>(size)),
              0);
  }

  // What was told, one message at a time; empty if nothing comes.
  std::string heard(Millis limit = kPatience) const {
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1) return {};
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return size < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  UniqueFd socket_;
};

}  // namespace paddock::test
