#include "paddock/base/read_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "paddock/base/unique_fd.h"

namespace paddock {

std::optional<std::string> read_text(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  char block[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got == 0) return text;
    if (got > 0) {
      text.append(block, static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      return std::nullopt;
    }
  }
}

}  // namespace paddock
