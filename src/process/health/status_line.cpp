#include "health/status_line.h"

#include <string_view>

namespace paddock::process {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `HTTP/1.1 200 OK`, the reason being optional.
std::optional<int> status_of(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || !is_digit(line[7]) || line[8] != ' ') return {};
  if (!is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11])) return {};
  if (line.size() > 12 && line[12] != ' ') return {};
  return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

}  // namespace

HeadSoFar read_status(const std::string& bytes) {
  std::string_view rest(bytes);
  for (;;) {
    const std::size_t line_end = rest.find('\n');
    if (line_end == std::string_view::npos) return {};
    const std::optional<int> status = status_of(rest.substr(0, line_end));
    if (!status) return {.broken = true, .status = {}};
    if (*status >= 200) return {.broken = false, .status = status};
    const std::size_t head_end = rest.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return {};
    rest.remove_prefix(head_end + 4);
  }
}

}  // namespace paddock::process
