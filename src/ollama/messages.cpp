#include "messages.h"

#include <deque>
#include <utility>

#include "image.h"

namespace paddock::ollama {

namespace {

class Translation {
 public:
  explicit Translation(Reader& reader) : reader_(reader) {}

  Json message(Json& from, const std::string& where) {
    Json to = Json::object();
    const std::string role = reader_.text(from, "role", where);
    if (role.empty()) reader_.fail(where + "role is missing");
    std::string text = reader_.text(from, "content", where);
    to["role"] = role;
    to["content"] = content_with_images(std::move(text), from, where, reader_);
    if (role == "assistant") put_assistant(from, where, to);
    if (role == "tool") put_result(from, where, to);
    return to;
  }

 private:
  struct Open {
    std::string id;
    std::string name;
  };

  void put_assistant(Json& from, const std::string& where, Json& to) {
    std::string thinking = reader_.text(from, "thinking", where);
    if (!thinking.empty()) to["reasoning_content"] = std::move(thinking);
    Json* calls = reader_.list(from, "tool_calls", where);
    if (calls == nullptr || calls->empty()) return;
    open_.clear();
    for (std::size_t i = 0; i < calls->size(); ++i) {
      to["tool_calls"].push_back(call((*calls)[i], where + "tool_calls[" + std::to_string(i) + "]."));
    }
  }

  Json call(Json& from, const std::string& where) {
    std::string id = text_of(from, "id");
    if (id.empty()) id = next_id();
    Json* function = from.is_object() ? reader_.object(from, "function", where) : nullptr;
    if (function == nullptr) {
      reader_.fail(where + "function is missing");
      return {};
    }
    std::string name = reader_.text(*function, "name", where + "function.");
    const Json* arguments = find(*function, "arguments");
    open_.push_back({id, name});
    return {{"id", std::move(id)},
            {"type", "function"},
            {"function", {{"name", std::move(name)}, {"arguments", as_text(arguments)}}}};
  }

  static std::string as_text(const Json* arguments) {
    if (arguments == nullptr) return "{}";
    return arguments->is_string() ? arguments->get<std::string>() : dump(*arguments);
  }

  // Of the calls still without a result: the one of that name, else the first. A history that was cut may
  // have results without calls.
  void put_result(Json& from, const std::string& where, Json& to) {
    std::string name = reader_.text(from, "tool_name", where);
    std::string id = reader_.text(from, "tool_call_id", where);
    auto call = open_.begin();
    while (call != open_.end() && (id.empty() ? !name.empty() && call->name != name : call->id != id)) ++call;
    if (call != open_.end()) {
      id = call->id;
      if (name.empty()) name = call->name;
      open_.erase(call);
    }
    to["tool_call_id"] = id.empty() ? next_id() : std::move(id);
    if (!name.empty()) to["name"] = std::move(name);
  }

  std::string next_id() { return "call_" + std::to_string(calls_++); }

  Reader& reader_;
  std::deque<Open> open_;  // calls of the last message that had some
  std::size_t calls_ = 0;
};

}  // namespace

Json content_with_images(std::string text, Json& message, const std::string& where, Reader& reader) {
  const Json* images = reader.list(message, "images", where);
  if (images == nullptr || images->empty()) return text;
  Json parts = Json::array();
  if (!text.empty()) parts.push_back({{"type", "text"}, {"text", std::move(text)}});
  for (std::size_t i = 0; i < images->size(); ++i) {
    const Json& image = (*images)[i];
    auto url =
        image.is_string() ? data_url(image.get_ref<const std::string&>()) : std::optional<std::string>();
    if (!url) {
      reader.fail(where + "images[" + std::to_string(i) +
                  "] must be a PNG, JPEG, GIF, WebP or BMP image in base64");
      return nullptr;
    }
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", std::move(*url)}}}});
  }
  return parts;
}

Json openai_messages(Json& messages, Reader& reader) {
  Translation translation(reader);
  Json out = Json::array();
  for (std::size_t i = 0; i < messages.size() && !reader.problem(); ++i) {
    const std::string where = "messages[" + std::to_string(i) + "]";
    if (!messages[i].is_object()) reader.fail(where + " must be an object");
    if (messages[i].is_object()) out.push_back(translation.message(messages[i], where + "."));
  }
  return out;
}

}  // namespace paddock::ollama
