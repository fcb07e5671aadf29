// LoadScan reads from what a launch prints how far its load has come: stages from the lines of llama.cpp and
// its kin, vLLM, SGLang and stable-diffusion.cpp, percentages from llama.cpp's dots (one for each percent)
// and from bars. Bytes in as they come, lines may be split anywhere; memory bounded. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "paddock/process/load_progress.h"

namespace paddock::process {

class LoadScan {
 public:
  void feed(std::string_view bytes);
  // Of the newest line that tells something, also one that is not over yet.
  const LoadProgress& progress() const { return progress_; }

 private:
  void take_dots(std::string_view& bytes);
  void judge(std::string_view line);
  void enter(LoadStage stage);

  LoadProgress progress_;
  std::string line_;       // not over yet; the beginning of it if it is long
  bool only_dots_ = true;  // so far in this line
  int dots_ = 0;           // since the weights began
};

// With what the bytes tell where the log says no percentage: `read` so far of the `total` that its weights
// have; nothing or 0 if that is not known.
LoadProgress with_bytes(LoadProgress progress, std::optional<std::uint64_t> read, std::uint64_t total);

}  // namespace paddock::process
