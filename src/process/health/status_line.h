// Finds the status of an HTTP/1.x answer in the bytes that came so far. Pure.
#pragma once

#include <optional>
#include <string>

namespace paddock::process {

struct HeadSoFar {
  bool broken = false;        // this is not HTTP
  std::optional<int> status;  // the final one; interim answers (1xx) are skipped
};

HeadSoFar read_status(const std::string& bytes);

}  // namespace paddock::process
