// LoadOptions: what a llama-server's command line and environment say about where its memory goes. Words that
// say nothing about that are passed over; so are values that it would refuse.
//
// Pure; any thread. To add an option: a field, and a row in the table of load_options.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paddock::gguf {

enum class Split { kNone, kLayer, kRow, kTensor };

struct DraftOptions {
  std::string model{};                     // -md; empty: none
  std::optional<std::uint64_t> context{};  // -cd; nothing: that of a slot
  std::optional<std::uint64_t> layers{};   // -ngld; nothing: all
  std::string cache_k = "f16", cache_v = "f16";

  friend bool operator==(const DraftOptions&, const DraftOptions&) = default;
};

struct LoadOptions {
  std::string model{};      // -m
  std::string projector{};  // --mmproj
  DraftOptions draft{};
  std::optional<std::uint64_t> context{};  // -c; nothing: what the model was trained for
  std::optional<std::uint64_t> slots{};    // -np; nothing: 4 that share their context
  std::optional<bool> unified{};           // -kvu; nothing: as the slots
  std::optional<std::uint64_t> layers{};   // -ngl; nothing: all
  std::uint64_t batch = 2048, micro_batch = 512;
  std::string cache_k = "f16", cache_v = "f16";
  bool flash_attention = true;             // `auto` counts as on
  bool full_windows = false;               // --swa-full
  bool cache_on_devices = true;            // not with -nkvo
  bool projector_on_device = true;         // not with --no-mmproj-offload
  bool no_devices = false;                 // -dev none
  std::vector<int> devices{};              // -dev CUDA1,CUDA0: their numbers; empty: all
  std::uint64_t expert_layers_in_ram = 0;  // --n-cpu-moe; --cpu-moe: the largest number
  std::vector<std::pair<std::string, std::string>> overrides{};  // -ot: pattern and buffer, in their order
  Split split = Split::kLayer;
  std::vector<double> shares{};  // -ts
  std::uint64_t main_device = 0;

  friend bool operator==(const LoadOptions&, const LoadOptions&) = default;
};

// The command line wins over the environment (`LLAMA_ARG_...`), and of it the last word.
LoadOptions read_options(const std::vector<std::string>& words,
                         const std::vector<std::pair<std::string, std::string>>& environment = {});

}  // namespace paddock::gguf
