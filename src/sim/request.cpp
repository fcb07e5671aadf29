#include "request.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <sstream>

namespace paddock::sim {
namespace {

using nlohmann::json;

std::size_t count_words(const std::string& text) {
  std::istringstream in(text);
  std::size_t count = 0;
  for (std::string word; in >> word;) ++count;
  return count;
}

// `content` is a string or a list of parts of which the text ones count.
std::string content_text(const json& message) {
  const auto found = message.find("content");
  if (found == message.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  std::string text;
  if (!found->is_array()) return text;
  for (const json& part : *found) {
    if (!part.is_object() || part.value("type", "") != "text") continue;
    if (!text.empty()) text += ' ';
    text += part.value("text", "");
  }
  return text;
}

void read_common(const json& body, TextRequest& out) {
  out.model = body.value("model", "");
  out.stream = body.value("stream", false);
  if (const auto options = body.find("stream_options"); options != body.end() && options->is_object())
    out.include_usage = options->value("include_usage", false);
  for (const char* key : {"max_tokens", "max_completion_tokens"})
    if (const auto limit = body.find(key); limit != body.end() && limit->is_number_unsigned())
      out.max_tokens = limit->get<std::size_t>();
}

Result<TextRequest, BadRequest> read_chat(const json& body) {
  const auto messages = body.find("messages");
  if (messages == body.end() || !messages->is_array() || messages->empty())
    return BadRequest{"'messages' must be a list with at least one message."};
  TextRequest request;
  read_common(body, request);
  for (const json& message : *messages) {
    if (!message.is_object()) return BadRequest{"Every message must be an object."};
    const std::string text = content_text(message);
    request.prompt_tokens += count_words(text);
    if (message.value("role", "") == "user") request.asked = text;
  }
  return request;
}

Result<TextRequest, BadRequest> read_completion(const json& body) {
  const auto prompt = body.find("prompt");
  if (prompt == body.end()) return BadRequest{"'prompt' is missing."};
  TextRequest request;
  read_common(body, request);
  request.asked = prompt->is_string() ? prompt->get<std::string>() : prompt->dump();
  request.prompt_tokens = count_words(request.asked);
  return request;
}

Result<EmbeddingRequest, BadRequest> read_embedding(const json& body) {
  const auto input = body.find("input");
  if (input == body.end()) return BadRequest{"'input' is missing."};
  EmbeddingRequest request;
  request.model = body.value("model", "");
  request.base64 = body.value("encoding_format", "float") == "base64";
  const bool token_list = input->is_array() && !input->empty() && input->front().is_number();
  if (!input->is_array() || token_list) {
    request.inputs.push_back(input->is_string() ? input->get<std::string>() : input->dump());
    return request;
  }
  for (const json& item : *input)
    request.inputs.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  return request;
}

// nlohmann throws where a member has another type than the one asked for.
template <class T>
Result<T, BadRequest> guarded(std::string_view body, Result<T, BadRequest> (*read)(const json&)) {
  try {
    const json parsed = json::parse(body, nullptr, false);
    if (parsed.is_discarded()) return BadRequest{"The body is not valid JSON."};
    if (!parsed.is_object()) return BadRequest{"The body must be a JSON object."};
    return read(parsed);
  } catch (const std::exception&) {
    return BadRequest{"A member of the body has the wrong type."};
  }
}

}  // namespace

Result<TextRequest, BadRequest> parse_chat(std::string_view body) { return guarded(body, read_chat); }

Result<TextRequest, BadRequest> parse_completion(std::string_view body) {
  return guarded(body, read_completion);
}

Result<EmbeddingRequest, BadRequest> parse_embedding(std::string_view body) {
  return guarded(body, read_embedding);
}

}  // namespace paddock::sim
