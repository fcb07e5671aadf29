#include "paddock/process/limits.h"

#include <optional>

#include "os/file_limit.h"

namespace paddock::process {

namespace {

std::optional<rlimit>& remembered() {
  static std::optional<rlimit> limit;
  return limit;
}

}  // namespace

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (!remembered()) remembered() = limit;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

rlimit child_file_limit() {
  if (remembered()) return *remembered();
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

}  // namespace paddock::process
