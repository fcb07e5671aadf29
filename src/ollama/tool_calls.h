// ToolCalls: puts the pieces of an answer's tool calls together. OpenAI sends arguments as pieces of a text,
// Ollama as one object. One answer, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "piece.h"

namespace paddock::ollama {

class ToolCalls {
 public:
  void add(ToolPiece piece);

  bool empty() const { return calls_.empty(); }
  std::size_t bytes() const { return bytes_; }  // kept, roughly

  // The calls in Ollama's form, in the order of their indexes; or what is wrong with one, as a sentence.
  struct Whole {
    Json calls = Json::array();
    std::string complaint;
  };
  Whole whole() const;

 private:
  std::map<std::int64_t, ToolPiece> calls_;
  std::size_t bytes_ = 0;
};

}  // namespace paddock::ollama
