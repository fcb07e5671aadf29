#include "paddock/logs/line_reader.h"

#include <algorithm>
#include <utility>

namespace paddock::logs {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

// The bytes of the escape sequence that `text` begins with; all of it if it does not end.
std::size_t escape_size(std::string_view text) {
  const auto behind = [&](std::size_t at) { return std::min(at, text.size() - 1) + 1; };
  const char kind = text.size() > 1 ? text[1] : '\0';
  if (kind == '[') {
    std::size_t at = 2;
    while (at < text.size() && !(text[at] >= '@' && text[at] <= '~')) ++at;
    return behind(at);
  }
  if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
    const std::size_t at = text.find_first_of("\a\x1b", 2);
    if (at == std::string_view::npos) return text.size();
    return text[at] == '\a' ? at + 1 : behind(at + 1);
  }
  std::size_t at = 1;
  while (at < text.size() && text[at] >= ' ' && text[at] <= '/') ++at;
  return behind(at);
}

// The bytes of the character that `text` begins with; 0 if it is none that may be shown.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return (first >= 0x20 && first != 0x7F) || first == '\t' ? 1 : 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool control = first == 0xC2 && second < 0xA0;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool beyond = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return control || overlong || beyond ? 0 : size;
}

// Without a character that the cut has split.
std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return size > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

}  // namespace

std::string clean_line(std::string_view raw) {
  if (is_plain(raw)) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    std::size_t size = 1;
    if (raw.front() == '\x1b') {
      size = escape_size(raw);
    } else if (const std::size_t shown = character_size(raw); shown > 0) {
      size = shown;
      out.append(raw.substr(0, size));
    } else {
      out.append(kReplacement);
    }
    raw.remove_prefix(size);
  }
  return out;
}

void LineReader::read(std::string_view block, const Each& each) {
  while (!block.empty()) {
    const std::size_t line_end = block.find('\n');
    add(block.substr(0, line_end));
    if (line_end == std::string_view::npos) return;
    end(each);
    block.remove_prefix(line_end + 1);
  }
}

void LineReader::finish(const Each& each) {
  if (!begun_.empty()) end(each);
}

void LineReader::add(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t again = piece.find('\r');
    const std::string_view text = piece.substr(0, again);
    if (!text.empty()) {
      if (std::exchange(again_, false)) {
        begun_.clear();
        cut_ = 0;
      }
      const std::size_t room = std::min(text.size(), kLongest - begun_.size());
      begun_.append(text.substr(0, room));
      cut_ += text.size() - room;
    }
    if (again == std::string_view::npos) return;
    again_ = true;
    piece.remove_prefix(again + 1);
  }
}

void LineReader::end(const Each& each) {
  std::string line = clean_line(cut_ > 0 ? whole_characters(begun_) : begun_);
  if (cut_ > 0) line += " ... (" + std::to_string(cut_) + " more bytes)";
  begun_.clear();
  cut_ = 0;
  again_ = false;
  each(std::move(line));
}

}  // namespace paddock::logs
