#include "text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <numeric>

#include "paddock/base/words.h"

namespace paddock::commands {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The first of a text that is not empty. What is no UTF-8 is one byte.
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80) return {};
    code = (code << 6U) | (byte & 0x3fU);
  }
  const bool too_long = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  if (too_long || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, bytes, true};
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

// They would show what follows, or what stands before, in another order or on another line.
bool is_turning(char32_t code) {
  return code == 0x61c || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

std::string escaped(char32_t code) {
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(code));
  return text;
}

std::string harmless(std::string_view text, std::string_view allowed) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character one = first_of(text);
    const bool plain = allowed.find(text[0]) != std::string_view::npos;
    if (!one.valid || is_turning(one.code)) {
      out += kReplacement;
    } else if (is_control(one.code) && !plain) {
      out += escaped(one.code);
    } else {
      out += text.substr(0, one.bytes);
    }
    text.remove_prefix(one.bytes);
  }
  return out;
}

std::size_t columns_of(char32_t code) {
  const bool none = (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d) ||
                    (code >= 0xfe00 && code <= 0xfe0f);
  const bool two = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                   (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                   (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                   (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1f64f) ||
                   (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd);
  return none ? 0 : two ? 2 : 1;
}

std::string one_decimal(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", std::isfinite(value) ? std::clamp(value, -1e12, 1e12) : 0.0);
  return text;
}

std::string two_units(long long amount, long long of, const char* large, const char* small) {
  const long long rest = amount % of;
  const std::string text = std::to_string(amount / of) + large;
  return rest == 0 ? text : text + " " + std::to_string(rest) + small;
}

// Takes a column from the widest until all fit.
void narrow(std::vector<std::size_t>& widths, std::size_t width) {
  const std::size_t gaps = 2 * (widths.size() - 1);
  auto all = std::accumulate(widths.begin(), widths.end(), gaps);
  for (; all > width; --all) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= 1) return;
    --*widest;
  }
}

std::string line_of(const Row& row, const std::vector<Column>& head, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const std::string cell = cut(row[i], widths[i]);
    const std::string fill(widths[i] - columns(cell), ' ');
    line += (i == 0 ? "" : "  ") + (head[i].right ? fill + cell : cell + fill);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string shown(std::string_view text) { return harmless(text, ""); }

std::string shown_lines(std::string_view text) { return harmless(text, "\n\t"); }

std::string gib(double bytes) { return one_decimal(bytes / (1 << 30)) + " GiB"; }

std::string span(double seconds) {
  if (!(seconds > 0)) return "0 s";
  if (seconds < 9.995) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", seconds);
    return text;
  }
  const auto whole = static_cast<long long>(std::min(seconds, 1e12));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return two_units(whole, 60, " min", " s");
  if (whole < 86400) return two_units(whole / 60, 60, " h", " min");
  return two_units(whole / 3600, 24, " d", " h");
}

std::string speed(std::optional<double> per_second) { return per_second ? one_decimal(*per_second) : "-"; }

std::optional<WallTime> time_in(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t from, std::size_t size) {
    return *whole_number<int>(text.substr(from, size));
  };
  const year_month_day day{year{part(0, 4)}, month(part(5, 2)), std::chrono::day(part(8, 2))};
  // Farther years do not fit into the nanoseconds of the system's clock.
  if (!day.ok() || day.year() < year{1970} || day.year() > year{2200}) return std::nullopt;
  return sys_days(day) + hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2)) +
         milliseconds(part(20, 3));
}

std::string local_time(WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - whole).count();
  std::snprintf(text + size, sizeof text - size, ".%03d", static_cast<int>(rest));
  return text;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const Character one = first_of(text);
    sum += columns_of(one.code);
    text.remove_prefix(one.bytes);
  }
  return sum;
}

std::string cut(const std::string& text, std::size_t width) {
  if (columns(text) <= width) return text;
  std::string_view rest = text;
  std::size_t used = 1;  // by the mark
  while (!rest.empty()) {
    const Character one = first_of(rest);
    used += columns_of(one.code);
    if (used > width) break;
    rest.remove_prefix(one.bytes);
  }
  return width == 0 ? "" : text.substr(0, text.size() - rest.size()).append(kEllipsis);
}

std::string table(const std::vector<Column>& head, const std::vector<Row>& rows,
                  std::optional<std::size_t> width) {
  Row titles;
  for (const Column& column : head) titles.emplace_back(column.title);
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < head.size(); ++i) {
    widths.push_back(columns(titles[i]));
    for (const Row& row : rows) widths[i] = std::max(widths[i], columns(row[i]));
  }
  if (width) narrow(widths, *width);
  std::string text = line_of(titles, head, widths);
  for (const Row& row : rows) text += line_of(row, head, widths);
  return text;
}

}  // namespace paddock::commands
