#include "tests/support/ports.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace paddock::test {
namespace {

constexpr int kFirst = 10'000;
constexpr int kBlock = 20;
constexpr int kHandedOut = 10;
constexpr int kBlocks = 1100;

// A name in the abstract namespace is a lock that the kernel lets go of with its process.
bool lock(int block) {
  const int held = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = "paddock-test-ports-" + std::to_string(block);
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(held, reinterpret_cast<sockaddr*>(&name), size) == 0) return true;
  ::close(held);
  return false;
}

int lock_any() {
  // Neighbours start far apart, so that a block rests for a while before it is used again.
  const int begin = ::getpid() * 37 % kBlocks;
  for (int i = 0; i < kBlocks; ++i) {
    const int block = (begin + i) % kBlocks;
    if (lock(block)) return kFirst + block * kBlock;
  }
  throw std::runtime_error("every block of test ports is held by another test process");
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
