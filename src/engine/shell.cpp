#include "shell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/base/words.h"

namespace paddock::engine {

namespace {

using Text = std::string_view;

constexpr std::size_t kMostScript = 64 << 10, kMostOutput = 256 << 10, kWordCost = 16, kMostDepth = 8;

constexpr std::array<Text, 13> kPassed = {"if", "then", "elif", "else", "do",   "while", "until",
                                          "!",  "{",    "}",    "fi",   "done", "esac"};
constexpr std::array<Text, 4> kDropped = {"for", "case", "select", "function"};
constexpr std::array<Text, 5> kDeclares = {"export", "declare", "typeset", "local", "readonly"};

template <std::size_t N>
bool is_in(const std::array<Text, N>& list, Text word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The offset behind what closes; the end if nothing does.
std::size_t behind_closing(Text text, std::size_t at, char open, char close) {
  for (std::size_t depth = 1; at < text.size(); ++at) {
    if (text[at] == open) ++depth;
    if (text[at] == close && --depth == 0) return at + 1;
  }
  return text.size();
}

}  // namespace

Shell::Shell(Surroundings& around, Words arguments)
    : around_(around), arguments_(std::move(arguments)), budget_(kMostOutput) {}

std::vector<Simple> Shell::run(Text script) {
  text_ = script.substr(0, kMostScript);
  for (at_ = 0; at_ < text_.size() && budget_ > 0;) step();
  in_list_ = false;
  finish_command();
  return std::move(commands_);
}

void Shell::step() {
  const char c = text_[at_++];
  switch (c) {
    case ' ':
    case '\t':
    case '\r':
      return finish_word();
    case '\n':
      finish_command();
      return skip_documents();
    case '&':
      if (at_ < text_.size() && text_[at_] == '>') return finish_word();
      return finish_command();
    case ';':
    case '|':
      return finish_command();
    case '(':
      return open_list();
    case ')':
      return close_list();
    case '<':
    case '>':
      return redirect(c);
    case '\'':
      return single_quoted();
    case '"':
      return double_quoted();
    case '\\':
      return escaped(false);
    case '$':
      return dollar(false);
    case '`':
      put(c);
      while (at_ < text_.size() && text_[at_] != '`') put(text_[at_++]);
      at_ = std::min(at_ + 1, text_.size());
      return put(c);
    case '#':
      return in_word_ ? put(c) : skip_comment();
    case '~':
      return home();
    default:
      return put(c);
  }
}

bool Shell::spend(std::size_t bytes) {
  budget_ -= std::min(budget_, bytes);
  return budget_ > 0;
}

void Shell::put(char c) {
  in_word_ = true;
  if (spend(1)) word_ += c;
}

void Shell::put_text(Text text) {
  in_word_ = true;
  if (spend(text.size())) word_ += text;
}

void Shell::put_values(const Words& values, bool quoted, bool is_list) {
  for (std::size_t i = 0; i < values.size() && spend(1); ++i) {
    if (quoted) {
      if (i > 0) is_list ? finish_word() : put(' ');
      put_text(values[i]);
      continue;
    }
    if (i > 0) finish_word();
    for (const char c : values[i]) is_blank(c) ? finish_word() : put(c);
  }
}

void Shell::finish_word() {
  if (!in_word_) return;
  if (!std::exchange(drops_next_, false) && spend(kWordCost)) words_.push_back(std::move(word_));
  word_.clear();
  in_word_ = false;
}

void Shell::finish_command() {
  finish_word();
  if (in_list_) return;
  drops_next_ = false;
  if (!words_.empty()) carry_out(std::exchange(words_, {}));
}

// `NAME=( ... )`; any other parenthesis parts commands.
void Shell::open_list() {
  if (!in_word_ || !word_.ends_with('=') || !is_assignment(word_)) return finish_command();
  list_ = std::exchange(word_, {});
  in_word_ = false;
  in_list_ = true;
  before_list_ = std::exchange(words_, {});
}

void Shell::close_list() {
  if (!in_list_) return finish_command();
  finish_word();
  in_list_ = false;
  list_.pop_back();
  const bool is_more = list_.ends_with('+');
  if (is_more) list_.pop_back();
  Words& values = variables_[list_];
  if (!is_more) values.clear();
  std::move(words_.begin(), words_.end(), std::back_inserter(values));
  words_ = std::exchange(before_list_, {});
}

void Shell::redirect(char first) {
  const bool is_number = in_word_ && std::all_of(word_.begin(), word_.end(), is_digit);
  if (is_number) {
    word_.clear();
    in_word_ = false;
  }
  finish_word();
  const bool is_document = first == '<' && text_.substr(at_, 1) == "<" && text_.substr(at_, 2) != "<<";
  if (is_document) return note_document();
  while (at_ < text_.size() && Text("<>&|").find(text_[at_]) != Text::npos) ++at_;
  drops_next_ = true;
}

void Shell::note_document() {
  ++at_;
  if (text_.substr(at_, 1) == "-") ++at_;
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  std::string end;
  for (; at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != ';'; ++at_) {
    if (Text("'\"\\").find(text_[at_]) == Text::npos) end += text_[at_];
  }
  documents_.push_back(std::move(end));
}

void Shell::skip_documents() {
  for (const std::string& end : std::exchange(documents_, {})) {
    for (bool more = true; more && at_ < text_.size();) {
      const std::size_t line = std::min(text_.find('\n', at_), text_.size());
      more = trim(text_.substr(at_, line - at_)) != end;
      at_ = std::min(line + 1, text_.size());
    }
  }
}

void Shell::skip_comment() { at_ = std::min(text_.find('\n', at_), text_.size()); }

void Shell::single_quoted() {
  const std::size_t end = std::min(text_.find('\'', at_), text_.size());
  put_text(text_.substr(at_, end - at_));
  at_ = std::min(end + 1, text_.size());
}

// `"$@"` of nothing is no word at all.
void Shell::double_quoted() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != '"' && budget_ > 0) {
    const char c = text_[at_++];
    if (c == '\\') {
      escaped(true);
    } else if (c == '$') {
      dollar(true);
    } else {
      put(c);
    }
  }
  const Text inside = text_.substr(begin, at_ - begin);
  if (inside != "$@" && !inside.ends_with("[@]}")) in_word_ = true;
  at_ = std::min(at_ + 1, text_.size());
}

void Shell::escaped(bool quoted) {
  if (at_ == text_.size()) return put('\\');
  const char c = text_[at_++];
  if (c == '\n') return;
  if (quoted && Text("$`\"\\").find(c) == Text::npos) put('\\');
  put(c);
}

void Shell::home() {
  const bool is_home = !in_word_ && (at_ == text_.size() || text_[at_] == '/' || is_blank(text_[at_]));
  const Words* value = is_home ? find("HOME") : nullptr;
  value == nullptr || value->empty() ? put('~') : put_text(value->front());
}

void Shell::dollar(bool quoted) {
  const char c = at_ < text_.size() ? text_[at_] : ' ';
  if (c == '(') return substitution();
  if (c == '{') return braces(quoted);
  if (!quoted && (c == '\'' || c == '"')) return;
  const Text name = name_at(text_, at_);
  if (name.empty()) return put('$');
  at_ += name.size();
  value_or(name, name == "@" ? "[@]" : "", quoted);
}

// What it puts out is not known.
void Shell::substitution() {
  const std::size_t end = behind_closing(text_, at_ + 1, '(', ')');
  put('$');
  put_text(text_.substr(at_, end - at_));
  at_ = end;
}

void Shell::braces(bool quoted) {
  const std::size_t begin = at_ + 1;
  at_ = behind_closing(text_, begin, '{', '}');
  const Text body = text_.substr(begin, at_ - begin - (text_[at_ - 1] == '}' && at_ > begin ? 1 : 0));
  const Text name = name_at(body, 0);
  const Text rest = body.substr(name.size());
  constexpr std::array<Text, 11> kForms = {"", "[@]", "[*]", ":-", "-", ":=", "=", ":+", "+", ":?", "?"};
  const Text form = rest.starts_with('[') ? rest : rest.substr(0, rest.starts_with(':') ? 2 : 1);
  if (name.empty() || !is_in(kForms, form)) {
    put_text("${");
    put_text(body);
    return put('}');
  }
  value_or(name, name == "@" && rest.empty() ? "[@]" : rest, quoted);
}

void Shell::value_or(Text name, Text rest, bool quoted) {
  // In `A=$B` nothing is split.
  quoted = quoted || (words_.empty() && !in_list_ && is_assignment(word_));
  const Words* values = find(name);
  const bool is_list = rest == "[@]" || rest == "[*]";
  const bool is_colon = rest.starts_with(':');
  const char what = rest.empty() || is_list ? ' ' : rest[is_colon ? 1 : 0];
  const bool is_empty = values == nullptr || (is_colon && values->size() == 1 && values->front().empty());
  const Text other = rest.substr(std::min<std::size_t>(rest.size(), is_colon ? 2 : 1));
  if (what == '+') return is_empty ? void() : expand(other, quoted);
  if (is_empty && (what == '-' || what == '=')) return expand(other, quoted);
  if (values == nullptr) return;
  // Without an index the first of an array is meant.
  const bool is_whole = is_list || name == "*" || values->empty();
  put_values(is_whole ? *values : Words{values->front()}, quoted, rest == "[@]");
}

void Shell::expand(Text text, bool quoted) {
  if (depth_ >= kMostDepth) return;
  ++depth_;
  const Text outer = std::exchange(text_, text);
  const std::size_t at = std::exchange(at_, 0);
  while (at_ < text_.size() && budget_ > 0) {
    const char c = text_[at_++];
    if (c == '$') {
      dollar(quoted);
    } else if (c == '"' || c == '\'') {
      continue;
    } else {
      !quoted&& is_blank(c) ? finish_word() : put(c);
    }
  }
  text_ = outer;
  at_ = at;
  --depth_;
}

// Letters and digits; one digit; or one of the signs that name something.
Text Shell::name_at(Text text, std::size_t at) const {
  if (at >= text.size()) return {};
  if (is_digit(text[at]) || Text("@*#?").find(text[at]) != Text::npos) return text.substr(at, 1);
  std::size_t end = at;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return text.substr(at, end - at);
}

const Words* Shell::find(Text name) {
  if (name == "@" || name == "*") {
    found_.assign(arguments_.begin() + (arguments_.empty() ? 0 : 1), arguments_.end());
    spend(found_.size());
    return &found_;
  }
  if (const auto number = whole_number<std::size_t>(name)) {
    if (*number >= arguments_.size()) return nullptr;
    found_ = {arguments_[*number]};
    return &found_;
  }
  const auto variable = variables_.find(name);
  if (variable != variables_.end()) return &variable->second;
  const auto inherited = around_.environment.find(name);
  if (inherited == around_.environment.end()) return nullptr;
  found_ = {inherited->second};
  return &found_;
}

void Shell::set(Text word, bool exported) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const bool is_more = equals > 0 && equals < word.size() && word[equals - 1] == '+';
  const std::string name(word.substr(0, equals - (is_more ? 1 : 0)));
  std::string value(word.substr(std::min(equals + 1, word.size())));
  if (const Words* old = find(name); old != nullptr && !old->empty() && (is_more || equals == word.size()))
    value = old->front() + value;
  if (!spend(value.size())) return;
  if (exported || around_.environment.count(name) > 0) around_.environment[name] = value;
  if (equals < word.size()) variables_[name] = {std::move(value)};
}

bool Shell::is_builtin(const Words& words) {
  const std::string& first = words.front();
  if (is_in(kDeclares, first)) {
    const bool exported = first == "export" || (words.size() > 1 && words[1] == "-x");
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (!words[i].starts_with('-') && (exported || is_assignment(words[i]))) set(words[i], exported);
    }
  } else if (first == "unset") {
    for (std::size_t i = 1; i < words.size(); ++i) {
      variables_.erase(words[i]);
      around_.environment.erase(words[i]);
    }
  } else if (first == "cd") {
    if (words.size() > 1) around_.enter(words.back());
  } else if (first == "shift") {
    if (arguments_.size() > 1) arguments_.erase(arguments_.begin() + 1);
  } else if (first == "set" && words.size() > 1 && words[1] == "--") {
    arguments_.resize(std::min<std::size_t>(arguments_.size(), 1));
    if (arguments_.empty()) arguments_.emplace_back();
    arguments_.insert(arguments_.end(), words.begin() + 2, words.end());
  } else {
    return false;
  }
  return true;
}

void Shell::carry_out(Words words) {
  const auto begin = std::find_if_not(words.begin(), words.end(),
                                      [](const std::string& word) { return is_in(kPassed, word); });
  const auto program = std::find_if_not(begin, words.end(), is_assignment);
  if (begin == words.end() || is_in(kDropped, *begin)) return;
  if (program == words.end()) {
    for (auto one = begin; one != program; ++one) set(*one, false);
    return;
  }
  Simple command{Words(program, words.end()), {}};
  if (is_builtin(command.words)) return;
  for (auto one = begin; one != program; ++one) assign(command.environment, *one);
  commands_.push_back(std::move(command));
}

}  // namespace paddock::engine
