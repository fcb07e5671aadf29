#include "answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::sim {
namespace {

using nlohmann::json;

constexpr std::size_t kShownQuestion = 120;

std::string sentence(const TextRequest& request, const std::string& model) {
  std::string text =
      "This is a simulation: no model ran. The sim-server of paddock answers as '" + model + "'.";
  if (request.asked.empty()) return text + " You asked nothing.";
  return text + " You asked: " + printable(trim(request.asked), kShownQuestion);
}

// Every token but the first carries the blank in front of it, as real tokenizers do.
std::vector<std::string> split_tokens(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> tokens;
  for (std::string word; in >> word;) tokens.push_back(tokens.empty() ? word : " " + word);
  return tokens;
}

std::string to_text(const json& value) {
  // The question may have been cut inside a character.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json usage(const Answer& answer) {
  return {{"prompt_tokens", answer.prompt_tokens},
          {"completion_tokens", answer.tokens.size()},
          {"total_tokens", answer.prompt_tokens + answer.tokens.size()}};
}

json timings(const Answer& answer, std::chrono::nanoseconds took) {
  const double ms = std::max(std::chrono::duration<double, std::milli>(took).count(), 0.001);
  const double count = static_cast<double>(answer.tokens.size());
  return {{"prompt_n", answer.prompt_tokens},
          {"prompt_ms", 0.001},
          {"prompt_per_second", static_cast<double>(answer.prompt_tokens) * 1e6},
          {"predicted_n", answer.tokens.size()},
          {"predicted_ms", ms},
          {"predicted_per_token_ms", count > 0 ? ms / count : 0},
          {"predicted_per_second", count / ms * 1000}};
}

const char* finish_reason(const Answer& answer) { return answer.cut ? "length" : "stop"; }

json envelope(const Answer& answer, const char* object) {
  return {{"id", answer.id},
          {"object", object},
          {"created", answer.created},
          {"model", answer.model},
          {"system_fingerprint", "simulation"}};
}

const char* chunk_object(const Answer& answer) {
  return answer.kind == Kind::kChat ? "chat.completion.chunk" : "text_completion";
}

std::string event(const json& value) { return "data: " + to_text(value) + "\n\n"; }

}  // namespace

Answer plan_answer(Kind kind, const TextRequest& request, const std::string& server_model, std::string id,
                   long created) {
  Answer answer;
  answer.kind = kind;
  answer.id = std::move(id);
  answer.model = request.model.empty() ? server_model : request.model;
  answer.created = created;
  answer.prompt_tokens = request.prompt_tokens;
  answer.tokens = split_tokens(sentence(request, server_model));
  answer.include_usage = request.include_usage;
  if (request.max_tokens && *request.max_tokens < answer.tokens.size()) {
    answer.tokens.resize(*request.max_tokens);
    answer.cut = true;
  }
  return answer;
}

std::string whole_answer(const Answer& answer, std::chrono::nanoseconds took) {
  std::string text;
  for (const std::string& token : answer.tokens) text += token;
  json choice = {{"index", 0}, {"finish_reason", finish_reason(answer)}, {"logprobs", nullptr}};
  if (answer.kind == Kind::kChat)
    choice["message"] = {{"role", "assistant"}, {"content", text}};
  else
    choice["text"] = text;
  json body = envelope(answer, answer.kind == Kind::kChat ? "chat.completion" : "text_completion");
  body["choices"] = json::array({choice});
  body["usage"] = usage(answer);
  body["timings"] = timings(answer, took);
  return to_text(body);
}

std::string token_event(const Answer& answer, std::size_t index) {
  json choice = {{"index", 0}, {"finish_reason", nullptr}};
  if (answer.kind == Kind::kChat) {
    choice["delta"] = {{"content", answer.tokens[index]}};
    if (index == 0) choice["delta"]["role"] = "assistant";
  } else {
    choice["text"] = answer.tokens[index];
  }
  json body = envelope(answer, chunk_object(answer));
  body["choices"] = json::array({choice});
  return event(body);
}

std::string end_events(const Answer& answer, std::chrono::nanoseconds took) {
  json choice = {{"index", 0}, {"finish_reason", finish_reason(answer)}};
  if (answer.kind == Kind::kChat)
    choice["delta"] = json::object();
  else
    choice["text"] = "";
  json last = envelope(answer, chunk_object(answer));
  last["choices"] = json::array({choice});
  last["timings"] = timings(answer, took);
  std::string text = event(last);
  if (answer.include_usage) {
    json totals = envelope(answer, chunk_object(answer));
    totals["choices"] = json::array();
    totals["usage"] = usage(answer);
    text += event(totals);
  }
  return text + "data: [DONE]\n\n";
}

std::string error_body(const std::string& message, const std::string& type, int status) {
  return to_text({{"error", {{"message", message}, {"type", type}, {"param", nullptr}, {"code", status}}}});
}

}  // namespace paddock::sim
