#include "placeholder.h"

namespace paddock::config {

namespace {

constexpr char kOpen = '\x01';
constexpr char kClose = '\x02';

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

std::optional<Placeholder> find(std::string_view text, std::size_t from, char open, char close) {
  const char start[] = {'$', open};
  while (true) {
    const std::size_t begin = text.find(std::string_view(start, 2), from);
    if (begin == std::string_view::npos) return std::nullopt;
    std::size_t at = begin + 2;
    while (at < text.size() && is_name_byte(text[at])) ++at;
    if (at < text.size() && text[at] == close && at > begin + 2) {
      return Placeholder{begin, at + 1, text.substr(begin + 2, at - begin - 2)};
    }
    from = at;
  }
}

void replace_braces(std::string& text, char open, char close, char new_open, char new_close) {
  std::size_t from = 0;
  while (const std::optional<Placeholder> found = find(text, from, open, close)) {
    text[found->begin + 1] = new_open;
    text[found->end - 1] = new_close;
    from = found->end;
  }
}

}  // namespace

std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from) {
  return find(text, from, '{', '}');
}

std::string hide_braces(std::string_view text) {
  std::string out(text);
  replace_braces(out, '{', '}', kOpen, kClose);
  return out;
}

void show_braces(std::string& text) { replace_braces(text, kOpen, kClose, '{', '}'); }

}  // namespace paddock::config
