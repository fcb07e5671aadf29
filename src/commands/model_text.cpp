#include "model_text.h"

#include "text.h"

namespace paddock::commands {

namespace {

std::string whole(double value) {
  return value >= 0 && value < 1e15 ? std::to_string(static_cast<long long>(value)) : "?";
}

}  // namespace

std::string state_cell(const Json& model) {
  const std::string state = word_at(model, "state");
  const auto percent = number_at(at(model, "loading"), "percent");
  if (percent) return state + " " + whole(*percent) + "%";
  return state + (at(model, "draining") == Json(true) ? ", draining" : "");
}

std::string vram_cell(const Json& gpus, const std::string& id) {
  std::string cell;
  for (const Json& card : gpus.is_array() ? gpus : Json::array()) {
    const Json& holders = at(card, "models");
    for (const Json& held : holders.is_array() ? holders : Json::array()) {
      const auto bytes = number_at(held, "bytes");
      if (text_at(held, "model") != id || !bytes) continue;
      const std::string about = at(held, "estimated") == Json(true) ? "~" : "";
      cell += (cell.empty() ? "GPU " : ", GPU ") + whole(count_at(card, "index")) + " " + about + gib(*bytes);
    }
  }
  return cell.empty() ? "-" : cell;
}

std::string fit_cell(const Json& model) { return word_at(at(model, "fit"), "verdict"); }

std::string until_cell(const Json& model, WallTime now) {
  const std::string state = text_at(model, "state").value_or("");
  if (state != "ready") return "-";
  if (count_at(model, "in_flight") > 0) return "in use";
  const auto goes = time_in(text_at(model, "unloads_at").value_or(""));
  return goes ? span(std::chrono::duration<double>(*goes - now).count()) : "stays";
}

std::string count_cell(const Json& json, const char* key) {
  const double count = count_at(json, key);
  return count > 0 ? whole(count) : "";
}

}  // namespace paddock::commands
