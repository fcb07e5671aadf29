#include "steer_text.h"

#include "text.h"

namespace paddock::commands {

namespace {

std::string names_in(const Json& list) {
  std::string names;
  for (const Json& name : list.is_array() ? list : Json::array()) {
    if (name.is_string()) names += (names.empty() ? "" : ", ") + shown(name.get<std::string>());
  }
  return names;
}

std::string whole_at(const Json& json, const char* key) {
  const auto number = number_at(json, key);
  return number && *number >= 0 && *number < 1e15 ? std::to_string(static_cast<long long>(*number)) : "?";
}

std::string finding_line(const Json& finding) {
  const auto file = text_at(finding, "file"), hint = text_at(finding, "hint");
  std::string line;
  if (file) line = shown(*file) + ":" + whole_at(finding, "line") + ":" + whole_at(finding, "column") + ": ";
  line += word_at(finding, "severity") + ": " + word_at(finding, "message");
  return line + (hint ? "; " + shown(*hint) : "") + "\n";
}

}  // namespace

std::optional<Loaded> loaded(const Json& answer) {
  const Json& model = at(answer, "model");
  const auto state = text_at(model, "state");
  if (!state) return std::nullopt;
  if (*state != "ready") return Loaded{false, "it was loaded, but is " + shown(*state) + " again"};
  std::string line = word_at(model, "id") + ": ready";
  if (const auto took = number_at(at(model, "launch"), "load_ms"))
    line += "; loaded in " + span(*took / 1000);
  if (const auto sentence = text_at(at(model, "fit"), "sentence")) line += "; " + shown(*sentence);
  return Loaded{true, line + "\n"};
}

std::optional<std::string> unloaded_text(const Json& answer) {
  const Json& model = at(answer, "model");
  const auto state = text_at(model, "state");
  if (!state) return std::nullopt;
  const std::string again =
      *state == "stopped" ? "" : "; somebody asked for it, it is " + shown(*state) + " again";
  return word_at(model, "id") + ": stopped" + again + "\n";
}

std::optional<std::string> reloaded_text(const Json& answer) {
  if (at(answer, "reloaded") != Json(true)) return std::nullopt;
  constexpr std::pair<const char*, const char*> kLists[] = {
      {"added", "  added: "},
      {"removed", "  removed: "},
      {"renewed", "  started in another way from now on: "},
      {"next_start", "  counts from the next start of paddock on: "}};
  std::string text = "reloaded\n";
  for (const auto& [key, label] : kLists) {
    const std::string names = names_in(at(answer, key));
    if (!names.empty()) text += label + names + "\n";
  }
  return text;
}

std::string findings_text(const Json& answer) {
  std::string text;
  const Json& findings = at(answer, "diagnostics");
  for (const Json& finding : findings.is_array() ? findings : Json::array()) text += finding_line(finding);
  return text;
}

}  // namespace paddock::commands
