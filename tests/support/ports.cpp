#include "tests/support/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include "paddock/base/unique_fd.h"

namespace paddock::test {
namespace {

constexpr int kFirst = 10'000;
constexpr int kBlock = 20;
constexpr int kHandedOut = 10;
constexpr int kBlocks = 1100;

// A name in the abstract namespace is a lock that the kernel lets go of with its process.
UniqueFd lock(int block) {
  UniqueFd held(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = "paddock-test-ports-" + std::to_string(block);
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(held.get(), reinterpret_cast<sockaddr*>(&name), size) != 0) held.reset();
  return held;
}

// Not without SO_REUSEADDR where the kernel still holds a closed connection, for a minute.
bool is_free(int port) {
  const UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(static_cast<in_port_t>(port));
  return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool has_rested(int first) {
  for (int port = first; port < first + kBlock; ++port) {
    if (!is_free(port)) return false;
  }
  return true;
}

int lock_any() {
  const int begin = ::getpid() * 37 % kBlocks;
  for (int i = 0; i < kBlocks; ++i) {
    const int block = (begin + i) % kBlocks;
    UniqueFd held = lock(block);
    if (!held || !has_rested(kFirst + block * kBlock)) continue;
    held.release();  // until this process ends
    return kFirst + block * kBlock;
  }
  throw std::runtime_error(
      "every block of test ports is held by another test process, or was used a moment ago");
}

}  // namespace

int own_ports() {
  static int begin = lock_any();
  static int handed_out = 0;
  if (handed_out == kHandedOut) {
    begin = lock_any();
    handed_out = 0;
  }
  return begin + handed_out++;
}

}  // namespace paddock::test
