#include "queue_text.h"

#include "model_text.h"
#include "text.h"

namespace paddock::commands {

std::optional<std::string> queue_text(const Json& queue, std::optional<std::size_t> width) {
  const Json& waiting = at(queue, "waiting");
  if (!waiting.is_array()) return std::nullopt;
  std::string text = at(queue, "frozen") == Json(true) ? "frozen: nothing is loaded for requests\n" : "";
  if (waiting.empty()) return text + "nobody waits\n";
  std::vector<Row> rows;
  for (const Json& one : waiting) {
    rows.push_back({count_cell(one, "position"), word_at(one, "model"), span(count_at(one, "age_ms") / 1000),
                    word_at(one, "blocked_by")});
  }
  return text + table({{"PLACE", true}, {"MODEL"}, {"SINCE"}, {"WHY"}}, rows, width);
}

}  // namespace paddock::commands
