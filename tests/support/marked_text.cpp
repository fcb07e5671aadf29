#include "tests/support/marked_text.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>

namespace paddock::test {

namespace {

// The name of a mark that opens at the start of `text`; empty if none does.
std::string_view opened_mark(std::string_view text) {
  if (text.empty() || text.front() != '$') return {};
  std::size_t end = 1;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
    ++end;
  return text.substr(end, 2) == "[[" ? text.substr(1, end - 1) : std::string_view();
}

SourcePos behind(SourcePos pos, char c) {
  return c == '\n' ? SourcePos{pos.line + 1, 1} : SourcePos{pos.line, pos.column + 1};
}

}  // namespace

MarkedText::MarkedText(std::string_view marked) {
  int open = 0;
  SourcePos end{1, 1};  // of the text so far
  for (std::size_t at = 0; at < marked.size();) {
    if (const std::string_view name = opened_mark(marked.substr(at)); !name.empty()) {
      starts_[std::string(name)] = end;
      at += name.size() + 3;
      ++open;
    } else if (open > 0 && marked.substr(at, 2) == "]]") {
      at += 2;
      --open;
    } else {
      end = behind(end, marked[at]);
      text_ += marked[at++];
    }
  }
}

SourcePos MarkedText::at(const std::string& name) const {
  const auto found = starts_.find(name);
  if (found != starts_.end()) return found->second;
  ADD_FAILURE() << "the text has no mark " << name;
  return {};
}

}  // namespace paddock::test
