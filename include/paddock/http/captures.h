// Captures: the last requests for models and their answers, whole, for whoever wants to know what a client
// really sends. Off unless the configuration gives it memory, because they hold prompts.
//
// A ring in memory, bounded in bytes, the oldest gone first; never on disk. Headers that carry keys are
// blackened before they get here, bodies are as they were forwarded: whoever may read captures may read
// prompts. Thread-safe; where it is off a request costs one load.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/http/handler.h"

namespace paddock::http {

struct Capture {
  std::uint64_t id = 0;  // that of its row in the activity list
  std::string model;     // its id
  std::string method;
  std::string path;  // as sent, without the query
  int status = 0;    // 0: no answer began
  Headers request_headers;
  std::optional<std::string> request_body;  // nothing: not kept
  Headers answer_headers;
  std::optional<std::string> answer_body;  // nothing: not kept, or it did not come whole

  std::size_t bytes() const;
};

// What is worth keeping of a request to this path, also below /upstream: sounds and pictures are not.
struct CaptureParts {
  bool request_body = true;
  bool answer_body = true;

  friend bool operator==(const CaptureParts&, const CaptureParts&) = default;
};
CaptureParts capture_parts(std::string_view path);

// The value of that header as a capture shows it.
std::string_view capture_value(std::string_view name, std::string_view value);

class Captures {
 public:
  // The most that is kept, in bytes; 0: nothing, and what is there is dropped.
  void set_limit(std::size_t bytes);
  std::size_t limit() const { return limit_.load(std::memory_order_relaxed); }

  // One larger than all the memory is not kept.
  void add(Capture capture);
  // Null: it never was or is gone.
  std::shared_ptr<const Capture> find(std::uint64_t id) const;
  // The newest first.
  std::vector<std::shared_ptr<const Capture>> list() const;

 private:
  void trim();  // with mutex_ held

  std::atomic<std::size_t> limit_{0};
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Capture>> kept_;  // guarded by mutex_, the oldest first
  std::size_t bytes_ = 0;                            // of all kept
};

}  // namespace paddock::http
