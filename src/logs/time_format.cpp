#include "paddock/logs/time_format.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iterator>

namespace paddock::logs {

namespace {

using std::chrono::nanoseconds;

struct Format {
  std::string_view name;
  const char* time;         // strftime's
  int digits = 0;           // of the fraction behind it; -1: as many as there are
  bool colon_zone = false;  // `+02:00` or `Z` at the end
};

constexpr Format kFormats[] = {
    {"ansic", "%a %b %e %H:%M:%S %Y"},
    {"unixdate", "%a %b %e %H:%M:%S %Z %Y"},
    {"rubydate", "%a %b %d %H:%M:%S %z %Y"},
    {"rfc822", "%d %b %y %H:%M %Z"},
    {"rfc822z", "%d %b %y %H:%M %z"},
    {"rfc850", "%A, %d-%b-%y %H:%M:%S %Z"},
    {"rfc1123", "%a, %d %b %Y %H:%M:%S %Z"},
    {"rfc1123z", "%a, %d %b %Y %H:%M:%S %z"},
    {"rfc3339", "%Y-%m-%dT%H:%M:%S", 0, true},
    {"rfc3339nano", "%Y-%m-%dT%H:%M:%S", -1, true},
    {"kitchen", "%I:%M%p"},
    {"stamp", "%b %e %H:%M:%S"},
    {"stampmilli", "%b %e %H:%M:%S", 3},
    {"stampmicro", "%b %e %H:%M:%S", 6},
    {"stampnano", "%b %e %H:%M:%S", 9},
};

std::string fraction(nanoseconds part, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, ".%09d", static_cast<int>(part.count()));
  std::string out = text;
  if (digits >= 0) return digits == 0 ? "" : out.substr(0, 1 + static_cast<std::size_t>(digits));
  while (out.back() == '0') out.pop_back();
  return out == "." ? "" : out;
}

std::string put(const char* format, const std::tm& time) {
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &time)};
}

std::string colon_zone(const std::tm& time) {
  if (time.tm_gmtoff == 0) return "Z";
  std::string zone = put("%z", time);
  return zone.insert(3, ":");
}

}  // namespace

std::string format_time(WallTime time, std::string_view name) {
  const auto format = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [name](const Format& one) { return one.name == name; });
  if (format == std::end(kFormats)) return {};
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t seconds = whole.time_since_epoch().count();
  std::tm local{};
  localtime_r(&seconds, &local);
  std::string out = put(format->time, local);
  if (name == "kitchen" && out.front() == '0') out.erase(0, 1);
  out += fraction(std::chrono::duration_cast<nanoseconds>(time - whole), format->digits);
  if (format->colon_zone) out += colon_zone(local);
  return out;
}

}  // namespace paddock::logs
