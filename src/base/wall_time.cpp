#include "paddock/base/wall_time.h"

#include <cstdio>
#include <ctime>

namespace paddock {

std::string rfc3339(WallTime time) {
  using namespace std::chrono;
  const auto ms = floor<milliseconds>(time.time_since_epoch());
  const auto whole = floor<seconds>(ms);
  const std::time_t seconds_since_epoch = whole.count();
  std::tm utc{};
  gmtime_r(&seconds_since_epoch, &utc);
  char date[32];
  const auto length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>((ms - whole).count()));
  return std::string(date, length) + fraction;
}

}  // namespace paddock
