// Pins: which cards of this machine a program sees, and what it calls them. Engines write `CUDA0` into their
// logs, and that is the first card that CUDA_VISIBLE_DEVICES lets them see, not the first of the machine.
//
// An environment is a list of `NAME=value`; of one name the last counts. Pure; nothing is an answer, too: it
// cannot be told from here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/gpu/source.h"

namespace paddock::gpu {

enum class Numbering {
  kCuda,       // CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER
  kHip,        // ROCR_VISIBLE_DEVICES, and of what that leaves HIP_VISIBLE_DEVICES
  kLevelZero,  // ZE_AFFINITY_MASK
};

// The variables above, and no others: they hold no secrets.
bool is_pin(std::string_view variable);

// Device::index of each card in the order in which the program counts them. CUDA counts the fastest first
// unless CUDA_DEVICE_ORDER=PCI_BUS_ID: then nothing, if the cards are of several kinds and pins are numbers.
// A pin that names no card ends the list, as it does for CUDA.
std::optional<std::vector<int>> visible_cards(const std::vector<Device>& devices, Numbering numbering,
                                              const std::vector<std::string>& environment);

// Device::index of what an engine calls `CUDA0`, `ROCm1`, `HIP0`, `SYCL0`, or `Vulkan0` if there is one card.
std::optional<int> card_called(std::string_view name, const std::vector<Device>& devices,
                               const std::vector<std::string>& environment);

}  // namespace paddock::gpu
