#include "after_time.h"

#include <algorithm>
#include <string>

#include "paddock/base/words.h"

namespace paddock::api {

namespace {

using std::chrono::seconds;

// Takes what it reads from the front.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int most) {
    const std::string_view word = rest_.substr(0, digits);
    const bool is_plain =
        word.size() == digits && word.find_first_not_of("0123456789") == std::string_view::npos;
    const int value = is_plain ? whole_number<int>(word).value_or(-1) : -1;
    ok_ = ok_ && value >= 0 && value <= most;
    rest_.remove_prefix(word.size());
    return value;
  }
  char one_of(std::string_view characters) {
    const char found = rest_.empty() ? '\0' : rest_.front();
    ok_ = ok_ && found != '\0' && characters.find(found) != std::string_view::npos;
    if (!rest_.empty()) rest_.remove_prefix(1);
    return found;
  }
  // Nanoseconds; further digits are dropped.
  std::int64_t fraction() {
    if (!rest_.starts_with('.')) return 0;
    rest_.remove_prefix(1);
    std::string digits(rest_.substr(0, rest_.find_first_not_of("0123456789")));
    ok_ = ok_ && !digits.empty();
    rest_.remove_prefix(digits.size());
    digits.resize(9, '0');
    return whole_number<std::int64_t>(digits).value_or(0);
  }
  bool is_done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
  using namespace std::chrono;
  Scan scan(text);
  const year y(scan.number(4, 9999));
  scan.one_of("-");
  const month m(static_cast<unsigned>(scan.number(2, 12)));
  scan.one_of("-");
  const day d(static_cast<unsigned>(scan.number(2, 31)));
  scan.one_of("Tt ");
  seconds time = hours(scan.number(2, 23));
  scan.one_of(":");
  time += minutes(scan.number(2, 59));
  scan.one_of(":");
  time += seconds(scan.number(2, 60));  // a leap second
  const nanoseconds fraction(scan.fraction());
  const char zone = scan.one_of("Zz+- ");
  if (zone != 'Z' && zone != 'z') {
    seconds offset = hours(scan.number(2, 23));
    scan.one_of(":");
    offset += minutes(scan.number(2, 59));
    time += zone == '-' ? offset : -offset;
  }
  if (!scan.is_done() || !year_month_day(y, m, d).ok()) return std::nullopt;
  const seconds since = sys_days(y / m / d).time_since_epoch() + time;
  using Clock = system_clock;
  const auto least = ceil<seconds>(Clock::time_point::min().time_since_epoch()) + seconds(1);
  const auto most = floor<seconds>(Clock::time_point::max().time_since_epoch()) - seconds(1);
  return Clock::time_point(duration_cast<Clock::duration>(std::clamp(since, least, most)) +
                           duration_cast<Clock::duration>(fraction));
}

}  // namespace paddock::api
