#include "fit_text.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "paddock/base/text.h"
#include "paddock/fit/verdict.h"

namespace paddock::app {

namespace {

using Json = nlohmann::json;

std::string shown(std::string_view text) { return printable(text, std::string_view::npos); }

// Empty where it is missing, null or something else: a later daemon may leave it out.
std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? shown(found->get_ref<const std::string&>())
                                                   : std::string();
}

std::optional<std::uint64_t> number_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::string joined(const std::string& a, const char* between, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + between + b;
}

// `weights 4.4 GiB, KV 1.1 GiB`.
std::string amounts_of(const Json& json) {
  constexpr std::pair<const char*, const char*> kKinds[] = {{"weights", "weights"}, {"kv", "KV"},
                                                            {"state", "state"},     {"compute", "compute"},
                                                            {"output", "output"},   {"other", "other"}};
  std::string text;
  for (const auto& [key, word] : kKinds) {
    const std::uint64_t bytes = number_at(json, key).value_or(0);
    if (bytes > 0) text = joined(text, ", ", std::string(word) + " " + fit::size_text(bytes));
  }
  return text;
}

std::string device_line(const Json& device) {
  const std::string names = joined(text_at(device, "card"), ", ", text_at(device, "title"));
  std::string line = "  " + text_at(device, "name") + (names.empty() ? "" : " (" + names + ")") + ": ";
  line += amounts_of(device);
  const auto free = number_at(device, "free"), total = number_at(device, "total");
  if (free) line += "; free " + fit::size_text(*free);
  if (free && total) line += " of " + fit::size_text(*total);
  return line + "\n";
}

std::string devices_of(const Json& answer) {
  std::string text;
  const auto devices = answer.find("devices");
  if (devices == answer.end() || !devices->is_array()) return text;
  for (const Json& device : *devices) {
    if (device.is_object()) text += device_line(device);
  }
  return text;
}

std::string proof_of(const Json& answer) {
  std::string text;
  const auto proof = answer.find("proof");
  if (proof == answer.end() || !proof->is_array()) return text;
  for (const Json& line : *proof) {
    if (line.is_string()) text += "    " + shown(line.get_ref<const std::string&>()) + "\n";
  }
  return text.empty() ? text : "  by these lines of its log:\n" + text;
}

// By the driver, while it runs.
std::string processes_of(const Json& answer) {
  std::string text;
  const auto processes = answer.find("processes");
  if (processes == answer.end() || !processes->is_array()) return text;
  for (const Json& one : *processes) {
    if (!one.is_object()) continue;
    const auto beyond = number_at(one, "beyond_log");
    const bool estimated = one.value("estimated", Json()) == true;
    text +=
        "  process: " + fit::size_text(number_at(one, "bytes").value_or(0)) + " on " + text_at(one, "card");
    text += estimated ? ", estimated" : " by the driver";
    if (beyond && !estimated)
      text += ", " + fit::size_text(*beyond) + " of it not in its log (the driver's own)";
    text += "\n";
  }
  return text;
}

std::string range_at(const Json& part) {
  const std::string low = fit::size_text(number_at(part, "low").value_or(0));
  const std::string high = fit::size_text(number_at(part, "high").value_or(0));
  return low == high ? low : low + " - " + high;
}

// Of a launch that lives: what was foreseen of it.
std::string predicted_of(const Json& answer) {
  const auto forecast = answer.find("forecast");
  if (forecast == answer.end() || !forecast->is_object() || !text_at(*forecast, "sentence").empty())
    return {};
  const auto devices = forecast->find("devices");
  std::string text;
  if (devices != forecast->end() && devices->is_array()) {
    for (const Json& one : *devices) {
      if (!one.is_object()) continue;
      const auto index = number_at(one, "index");
      text =
          joined(text, ", ",
                 range_at(one) + " on " + (index ? "GPU " + std::to_string(*index) : text_at(one, "title")));
    }
  }
  const auto ram = forecast->find("ram");
  if (ram != forecast->end() && ram->is_object()) text = joined(text, ", ", range_at(*ram) + " of RAM");
  const char* by = text_at(*forecast, "source") == "learned" ? "learned" : "computed from its file";
  return text.empty() ? text : "  predicted: " + text + " (" + by + ")\n";
}

// Until it was loaded.
std::string forecast_of(const Json& answer) {
  const auto forecast = answer.find("forecast");
  if (forecast == answer.end() || !forecast->is_object()) return {};
  const std::string source = text_at(*forecast, "source"), sentence = text_at(*forecast, "sentence");
  const char* by = source == "learned" ? "foreseen by an earlier launch: " : "foreseen by its file: ";
  return sentence.empty() ? "" : "  " + std::string(source == "none" ? "" : by) + sentence + "\n";
}

}  // namespace

std::optional<std::string> fit_text(const std::string& json) {
  const Json answer = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return std::nullopt;
  const std::string model = text_at(answer, "model"), sentence = text_at(answer, "sentence");
  if (model.empty() || sentence.empty()) return std::nullopt;
  const std::string verdict = text_at(answer, "verdict"), advice = text_at(answer, "advice");
  std::string text = model + ": " + (verdict.empty() ? sentence : verdict + "\n  " + sentence) + "\n";
  if (verdict.empty()) text += forecast_of(answer);
  text += devices_of(answer);
  const auto ram = answer.find("ram");
  const std::string in_ram = ram != answer.end() && ram->is_object() ? amounts_of(*ram) : std::string();
  if (!in_ram.empty()) text += "  RAM: " + in_ram + "\n";
  if (!verdict.empty()) text += processes_of(answer) + predicted_of(answer);
  if (!advice.empty()) text += "  advice: " + advice + "\n";
  return text + proof_of(answer);
}

}  // namespace paddock::app
