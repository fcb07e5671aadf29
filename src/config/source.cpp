#include "source.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "report.h"

namespace paddock::config {

namespace {

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

// The first place that is unfit and why.
struct Trouble {
  SourcePos pos;
  const char* what = nullptr;
};

std::optional<Trouble> find_trouble(const Source& source) {
  const std::string_view text = source.text();
  if (text.size() > kMaxBytes) return Trouble{source.whole(), "the file is larger than 8 MiB"};
  if (const std::optional<std::size_t> line = find_long_line(text)) {
    return Trouble{source.pos(source.base() + *line), "the line is longer than 256 KiB"};
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    const char* trouble = length == 0 ? "not valid UTF-8" : control_trouble(text, at);
    if (trouble != nullptr) return Trouble{source.pos(source.base() + at), trouble};
    at += length;
  }
  return std::nullopt;
}

}  // namespace

Source::Source(std::string_view text, std::size_t base, int file)
    : text_(without_marks(text)), base_(base), file_(file), line_starts_{0} {
  if (text_.size() > kMaxBytes) return;  // nobody asks for places in it
  for (std::size_t at = 0; (at = text_.find('\n', at)) != std::string_view::npos;)
    line_starts_.push_back(++at);
}

SourcePos Source::pos(std::size_t offset) const {
  const std::size_t at = offset - base_;
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  const auto line = after - line_starts_.begin();
  return {static_cast<int>(line), static_cast<int>(at - *(after - 1)) + 1, file_};
}

Sources::Sources(const std::vector<std::string_view>& texts) {
  std::size_t base = 0;
  for (const std::string_view text : texts) {
    files_.emplace_back(text, base, static_cast<int>(files_.size()));
    base += files_.back().text().size() + 1;  // one past the end is a place of this file
  }
  if (files_.empty()) files_.emplace_back(std::string_view());
}

const Source& Sources::of(std::size_t offset) const {
  const auto after = std::upper_bound(files_.begin(), files_.end(), offset,
                                      [](std::size_t o, const Source& file) { return o < file.base(); });
  return *(after - 1);
}

bool are_readable(const Sources& sources, Report& report) {
  bool good = true;
  std::size_t bytes = 0;
  for (const Source& file : sources.files()) {
    bytes += file.text().size();
    if (const std::optional<Trouble> trouble = find_trouble(file)) {
      report.error(trouble->pos, trouble->what);
      good = false;
    }
  }
  if (!good || bytes <= kMaxBytes) return good;
  report.error({}, "the files together are larger than 8 MiB");
  return false;
}

}  // namespace paddock::config
