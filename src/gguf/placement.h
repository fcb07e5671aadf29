// Placement: on which device each tensor and each layer of one model lands, as llama.cpp spreads them.
// Immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "paddock/base/pattern.h"
#include "paddock/gguf/load_options.h"
#include "paddock/gguf/predict.h"

namespace paddock::gguf {

// An index into the devices that were given; nothing: RAM.
using Where = std::optional<std::size_t>;

class Placement {
 public:
  // `layers` counts the output as the last, `asked` are those for devices.
  Placement(const LoadOptions& options, const std::vector<Device>& devices, std::uint64_t layers,
            std::optional<std::uint64_t> asked);

  std::uint64_t on_devices() const { return on_devices_; }
  // The first of those in use, for what is not spread.
  Where main_device() const;
  Where layer(std::uint64_t number) const;
  Where output() const { return layer(layers_ - 1); }
  // By --n-cpu-moe and -ot, which name tensors; nothing: where its layer is.
  std::optional<Where> exception(std::string_view tensor) const;
  // The part of each device of what is spread over all; none: it is not.
  std::vector<double> spread() const;

 private:
  void choose(const LoadOptions& options, const std::vector<Device>& devices);
  void share_out(const LoadOptions& options, const std::vector<Device>& devices);

  bool is_on_device(std::uint64_t number) const;

  std::uint64_t layers_, on_devices_ = 0;
  LayerRule rule_;
  std::vector<std::size_t> active_;  // in the engine's order
  std::vector<double> ends_;         // of each one's part of the whole, which is 1
  std::uint64_t expert_layers_in_ram_;
  std::vector<std::pair<Pattern, Where>> overrides_;
  bool is_spread_;
  std::size_t device_count_;
};

// Of `blk.7.attn_q.weight`, 7.
std::optional<std::uint64_t> layer_of(std::string_view tensor);

}  // namespace paddock::gguf
