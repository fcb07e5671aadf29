// Whether what is foreseen for a model has room: a sentence for people, from what is asked of each card and
// of RAM and what they have. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/gguf/predict.h"

namespace paddock::app {

struct Demand {
  std::string title{};  // `GPU 0 (NVIDIA RTX A4000)`, `RAM`
  gguf::Range bytes{};
  std::optional<std::uint64_t> free{}, total{};  // nothing: not known

  friend bool operator==(const Demand&, const Demand&) = default;
};

enum class Room { kEnough, kPerhaps, kTooLittle, kUnknown };

struct Outlook {
  Room room = Room::kUnknown;
  std::string sentence{};
};

// What is asked for nothing has room anywhere.
Outlook outlook(const std::vector<Demand>& demands);

// `1.5 GiB`, `1.5 to 2.0 GiB`; of the same text twice once.
std::string range_text(const gguf::Range& range);

}  // namespace paddock::app
