// The answers of the simulation as JSON text: chat and text completions, whole or as stream events, and
// errors in OpenAI's form. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "request.h"

namespace paddock::sim {

enum class Kind { kChat, kCompletion };

// A planned answer: what will be said, word by word.
struct Answer {
  Kind kind = Kind::kChat;
  std::string id;
  std::string model;  // what the client called it, or the server's own name
  long created = 0;   // seconds since the epoch
  std::size_t prompt_tokens = 0;
  std::vector<std::string> tokens;  // joined they are the text
  bool cut = false;                 // max_tokens ended it
  bool include_usage = false;
};

// Says in plain words that this is a simulation, which model it pretends to be, and what was asked.
Answer plan_answer(Kind kind, const TextRequest& request, const std::string& server_model, std::string id,
                   long created);

// The whole answer with usage and timings.
std::string whole_answer(const Answer& answer, std::chrono::nanoseconds took);

// One `data:` event for the token at `index`; the first one of a chat also names the role.
std::string token_event(const Answer& answer, std::size_t index);
// What follows the last token: finish reason with timings, usage if asked for, and `[DONE]`.
std::string end_events(const Answer& answer, std::chrono::nanoseconds took);

std::string error_body(const std::string& message, const std::string& type, int status);

}  // namespace paddock::sim
