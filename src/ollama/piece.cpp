#include "piece.h"

#include <cmath>
#include <utility>

namespace paddock::ollama {

namespace {

std::optional<std::int64_t> count_of(const Json* json, const char* key) {
  const Json* value = json == nullptr ? nullptr : find(*json, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  const auto count = value->get<std::int64_t>();
  return count >= 0 ? std::optional(count) : std::nullopt;
}

std::optional<Duration> time_of(const Json* json, const char* key) {
  constexpr double kMostMs = 1e9;  // a fortnight
  const Json* value = json == nullptr ? nullptr : find(*json, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double ms = value->get<double>();
  if (!(ms >= 0 && ms <= kMostMs)) return std::nullopt;
  return Duration(std::llround(ms * 1e6));
}

template <class T>
void set_if(std::optional<T>& to, const std::optional<T>& from) {
  if (from) to = from;
}

ToolPiece read_tool(Json& call, std::size_t place) {
  ToolPiece piece;
  piece.index = count_of(&call, "index").value_or(static_cast<std::int64_t>(place));
  piece.id = text_of(call, "id");
  Json* function = find(call, "function");
  if (function == nullptr) return piece;
  piece.name = text_of(*function, "name");
  const Json* arguments = find(*function, "arguments");
  const bool is_object = arguments != nullptr && arguments->is_object();
  piece.arguments = is_object ? dump(*arguments) : text_of(*function, "arguments");
  return piece;
}

void read_message(Json& message, Piece& piece) {
  piece.text = text_of(message, "content");
  piece.thinking = text_of(message, "reasoning_content");
  if (piece.thinking.empty()) piece.thinking = text_of(message, "reasoning");  // vLLM's word
  Json* calls = find(message, "tool_calls");
  if (calls == nullptr || !calls->is_array()) return;
  for (std::size_t i = 0; i < calls->size(); ++i) piece.tools.push_back(read_tool((*calls)[i], i));
}

Piece read_choice(Json& choice, Form form) {
  Piece piece;
  piece.finish = text_of(choice, "finish_reason");
  if (form == Form::kCompletion) piece.text = text_of(choice, "text");
  if (Json* delta = find(choice, "delta")) {
    read_message(*delta, piece);
  } else if (Json* message = find(choice, "message")) {
    read_message(*message, piece);
  }
  if (Json* logprobs = find(choice, "logprobs")) {
    Json* content = find(*logprobs, "content");
    if (content != nullptr && content->is_array()) piece.logprobs = std::move(*content);
  }
  return piece;
}

Piece read_infill(Json& json) {
  Piece piece;
  piece.text = text_of(json, "content");
  const Json* stop = find(json, "stop");
  if (stop == nullptr || !stop->is_boolean() || !stop->get<bool>()) return piece;
  const Json* type = find(json, "stop_type");
  const Json* limit = find(json, "stopped_limit");  // of older servers
  const bool is_limit = (type != nullptr && *type == "limit") || (limit != nullptr && *limit == true);
  piece.finish = is_limit ? "length" : "stop";
  return piece;
}

std::optional<std::string> sentence_in(const Json& json, const char* key) {
  const Json* value = find(json, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  return value->is_object() ? sentence_in(*value, "message") : std::nullopt;
}

}  // namespace

Piece read_piece(Json& json, Form form) {
  if (form == Form::kInfill) return read_infill(json);
  Json* choices = find(json, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) return {};
  return read_choice(choices->front(), form);
}

void read_counts(const Json& json, Form form, Counts& counts) {
  const Json* timings = find(json, "timings");
  set_if(counts.prompt_time, time_of(timings, "prompt_ms"));
  set_if(counts.time, time_of(timings, "predicted_ms"));
  if (form == Form::kInfill) {
    set_if(counts.prompt_tokens, count_of(&json, "tokens_evaluated"));
    set_if(counts.tokens, count_of(&json, "tokens_predicted"));
    return;
  }
  const Json* usage = find(json, "usage");
  if (usage == nullptr && counts.from_usage) return;
  counts.from_usage = usage != nullptr;
  set_if(counts.prompt_tokens,
         usage != nullptr ? count_of(usage, "prompt_tokens") : count_of(timings, "prompt_n"));
  set_if(counts.tokens,
         usage != nullptr ? count_of(usage, "completion_tokens") : count_of(timings, "predicted_n"));
}

std::optional<std::string> read_error(const Json& json) {
  for (const char* key : {"error", "message", "detail"}) {
    if (auto sentence = sentence_in(json, key)) return sentence;
  }
  if (find(json, "error") != nullptr) return dump(*find(json, "error"));
  return std::nullopt;
}

}  // namespace paddock::ollama
