#include "plan_text.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "paddock/base/text.h"

namespace paddock::app {

namespace {

using Json = nlohmann::json;

// Ids are not cut.
std::string shown(std::string_view text) { return printable(text, std::string_view::npos); }

// Empty where it is missing, null or something else: a later daemon may leave it out.
std::string text_at(const Json& plan, const char* key) {
  const auto found = plan.find(key);
  return found != plan.end() && found->is_string() ? shown(found->get_ref<const std::string&>())
                                                   : std::string();
}

std::string evicted_in(const Json& plan) {
  const auto found = plan.find("evict");
  std::string names;
  if (found == plan.end() || !found->is_array()) return names;
  for (const Json& one : *found) {
    if (one.is_string()) names += (names.empty() ? "" : ", ") + shown(one.get_ref<const std::string&>());
  }
  return names;
}

std::string cost_in(const Json& plan) {
  const auto cost = plan.find("cost");
  if (cost == plan.end() || !cost->is_number_integer()) return {};
  const auto exact = plan.find("exact");
  const bool is_least = exact == plan.end() || *exact != Json(false);
  return cost->dump() + (is_least ? "" : " (there may be a cheaper plan)");
}

std::string line(const char* label, const std::string& text) {
  return text.empty() ? "" : "  " + std::string(label) + text + "\n";
}

}  // namespace

std::optional<std::string> plan_text(const std::string& json) {
  const Json plan = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!plan.is_object()) return std::nullopt;
  const std::string model = text_at(plan, "model");
  const std::string action = text_at(plan, "action");
  if (model.empty() || action.empty()) return std::nullopt;
  // Who is refused makes nobody go; the reason names what is in the way.
  const std::string evicted = action == "refuse" ? std::string() : evicted_in(plan);
  return model + ": " + action + "\n" + line("evicts: ", evicted) + line("set:    ", text_at(plan, "set")) +
         line("cost:   ", evicted.empty() ? "" : cost_in(plan)) + line("reason: ", text_at(plan, "reason"));
}

}  // namespace paddock::app
