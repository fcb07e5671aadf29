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

// Of the names that engines give to cards: `CUDA0`, `ROCm1`, `HIP0`, `SYCL0`. Nothing: any other.
std::optional<Numbering> numbering_of(std::string_view name);
// Of a Device::vendor.
std::optional<Numbering> numbering_of_maker(std::string_view vendor);
// Whose cards the variable chooses among.
std::optional<Numbering> numbering_of_pin(std::string_view variable);

// Device::index of each card in the order in which the program counts them. CUDA counts the fastest first
// unless CUDA_DEVICE_ORDER=PCI_BUS_ID: then nothing, if the cards are of several kinds and pins are numbers.
// A pin that names no card ends the list, as it does for CUDA. Nothing, too, where a part of a card is meant
// that the driver does not list, or that only a driver would choose.
std::optional<std::vector<int>> visible_cards(const std::vector<Device>& devices, Numbering numbering,
                                              const std::vector<std::string>& environment);

// The same where the order does not matter, which is known more often: without pins they are all there.
std::optional<std::vector<int>> seen_cards(const std::vector<Device>& devices, Numbering numbering,
                                           const std::vector<std::string>& environment);

// Device::index of what an engine calls `CUDA0`, `ROCm1`, `HIP0`, `SYCL0`. Vulkan counts the cards of all
// makers in an order of its own: `Vulkan0` is known if there is one card, or one only that the engine's
// `title` for it can mean (`NVIDIA GeForce RTX 3090`).
std::optional<int> card_called(std::string_view name, const std::vector<Device>& devices,
                               const std::vector<std::string>& environment, std::string_view title = {});

}  // namespace paddock::gpu
