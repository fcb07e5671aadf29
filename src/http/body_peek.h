// What the daemon must know of a model request's JSON body: its model, where that stands, whether it wants
// a stream, and no more.
//
// One pass over the top level by simdjson On-Demand, no DOM; nested values are skipped by their structure and
// judged by the upstream. A repeated `model` is refused, because two readers could pick different ones.
// Thread-compatible: one peeker per worker.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "json_edit.h"

namespace paddock::http {

// Bytes that must be readable behind the body.
inline constexpr std::size_t kBodyPadding = simdjson::SIMDJSON_PADDING;

struct BodyPeek {
  enum class Verdict { kOk, kInvalid, kNoModel };

  Verdict verdict = Verdict::kInvalid;
  std::string problem;       // a sentence, unless kOk
  std::string model;         // decoded
  std::size_t model_at = 0;  // the value in the body, quotes included
  std::size_t model_size = 0;
  bool stream = false;  // unless kInvalid
};

class BodyPeeker {
 public:
  // `body` has kBodyPadding readable bytes behind `size`.
  BodyPeek peek(const char* body, std::size_t size);
  // Where the plan has to be carried out in such a body, an object that peek() has found valid.
  JsonSplices plan(const char* body, std::size_t size, const JsonPlan& plan);

 private:
  void shrink();

  simdjson::ondemand::parser parser_;
};

}  // namespace paddock::http
