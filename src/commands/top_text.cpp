#include "top_text.h"

#include "model_text.h"
#include "text.h"

namespace paddock::commands {

namespace {

// Those whose members are told one by one; of the others only all.
bool is_keyed(const std::string& section) { return section == "models" || section == "inflight"; }

void merge(Json& into, const Json& changes) {
  if (!into.is_object()) into = Json::object();
  for (const auto& [key, value] : changes.items()) {
    if (value.is_null()) {
      into.erase(key);
    } else {
      into[key] = value;
    }
  }
}

std::string figure(const Json& json, const char* key, const char* unit) {
  const auto number = number_at(json, key);
  return number && *number >= 0 && *number < 1e9 ? std::to_string(static_cast<long>(*number)) + unit : "-";
}

std::string amount(const Json& json, const char* key) {
  const auto bytes = number_at(json, key);
  return bytes ? gib(*bytes) : "-";
}

std::string cards(const Json& gpus, std::optional<std::size_t> width) {
  std::vector<Row> rows;
  for (const Json& card : gpus.is_array() ? gpus : Json::array()) {
    rows.push_back({figure(card, "index", ""), word_at(card, "name"), amount(card, "used"),
                    amount(card, "total"), figure(card, "util", " %"),
                    figure(card, "temp",
                           " \xc2\xb0"
                           "C"),
                    figure(card, "power", " W")});
  }
  if (rows.empty()) return {};
  return table({{"GPU", true},
                {"NAME"},
                {"USED", true},
                {"TOTAL", true},
                {"LOAD", true},
                {"TEMP", true},
                {"POWER", true}},
               rows, width) +
         "\n";
}

std::string models(const Json& state, const Json& gpus, const TopView& view) {
  std::vector<Row> rows;
  const Json& all = at(state, "models");
  const Json& order = at(at(state, "daemon"), "models");
  for (const Json& id : order.is_array() ? order : Json::array()) {
    const Json& model = id.is_string() ? at(all, id.get_ref<const std::string&>().c_str()) : order;
    if (!model.is_object() || (text_at(model, "state") == "stopped" && count_at(model, "waiting") <= 0))
      continue;
    rows.push_back({word_at(model, "id"), state_cell(model),
                    vram_cell(gpus, text_at(model, "id").value_or("")), fit_cell(model),
                    count_cell(model, "in_flight"), count_cell(model, "waiting"),
                    until_cell(model, view.now)});
  }
  if (rows.empty()) return "no model is loaded\n";
  return table({{"MODEL"}, {"STATE"}, {"VRAM"}, {"FIT"}, {"RUNNING", true}, {"QUEUE", true}, {"UNTIL"}}, rows,
               view.width);
}

std::string requests(const Json& inflight, const TopView& view) {
  std::vector<Row> rows;
  for (const Json& one : inflight.is_object() ? inflight : Json::object()) {
    const auto began = time_in(text_at(one, "started").value_or(""));
    rows.push_back({word_at(one, "model"), word_at(one, "phase"), word_at(one, "client"),
                    word_at(one, "path"),
                    began ? span(std::chrono::duration<double>(view.now - *began).count()) : "-",
                    count_cell(one, "tokens"), speed(number_at(one, "tokens_per_second"))});
  }
  if (rows.empty()) return {};
  return "\n" + table({{"REQUEST"},
                       {"PHASE"},
                       {"CLIENT"},
                       {"PATH"},
                       {"SINCE", true},
                       {"TOKENS", true},
                       {"TOKENS/S", true}},
                      rows, view.width);
}

std::string headline(const Json& state, const TopView& view) {
  const Json& daemon = at(state, "daemon");
  std::string line = "paddock " + word_at(daemon, "version") + " at " + view.url;
  if (const auto profile = text_at(daemon, "profile")) line += ", profile " + shown(*profile);
  if (at(daemon, "frozen") == Json(true)) line += ", frozen";
  if (at(daemon, "shutting_down") == Json(true)) line += ", shutting down";
  if (!view.trouble.empty()) line = "OLD: " + shown(view.trouble);
  return (view.width ? cut(line, *view.width) : line) + "\n\n";
}

std::string first_lines(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  while (count-- > 0 && end < text.size()) end = text.find('\n', end) + 1;
  return text.substr(0, end);
}

}  // namespace

bool apply(Json& state, const Event& event) {
  const bool all = event.name == "state";
  if (!all && event.name != "change") return false;
  const Json news = parsed(event.data);
  if (!news.is_object()) return false;
  if (all || !state.is_object()) state = Json::object();
  for (const auto& [section, value] : news.items()) {
    if (is_keyed(section) && value.is_object()) {
      merge(state[section], value);
    } else {
      state[section] = value;
    }
  }
  return true;
}

std::string top_text(const Json& state, const TopView& view) {
  // As in /api/gpus, or the list of it.
  const Json& told = at(state, "gpus");
  const Json& gpus = told.is_array() ? told : at(told, "gpus");
  const std::string text = headline(state, view) + cards(gpus, view.width) + models(state, gpus, view) +
                           requests(at(state, "inflight"), view);
  return view.height == 0 ? text : first_lines(text, view.height);
}

std::string redraw(const std::string& lines) {
  constexpr const char* kToTopLeft = "\x1b[H";
  constexpr const char* kClearLine = "\x1b[K";
  constexpr const char* kClearBelow = "\x1b[J";
  std::string out = kToTopLeft;
  std::size_t begin = 0;
  for (std::size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', begin)) {
    // No line feed in front of the first: the last line of a full screen would move it up.
    out += (begin == 0 ? "" : "\r\n") + lines.substr(begin, end - begin) + kClearLine;
    begin = end + 1;
  }
  return out + kClearBelow;
}

}  // namespace paddock::commands
