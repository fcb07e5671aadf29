#include "event_text.h"

#include <map>
#include <nlohmann/json.hpp>

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string json_text(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Of a whole state, these are there also when nothing is in them.
constexpr std::string_view kAlways[] = {"models", "inflight"};

void add(std::string& list, const std::string& entry) {
  if (!list.empty()) list += ',';
  list += entry;
}

}  // namespace

std::string event_frame(const feed::News& news) {
  std::map<std::string, std::string> objects, arrays, texts;
  if (news.whole) {
    for (const std::string_view section : kAlways) objects[std::string(section)];
  }
  for (const feed::Part& part : news.parts) {
    const std::string text = part.text.value_or("null");
    if (part.key.empty())
      texts[part.section] = text;
    else
      add(objects[part.section], json_text(part.key) + ":" + text);
  }
  for (const feed::Row& row : news.rows) add(arrays[row.section], row.text);
  std::string data = "\"id\":" + json_text(news.id);
  for (const auto& [section, text] : texts) add(data, json_text(section) + ":" + text);
  for (const auto& [section, entries] : objects) add(data, json_text(section) + ":{" + entries + "}");
  for (const auto& [section, entries] : arrays) add(data, json_text(section) + ":[" + entries + "]");
  return "id: " + news.id + "\nevent: " + (news.whole ? "state" : "change") + "\ndata: {" + data + "}\n\n";
}

std::string llama_swap_frame(std::string_view type, const std::string& data) {
  return "event:message\ndata:{\"type\":" + json_text(type) + ",\"data\":" + json_text(data) + "}\n\n";
}

}  // namespace paddock::api
