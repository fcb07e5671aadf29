// A chat's stream, and how fast it was. Pure: the time is an argument. Values; any thread.
#pragma once

#include <optional>
#include <string>

#include "json.h"
#include "paddock/base/clock.h"

namespace paddock::commands {

// The body of a chat that is streamed and counts its tokens; no `max_tokens` for 0.
std::string chat_request(const std::string& model, const std::string& prompt, int max_tokens);

// One event of its answer.
struct ChatPiece {
  std::string text, reasoning;       // as they came
  std::optional<std::string> error;  // the answer failed: the sentence for people
  bool last = false;                 // `[DONE]`
  Json facts;                        // the event; null if it is no JSON
};
ChatPiece chat_piece(const std::string& data);

// Nothing where it is not known.
struct Figures {
  std::optional<double> ttft;           // seconds from the request to the first piece of text
  std::optional<double> prompt_tokens;  // as the engine counts them
  std::optional<double> prompt_speed;   // tokens a second
  std::optional<double> tokens;         // of the answer
  std::optional<double> speed;          // tokens a second
};

// What the engine says of itself counts (`timings`, `usage`), else what is seen here.
class Measure {
 public:
  explicit Measure(TimePoint asked) : asked_(asked) {}

  void add(const ChatPiece& piece, TimePoint now);
  Figures figures() const;

 private:
  TimePoint asked_;
  std::optional<TimePoint> first_;
  TimePoint last_{};
  double pieces_ = 0;
  Json usage_, timings_;
};

// `12 tokens, first after 0.41 s, 42.3 tokens/s`.
std::string figures_line(const Figures& figures);

}  // namespace paddock::commands
