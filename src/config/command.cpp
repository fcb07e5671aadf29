#include "command_words.h"

#include <algorithm>
#include <optional>

#include "paddock/base/text.h"

namespace paddock::config {

namespace {

// The text after comment lines and line continuations are gone. It knows where each byte stood before.
class Joined {
 public:
  void add(std::string_view part, std::size_t at) {
    pieces_.push_back({text_.size(), at});
    text_ += part;
  }

  const std::string& text() const { return text_; }

  std::size_t origin(std::size_t offset) const {
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                        [](std::size_t o, const Piece& piece) { return o < piece.out; });
    const Piece& piece = *(after - 1);
    return piece.in + offset - piece.out;
  }

 private:
  struct Piece {
    std::size_t out = 0;
    std::size_t in = 0;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

void add_line(Joined& joined, std::string_view line, std::size_t at) {
  const std::string_view trimmed = trim(line);
  if (!trimmed.empty() && trimmed.front() == '#') return;
  if (trimmed.empty() || trimmed.back() != '\\') {
    joined.add(line, at);
    joined.add("\n", at + line.size());
    return;
  }
  const std::size_t start = at + static_cast<std::size_t>(trimmed.data() - line.data());
  joined.add(trimmed.substr(0, trimmed.size() - 1), start);
  joined.add(" ", start + trimmed.size() - 1);
}

Joined join_lines(std::string_view text) {
  Joined joined;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    add_line(joined, text.substr(from, end - from), from);
    from = end + 1;
  }
  return joined;
}

class Splitter {
 public:
  explicit Splitter(const std::string& text) : text_(text) {}

  // Where a quote opens that nothing closes.
  std::optional<std::size_t> split() {
    while (at_ < text_.size()) {
      start_ = at_;
      if (!step()) return opened_;
      if (in_word_) words_.back().end = at_;
    }
    finish_word();
    return std::nullopt;
  }

  std::vector<CommandWord> words() { return std::move(words_); }

 private:
  bool step() {
    const char c = text_[at_++];
    switch (c) {
      case ' ':
      case '\t':
      case '\n':
        finish_word();
        return true;
      case '\'':
        return single_quoted();
      case '"':
        return double_quoted();
      case '\\':
        escape();
        return true;
      default:
        word() += c;
        return true;
    }
  }

  void escape() {
    if (at_ == text_.size()) {
      word() += '\\';
      return;
    }
    const char c = text_[at_++];
    if (c != '\n') word() += c;
  }

  bool single_quoted() {
    opened_ = at_ - 1;
    const std::size_t close = text_.find('\'', at_);
    if (close == std::string::npos) return false;
    word().append(text_, at_, close - at_);
    at_ = close + 1;
    return true;
  }

  bool double_quoted() {
    opened_ = at_ - 1;
    word();
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c == '\\' && at_ < text_.size()) {
        escape_in_quotes();
      } else {
        word() += c;
      }
    }
    return false;
  }

  void escape_in_quotes() {
    const char c = text_[at_++];
    if (c == '\n') return;
    if (c != '$' && c != '`' && c != '"' && c != '\\') word() += '\\';
    word() += c;
  }

  std::string& word() {
    if (!in_word_) words_.push_back({{}, start_, at_});
    in_word_ = true;
    return words_.back().text;
  }

  void finish_word() { in_word_ = false; }

  const std::string& text_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // of the step
  std::size_t opened_ = 0;
  bool in_word_ = false;
  std::vector<CommandWord> words_;
};

}  // namespace

Result<std::vector<CommandWord>, CommandError> locate_words(std::string_view text) {
  const Joined joined = join_lines(text);
  Splitter splitter(joined.text());
  if (const std::optional<std::size_t> opened = splitter.split()) {
    return CommandError{joined.origin(*opened), "the quote that opens here is never closed"};
  }
  std::vector<CommandWord> words = splitter.words();
  for (CommandWord& word : words) {
    word.begin = joined.origin(word.begin);
    word.end = joined.origin(word.end - 1) + 1;
  }
  return words;
}

Result<std::vector<std::string>, CommandError> split_command(std::string_view text) {
  Result<std::vector<CommandWord>, CommandError> located = locate_words(text);
  if (located.has_error()) return located.error();
  std::vector<std::string> words;
  words.reserve(located->size());
  for (CommandWord& word : *located) words.push_back(std::move(word.text));
  return words;
}

}  // namespace paddock::config
