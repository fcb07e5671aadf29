#include "paddock/base/process_facts.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace paddock {

namespace {

constexpr std::string_view kBlanks = " \t\n";

// The next word of `text`, which is left behind it; empty at the end.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ProcessFacts> parse_stat(std::string_view text) {
  const std::size_t open = text.find(" (");
  const std::size_t close = text.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
    return std::nullopt;
  const std::string_view name = text.substr(open + 2, close - open - 2);
  const auto pid = number<pid_t>(text.substr(0, open));
  std::string_view rest = text.substr(close + 2);
  const std::string_view state = next_word(rest);
  const auto parent = number<pid_t>(next_word(rest));
  const auto group = number<pid_t>(next_word(rest));
  const auto session = number<pid_t>(next_word(rest));
  for (int skipped = 7; skipped < 22; ++skipped) next_word(rest);  // the start is the 22nd field of the line
  const auto started = number<std::uint64_t>(next_word(rest));
  if (!pid || state.empty() || !parent || !group || !session || !started) return std::nullopt;
  return ProcessFacts{*pid, state.front(), *parent, *group, *session, *started, std::string(name)};
}

}  // namespace paddock
