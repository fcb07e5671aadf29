#include "paddock/base/process_facts.h"

#include "paddock/base/words.h"

namespace paddock {

std::optional<ProcessFacts> parse_stat(std::string_view text) {
  const std::size_t open = text.find(" (");
  const std::size_t close = text.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
    return std::nullopt;
  const std::string_view name = text.substr(open + 2, close - open - 2);
  const auto pid = whole_number<pid_t>(text.substr(0, open));
  std::string_view rest = text.substr(close + 2);
  const std::string_view state = next_word(rest);
  const auto parent = whole_number<pid_t>(next_word(rest));
  const auto group = whole_number<pid_t>(next_word(rest));
  const auto session = whole_number<pid_t>(next_word(rest));
  for (int skipped = 7; skipped < 22; ++skipped) next_word(rest);  // the start is the 22nd field of the line
  const auto started = whole_number<std::uint64_t>(next_word(rest));
  if (!pid || state.empty() || !parent || !group || !session || !started) return std::nullopt;
  return ProcessFacts{*pid, state.front(), *parent, *group, *session, *started, std::string(name)};
}

}  // namespace paddock
