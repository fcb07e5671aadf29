// Lines: writes the lines of an answer, each a JSON object and a line feed. Pure but for the clocks in its
// options. One answer, one thread.
#pragma once

#include <string>

#include "json.h"
#include "paddock/ollama/answer.h"
#include "piece.h"

namespace paddock::ollama {

// What a line says.
struct Saying {
  std::string text;
  std::string thinking;
  Json tool_calls;  // null: none
  Json logprobs;    // null: none
};

class Lines {
 public:
  explicit Lines(const AnswerOptions& options) : options_(options) {}

  // A piece of a stream.
  void piece(Saying saying, std::string& out) const;
  // The last line. Empty `finish`: the upstream gave no reason.
  void last(Saying saying, const std::string& finish, const Counts& counts, std::string& out) const;
  void vectors(Json list, const Counts& counts, std::string& out) const;

 private:
  Json begun() const;
  void put_saying(Saying saying, Json& line) const;
  void put_counts(const Counts& counts, Json& line) const;

  const AnswerOptions& options_;
};

}  // namespace paddock::ollama
