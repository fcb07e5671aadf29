// How far a launch that is not ready yet has come. A guess for people, read from what its engine prints and
// from the bytes that it has read; nothing is decided by it. Plain values.
#pragma once

#include <optional>

namespace paddock::process {

// Engines need not pass through all of them, or in this order: the weights of a draft model come after the
// context of the first.
enum class LoadStage {
  kStarting,  // nothing is known yet
  kDownload,
  kWeights,
  kContext,  // caches and buffers, once the weights are there
  kCompile,
  kWarmUp,
  kServer,  // the model is there and its server opens
};
// `starting`, `download`, `weights`, `context`, `compile`, `warm-up`, `server`
const char* stage_name(LoadStage stage);

struct LoadProgress {
  LoadStage stage = LoadStage::kStarting;
  std::optional<int> percent{};  // of the stage, 0 to 100

  friend bool operator==(const LoadProgress&, const LoadProgress&) = default;
};

}  // namespace paddock::process
