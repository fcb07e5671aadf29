#include "lines.h"

#include <utility>

#include "paddock/base/wall_time.h"

namespace paddock::ollama {

namespace {

void write(const Json& line, std::string& out) { out.append(dump(line)).push_back('\n'); }

// Ollama knows few reasons; a tool call is an end like any other.
std::string done_reason(const std::string& finish) {
  return finish.empty() || finish == "tool_calls" || finish == "function_call" ? "stop" : finish;
}

}  // namespace

void Lines::piece(Saying saying, std::string& out) const {
  Json line = begun();
  put_saying(std::move(saying), line);
  line["done"] = false;
  write(line, out);
}

void Lines::last(Saying saying, const std::string& finish, const Counts& counts, std::string& out) const {
  Json line = begun();
  put_saying(std::move(saying), line);
  line["done"] = true;
  line["done_reason"] = done_reason(finish);
  put_counts(counts, line);
  write(line, out);
}

void Lines::vectors(Json list, const Counts& counts, std::string& out) const {
  Json line = Json::object();
  if (options_.call == Call::kEmbeddings) {
    line["embedding"] = list.empty() ? Json::array() : std::move(list.front());
  } else {
    line["model"] = options_.model;
    line["embeddings"] = std::move(list);
    put_counts(counts, line);
  }
  write(line, out);
}

Json Lines::begun() const {
  Json line = Json::object();
  line["model"] = options_.model;
  line["created_at"] = rfc3339(options_.wall());
  return line;
}

void Lines::put_saying(Saying saying, Json& line) const {
  const bool chat = options_.call == Call::kChat;
  Json& place = chat ? line["message"] : line;
  if (chat) place["role"] = "assistant";
  place[chat ? "content" : "response"] = std::move(saying.text);
  if (!saying.thinking.empty()) place["thinking"] = std::move(saying.thinking);
  if (!saying.tool_calls.is_null()) place["tool_calls"] = std::move(saying.tool_calls);
  if (!saying.logprobs.is_null()) line["logprobs"] = std::move(saying.logprobs);
}

void Lines::put_counts(const Counts& counts, Json& line) const {
  line["total_duration"] = (options_.now() - options_.arrived).count();
  line["load_duration"] = options_.load.count();
  line["prompt_eval_count"] = counts.prompt_tokens.value_or(0);
  if (options_.form == Form::kEmbedding) return;
  line["prompt_eval_duration"] = counts.prompt_time.value_or(Duration(0)).count();
  line["eval_count"] = counts.tokens.value_or(0);
  line["eval_duration"] = counts.time.value_or(Duration(0)).count();
}

}  // namespace paddock::ollama
