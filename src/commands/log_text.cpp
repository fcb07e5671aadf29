#include "log_text.h"

#include "text.h"

namespace paddock::commands {

std::string log_line(const Json& line, Whose whose) {
  const auto time = time_in(text_at(line, "time").value_or(""));
  std::string text = time ? local_time(*time) + " " : "";
  if (whose == Whose::kShown) {
    const auto model = text_at(line, "model");
    text += "[" + shown(model.value_or("paddock")) + "] ";
  }
  return text + shown(text_at(line, "text").value_or("")) + "\n";
}

std::optional<LogPage> log_page(Json answer) {
  if (!at(answer, "lines").is_array()) return std::nullopt;
  LogPage page;
  const Json& after = at(answer, "after");
  if (after.is_number_unsigned()) page.after = after.dump();
  page.more = at(answer, "more") == Json(true);
  page.lines = std::move(answer["lines"]);
  return page;
}

}  // namespace paddock::commands
