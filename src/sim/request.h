// What a client asked for, reduced to what a simulation needs. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::sim {

struct TextRequest {
  std::string model;              // as sent; may be empty
  std::string asked;              // the last user message, or the prompt
  std::size_t prompt_tokens = 0;  // words in all messages
  std::optional<std::size_t> max_tokens;
  bool stream = false;
  bool include_usage = false;  // stream_options.include_usage
};

struct EmbeddingRequest {
  std::string model;
  std::vector<std::string> inputs;  // token lists become their JSON text
  bool base64 = false;
};

// Why a body is refused: a sentence for the client.
struct BadRequest {
  std::string message;
};

Result<TextRequest, BadRequest> parse_chat(std::string_view body);
Result<TextRequest, BadRequest> parse_completion(std::string_view body);
Result<EmbeddingRequest, BadRequest> parse_embedding(std::string_view body);

}  // namespace paddock::sim
