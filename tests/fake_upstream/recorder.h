// Recorder appends what happens to the record file: one JSON object a line, written at once, with
//   t      CLOCK_MONOTONIC in nanoseconds (comparable with the test's steady clock)
//   event  started, listening, health_flip, probe, accepted, head, request, piece, answered, stray,
//   client_gone,
//          closed, sigterm, exit (after a SIGTERM), grandchild, flood_done, crash
//   name, pid   of this launch
// Several launches may share one file: every line is a single appending write. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "paddock/base/unique_fd.h"

namespace paddock::fake {

class Recorder {
 public:
  Recorder(const std::string& path, std::string name);

  void write(const char* event, const nlohmann::json& fields) const;
  void write(const char* event) const;

 private:
  UniqueFd fd_;
  std::string name_;
};

// 64-bit FNV-1a of the bytes, continued from `seed`.
inline constexpr unsigned long long kHashSeed = 14695981039346656037ULL;
unsigned long long hash_more(unsigned long long seed, const char* bytes, std::size_t count);
std::string hash_text(unsigned long long hash);

}  // namespace paddock::fake
