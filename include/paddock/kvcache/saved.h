// Saved slots: what the files in a model's folder say by their names, which of them are worth restoring, and
// which must go.
//
// A file holds the cache of one slot of a llama-server, as that wrote it: the whole conversation, readable to
// who knows the format. Its name says all that is needed to judge it, so that there is no index to lose:
// `kv1-FINGERPRINT-TOKENS-MILLISECONDS`, the last being the time of the save. When it was used last is the
// file's own time of change. Pure values and functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::kvcache {

using WallTime = std::chrono::system_clock::time_point;

// 32 hexadecimal digits: two caches of one fingerprint mean the same to an engine (see job.h).
using Fingerprint = std::string;

struct Name {
  Fingerprint fingerprint;
  std::uint64_t tokens = 0;
  std::uint64_t saved_ms = 0;  // since 1970

  friend bool operator==(const Name&, const Name&) = default;
};

std::string file_name(const Name& name);
// Nothing for a name that is not one of ours.
std::optional<Name> parse_file_name(std::string_view text);

struct Saved {
  std::string path;
  Name name;
  std::uint64_t bytes = 0;
  WallTime used{};

  friend bool operator==(const Saved&, const Saved&) = default;
};

// What may be kept, of all models together.
struct Limits {
  std::uint64_t bytes = 0;
  std::chrono::seconds age{0};
};

// Those that must go: the too old, then the least recently used until `incoming` bytes more have room. By
// their places in the list, ascending.
std::vector<std::size_t> to_remove(const std::vector<Saved>& saved, const Limits& limits,
                                   std::uint64_t incoming, WallTime now);

// Those that an engine of so many slots, of so many tokens each, should get back: of its fingerprint, not too
// old, the most recently used first.
std::vector<Saved> to_restore(const std::vector<Saved>& saved, const Fingerprint& fingerprint,
                              std::size_t slots, std::uint64_t slot_tokens, std::chrono::seconds age,
                              WallTime now);

}  // namespace paddock::kvcache
