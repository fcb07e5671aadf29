// What the daemon must know of a model request's JSON body: its model, where that stands, and no more.
//
// One pass over the top level by simdjson On-Demand, no DOM; nested values are skipped by their structure and
// judged by the upstream. A repeated `model` is refused, because two readers could pick different ones.
// Thread-compatible: one peeker per worker.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <simdjson.h>

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
  bool stream = false;  // the last `stream` is true
};

class BodyPeeker {
 public:
  // `body` has kBodyPadding readable bytes behind `size`.
  BodyPeek peek(const char* body, std::size_t size);

 private:
  simdjson::ondemand::parser parser_;
};

// `text` as a JSON string, quotes included.
std::string json_string(std::string_view text);

}  // namespace paddock::http
