#include "paddock/gpu/visible.h"

#include <algorithm>
#include <iterator>

#include "paddock/base/text.h"
#include "paddock/base/words.h"

namespace paddock::gpu {

namespace {

using Cards = std::vector<const Device*>;
using Environment = std::vector<std::string>;

constexpr std::string_view kPins[] = {"CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "ROCR_VISIBLE_DEVICES",
                                      "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"};

std::optional<std::string_view> value_of(const Environment& environment, std::string_view name) {
  for (auto one = environment.rbegin(); one != environment.rend(); ++one) {
    const std::string_view text = *one;
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=')
      return text.substr(name.size() + 1);
  }
  return std::nullopt;
}

// Those of one maker in the order of the bus. A card of no known maker may be anybody's.
Cards cards_of(const std::vector<Device>& devices, std::string_view vendor) {
  Cards cards;
  for (const Device& device : devices) {
    if (device.vendor.empty() || device.vendor == vendor) cards.push_back(&device);
  }
  const auto has_place = [](const Device* card) { return !card->pci.empty(); };
  if (std::all_of(cards.begin(), cards.end(), has_place)) {
    std::stable_sort(cards.begin(), cards.end(),
                     [](const Device* a, const Device* b) { return a->pci < b->pci; });
  }
  return cards;
}

bool are_alike(const Cards& cards) {
  return std::all_of(cards.begin(), cards.end(),
                     [&](const Device* card) { return card->name == cards.front()->name; });
}

// By the beginning of its UUID, if that is one card's only. ROCm writes `GPU-` in front of what the kernel
// has.
const Device* named(const Cards& cards, std::string_view pin) {
  constexpr std::string_view kGpu = "GPU-", kMig = "MIG-";
  // The old name of a part of a card: `MIG-GPU-<uuid>/<instance>/<instance>`.
  if (pin.starts_with(kMig)) pin = pin.substr(kMig.size(), pin.find('/') - kMig.size());
  if (!pin.starts_with(kGpu)) return nullptr;
  const Device* found = nullptr;
  for (const Device* card : cards) {
    const std::string_view uuid = card->uuid;
    const bool fits = uuid.starts_with(pin) ||
                      (!uuid.empty() && !uuid.starts_with(kGpu) && uuid.starts_with(pin.substr(kGpu.size())));
    if (fits && found) return nullptr;
    if (fits) found = card;
  }
  return found;
}

// Of several cards, which part of which one is meant cannot be told from a MIG's own UUID.
bool is_nameless_part(std::string_view pin) {
  return pin.starts_with("MIG-") && !pin.starts_with("MIG-GPU-");
}

struct Rules {
  bool numbers_count = true;  // else a pin that is a number says nothing here
};

std::optional<Cards> pinned(const Cards& cards, std::string_view list, Rules rules) {
  Cards chosen;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view pin = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    const auto number = whole_number<std::size_t>(pin.substr(0, pin.find('.')));  // `0.1`: a tile
    if (number && !rules.numbers_count) return std::nullopt;
    if (is_nameless_part(pin) && cards.size() > 1) return std::nullopt;
    const Device* card = is_nameless_part(pin) && !cards.empty() ? cards.front() : named(cards, pin);
    if (number && *number < cards.size()) card = cards[*number];
    if (!card) break;
    if (std::find(chosen.begin(), chosen.end(), card) == chosen.end()) chosen.push_back(card);
  }
  return chosen;
}

std::optional<Cards> cuda_cards(const Cards& cards, const Environment& environment) {
  const bool by_bus = value_of(environment, "CUDA_DEVICE_ORDER") == "PCI_BUS_ID";
  const Rules rules{by_bus || are_alike(cards)};
  if (const auto list = value_of(environment, "CUDA_VISIBLE_DEVICES")) return pinned(cards, *list, rules);
  return rules.numbers_count ? std::optional(cards) : std::nullopt;
}

std::optional<Cards> hip_cards(Cards cards, const Environment& environment) {
  for (const char* name : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"}) {
    const auto list = value_of(environment, name);
    auto chosen = list ? pinned(cards, *list, {}) : cards;
    if (!chosen) return std::nullopt;
    cards = std::move(*chosen);
  }
  return cards;
}

std::optional<Cards> level_zero_cards(const Cards& cards, const Environment& environment) {
  const auto list = value_of(environment, "ZE_AFFINITY_MASK");
  return list && !list->empty() ? pinned(cards, *list, {}) : cards;
}

struct Caller {
  std::string_view prefix;
  Numbering numbering;
};
constexpr Caller kCallers[] = {{"cuda", Numbering::kCuda},
                               {"rocm", Numbering::kHip},
                               {"hip", Numbering::kHip},
                               {"sycl", Numbering::kLevelZero}};

}  // namespace

bool is_pin(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::find(std::begin(kPins), std::end(kPins), name) != std::end(kPins);
}

std::optional<std::vector<int>> visible_cards(const std::vector<Device>& devices, Numbering numbering,
                                              const std::vector<std::string>& environment) {
  std::optional<Cards> cards;
  if (numbering == Numbering::kCuda) cards = cuda_cards(cards_of(devices, "nvidia"), environment);
  if (numbering == Numbering::kHip) cards = hip_cards(cards_of(devices, "amd"), environment);
  if (numbering == Numbering::kLevelZero) cards = level_zero_cards(cards_of(devices, "intel"), environment);
  if (!cards) return std::nullopt;
  std::vector<int> indices;
  for (const Device* card : *cards) indices.push_back(card->index);
  return indices;
}

std::optional<int> card_called(std::string_view name, const std::vector<Device>& devices,
                               const std::vector<std::string>& environment) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const auto number = whole_number<std::size_t>(name.substr(digits));
  const std::string prefix = to_lower(name.substr(0, digits));
  if (!number) return std::nullopt;
  if (prefix == "vulkan" && devices.size() == 1 && *number == 0) return devices.front().index;
  for (const Caller& caller : kCallers) {
    if (prefix != caller.prefix) continue;
    const auto cards = visible_cards(devices, caller.numbering, environment);
    return cards && *number < cards->size() ? std::optional((*cards)[*number]) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace paddock::gpu
