#include "status_text.h"

#include "model_text.h"
#include "text.h"

namespace paddock::commands {

namespace {

Row row_of(const Json& model, const Json& cards, WallTime now) {
  return {word_at(model, "id"),
          state_cell(model),
          vram_cell(cards, text_at(model, "id").value_or("")),
          fit_cell(model),
          count_cell(model, "in_flight"),
          count_cell(model, "waiting"),
          until_cell(model, now)};
}

}  // namespace

std::optional<std::string> status_text(const Json& models, const Json& gpus, const StatusView& view) {
  const Json& list = at(models, "models");
  if (!list.is_array()) return std::nullopt;
  std::vector<Row> rows;
  for (const Json& model : list) {
    if (view.all || text_at(model, "state") != "stopped") {
      rows.push_back(row_of(model, at(gpus, "gpus"), view.now));
    }
  }
  if (rows.empty()) {
    return list.empty()
               ? "no model is configured\n"
               : "no model is loaded (--all shows the " + std::to_string(list.size()) + " there are)\n";
  }
  return table({{"MODEL"}, {"STATE"}, {"VRAM"}, {"FIT"}, {"RUNNING", true}, {"QUEUE", true}, {"UNTIL"}}, rows,
               view.width);
}

}  // namespace paddock::commands
