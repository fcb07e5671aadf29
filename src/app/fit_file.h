// `paddock fit FILE.gguf`: what a model's file would take of the cards and of RAM, told without a daemon and
// without reading its weights.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli.h"
#include "paddock/base/result.h"
#include "paddock/gguf/model.h"
#include "paddock/gguf/predict.h"
#include "paddock/gpu/source.h"
#include "room.h"

namespace paddock::app {

// What is known of RAM; nothing: not readable.
struct Memory {
  std::optional<std::uint64_t> available{}, total{};
};

struct FitFacts {
  std::string path;
  const gguf::Model& model;
  gguf::Prediction prediction;
  std::vector<Demand> demands;  // of the cards in the prediction's order, then of RAM
};

// From the text of /proc/meminfo. Pure.
Memory memory_of(const std::string& meminfo);
// The cards of `words` (indices, UUIDs or their beginnings, with commas; `none`), in that order; all if it is
// nothing. A number that no card has is a card of which nothing is known only where no card can be read. The
// error is a sentence. Pure.
Result<std::vector<gpu::Device>, std::string> choose_cards(const std::optional<std::string>& words,
                                                           const std::vector<gpu::Device>& devices);
// The cards' and RAM's part of a prediction. Pure.
std::vector<Demand> demands_of(const gguf::Prediction& prediction, const std::vector<gpu::Device>& cards,
                               const Memory& memory);
// The table and its closing sentence; the same as JSON, in bytes. Pure.
std::string table_text(const FitFacts& facts);
std::string table_json(const FitFacts& facts);

// Exit codes: 0 it fits, may fit, or nobody can tell; 1 something cannot be read; 3 it does not fit.
int fit_file(const FitCommand& command);

}  // namespace paddock::app
