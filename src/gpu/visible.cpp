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

bool is_part(const Device* card) { return card->is_part; }

bool has_parts(const Cards& cards) { return std::any_of(cards.begin(), cards.end(), is_part); }

// By the beginning of its UUID, if that is one card's only. ROCm writes `GPU-` in front of what the kernel
// has.
const Device* named(const Cards& cards, std::string_view pin) {
  constexpr std::string_view kGpu = "GPU-", kMig = "MIG-";
  if (!pin.starts_with(kGpu) && !pin.starts_with(kMig)) return nullptr;
  const Device* found = nullptr;
  for (const Device* card : cards) {
    const std::string_view uuid = card->uuid;
    const bool is_bare = !uuid.empty() && !uuid.starts_with(kGpu) && !uuid.starts_with(kMig);
    const bool fits = uuid.starts_with(pin) ||
                      (is_bare && pin.starts_with(kGpu) && uuid.starts_with(pin.substr(kGpu.size())));
    if (fits && found) return nullptr;
    if (fits) found = card;
  }
  return found;
}

// What numbers count: whole cards. Null for one in several parts: the driver chooses among them.
Cards counted(const Cards& cards) {
  Cards out;
  const Device* last = nullptr;
  for (const Device* card : cards) {
    const bool is_next_part = last && last->is_part && card->is_part && last->pci == card->pci;
    is_next_part ? void(out.back() = nullptr) : out.push_back(card);
    last = card;
  }
  return out;
}

// Names something that is not listed though it may be there: a part, or a card that is listed by its parts.
bool may_be_hidden(const Cards& cards, std::string_view pin) {
  return pin.starts_with("MIG-") || (pin.starts_with("GPU-") && has_parts(cards));
}

struct Rules {
  bool numbers_count = true;  // else a pin that is a number says nothing here
};

std::optional<Cards> pinned(const Cards& cards, std::string_view list, Rules rules) {
  const Cards numbers = counted(cards);
  Cards chosen;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view pin = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    const auto number = whole_number<std::size_t>(pin.substr(0, pin.find('.')));  // `0.1`: a tile
    if (number && !rules.numbers_count) return std::nullopt;
    const bool is_counted = number && *number < numbers.size();
    const Device* card = is_counted ? numbers[*number] : named(cards, pin);
    if (!card && (is_counted || may_be_hidden(cards, pin))) return std::nullopt;
    if (!card) break;
    if (std::find(chosen.begin(), chosen.end(), card) == chosen.end()) chosen.push_back(card);
  }
  return chosen;
}

std::optional<Cards> cuda_cards(const Cards& cards, const Environment& environment) {
  const bool by_bus = value_of(environment, "CUDA_DEVICE_ORDER") == "PCI_BUS_ID";
  const Rules rules{by_bus || are_alike(cards)};
  if (const auto list = value_of(environment, "CUDA_VISIBLE_DEVICES")) return pinned(cards, *list, rules);
  // Of parts a program gets one only.
  const bool is_plain = rules.numbers_count && (cards.size() < 2 || !has_parts(cards));
  return is_plain ? std::optional(cards) : std::nullopt;
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

constexpr std::string_view kMakers[] = {"nvidia", "amd", "intel"};  // by their numbering

std::string_view maker_of(Numbering numbering) { return kMakers[static_cast<std::size_t>(numbering)]; }

struct Name {
  std::string prefix{};  // in lower case
  std::optional<std::size_t> number{};
};

Name parts_of(std::string_view name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  return {to_lower(name.substr(0, digits)), whole_number<std::size_t>(name.substr(digits))};
}

// The only one for which this holds.
template <class Condition>
std::optional<int> only(const std::vector<Device>& devices, Condition holds) {
  std::optional<int> found;
  for (const Device& device : devices) {
    if (!holds(device)) continue;
    if (found) return std::nullopt;
    found = device.index;
  }
  return found;
}

std::optional<int> vulkan_card(std::size_t number, const std::vector<Device>& devices,
                               std::string_view title) {
  if (devices.size() == 1 && number == 0) return devices.front().index;
  if (title.empty()) return std::nullopt;
  const auto exact = only(devices, [&](const Device& device) { return device.name == title; });
  if (exact) return exact;
  const std::string maker = to_lower(title.substr(0, title.find_first_of(" (")));
  return only(devices, [&](const Device& device) { return !maker.empty() && device.vendor == maker; });
}

std::vector<int> indices_of(const Cards& cards) {
  std::vector<int> indices;
  for (const Device* card : cards) indices.push_back(card->index);
  return indices;
}

}  // namespace

bool is_pin(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::find(std::begin(kPins), std::end(kPins), name) != std::end(kPins);
}

std::optional<Numbering> numbering_of(std::string_view name) {
  const Name parts = parts_of(name);
  for (const Caller& caller : kCallers) {
    if (parts.number && parts.prefix == caller.prefix) return caller.numbering;
  }
  return std::nullopt;
}

std::optional<Numbering> numbering_of_maker(std::string_view vendor) {
  for (const Numbering one : {Numbering::kCuda, Numbering::kHip, Numbering::kLevelZero}) {
    if (vendor == maker_of(one)) return one;
  }
  return std::nullopt;
}

std::optional<Numbering> numbering_of_pin(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  if (name == "CUDA_VISIBLE_DEVICES") return Numbering::kCuda;
  if (name == "ROCR_VISIBLE_DEVICES" || name == "HIP_VISIBLE_DEVICES") return Numbering::kHip;
  return name == "ZE_AFFINITY_MASK" ? std::optional(Numbering::kLevelZero) : std::nullopt;
}

std::optional<std::vector<int>> visible_cards(const std::vector<Device>& devices, Numbering numbering,
                                              const std::vector<std::string>& environment) {
  const Cards all = cards_of(devices, maker_of(numbering));
  std::optional<Cards> cards;
  if (numbering == Numbering::kCuda) cards = cuda_cards(all, environment);
  if (numbering == Numbering::kHip) cards = hip_cards(all, environment);
  if (numbering == Numbering::kLevelZero) cards = level_zero_cards(all, environment);
  return cards ? std::optional(indices_of(*cards)) : std::nullopt;
}

std::optional<std::vector<int>> seen_cards(const std::vector<Device>& devices, Numbering numbering,
                                           const std::vector<std::string>& environment) {
  auto visible = visible_cards(devices, numbering, environment);
  if (visible || numbering != Numbering::kCuda) return visible;
  const Cards all = cards_of(devices, maker_of(numbering));
  if (has_parts(all) || value_of(environment, "CUDA_VISIBLE_DEVICES")) return std::nullopt;
  return indices_of(all);
}

std::optional<int> card_called(std::string_view name, const std::vector<Device>& devices,
                               const std::vector<std::string>& environment, std::string_view title) {
  const Name parts = parts_of(name);
  if (!parts.number) return std::nullopt;
  if (parts.prefix == "vulkan") return vulkan_card(*parts.number, devices, title);
  const auto numbering = numbering_of(name);
  if (!numbering) return std::nullopt;
  const auto cards = visible_cards(devices, *numbering, environment);
  return cards && *parts.number < cards->size() ? std::optional((*cards)[*parts.number]) : std::nullopt;
}

}  // namespace paddock::gpu
