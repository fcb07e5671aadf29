#include "source.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "report.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{5} << 20;
// yaml-cpp keeps the tokens of a whole line, at a hundred bytes each, before it gives out the first.
constexpr std::size_t kMaxLine = std::size_t{256} << 10;

std::string_view without_marks(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  while (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  return text;
}

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

// Length of the UTF-8 sequence that starts here; 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = byte_at(text, at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

std::optional<std::size_t> find_long_line(std::string_view text) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (end - from > kMaxLine) return from;
    from = end + 1;
  }
  return std::nullopt;
}

const char* control_trouble(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '\0') return "the file holds a NUL byte";
  if (c == '\r') {
    const bool line_end = at + 1 < text.size() && text[at + 1] == '\n';
    return line_end ? nullptr : "a carriage return without a line feed";
  }
  if (c == '\t' || c == '\n') return nullptr;
  return byte_at(text, at) < 0x20 || c == 0x7F ? "a control byte, which YAML does not allow" : nullptr;
}

}  // namespace

Source::Source(std::string_view text) : text_(without_marks(text)), line_starts_{0} {
  for (std::size_t at = 0; (at = text_.find('\n', at)) != std::string_view::npos;)
    line_starts_.push_back(++at);
}

SourcePos Source::pos(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = after - line_starts_.begin();
  return {static_cast<int>(line), static_cast<int>(offset - *(after - 1)) + 1};
}

bool is_readable(const Source& source, Report& report) {
  const std::string_view text = source.text();
  if (text.size() > kMaxBytes) {
    report.error({}, "the file is larger than 5 MiB");
    return false;
  }
  if (const std::optional<std::size_t> line = find_long_line(text)) {
    report.error(source.pos(*line), "the line is longer than 256 KiB");
    return false;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    const char* trouble = length == 0 ? "not valid UTF-8" : control_trouble(text, at);
    if (trouble != nullptr) {
      report.error(source.pos(at), trouble);
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace paddock::config
