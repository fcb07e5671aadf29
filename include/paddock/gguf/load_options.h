// LoadOptions: what a llama-server's command line says about where its memory goes. Words that
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

// Which layers go to devices if not all do. Of 4 blocks and -ngl 4: the output and blocks 1 to 3; or, in
// llama.cpp before 2026 and in ik_llama.cpp, all blocks, and the output only with one more.
enum class LayerRule { kOutputFirst, kOutputLast };

struct DraftOptions {
  std::string model{};                     // -md; empty: none
  std::optional<std::uint64_t> context{};  // -cd; nothing: that of a slot
  std::optional<std::uint64_t> layers{};   // -ngld; nothing: all
  std::string cache_k = "f16", cache_v = "f16";
  bool no_devices = false;                 // -devd none
  std::vector<int> devices{};              // -devd; empty: all, whatever the model's are
  std::uint64_t expert_layers_in_ram = 0;  // -ncmoed; -cmoed: the largest number

  friend bool operator==(const DraftOptions&, const DraftOptions&) = default;
};

struct LoadOptions {
  std::string model{};      // -m
  std::string projector{};  // --mmproj
  DraftOptions draft{};
  std::optional<std::uint64_t> context{};          // -c; nothing: what the model was trained for
  std::optional<std::uint64_t> slots{};            // -np; nothing: 4 that share their context
  std::optional<bool> unified{};                   // -kvu; nothing: as the slots
  std::optional<std::uint64_t> layers{};           // -ngl; nothing: all
  LayerRule layer_rule = LayerRule::kOutputFirst;  // by the program's path, or flags that only ik_llama has
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

// The last word counts. What variables say is among the words (engine::Command).
LoadOptions read_options(const std::vector<std::string>& words);

}  // namespace paddock::gguf
