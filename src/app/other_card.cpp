#include "other_card.h"

#include <algorithm>

#include "paddock/base/text.h"
#include "paddock/gpu/visible.h"

namespace paddock::app {

namespace {

// The parts of a card have one place on the bus: which of them it is cannot be told.
const gpu::Device* card_at(const std::string& pci, const std::vector<gpu::Device>& cards) {
  const auto is_it = [&pci](const gpu::Device& card) { return !card.is_part && iequals(card.pci, pci); };
  const auto found = std::find_if(cards.begin(), cards.end(), is_it);
  return pci.empty() || found == cards.end() ? nullptr : &*found;
}

bool are_pins_of(gpu::Numbering numbering, const std::vector<std::string>& pins) {
  return std::any_of(pins.begin(), pins.end(),
                     [numbering](const std::string& pin) { return gpu::numbering_of_pin(pin) == numbering; });
}

std::string titles_of(const std::vector<int>& chosen, const std::vector<gpu::Device>& cards) {
  std::string out;
  for (const gpu::Device& card : cards) {
    if (std::find(chosen.begin(), chosen.end(), card.index) == chosen.end()) continue;
    out += (out.empty() ? "" : ", ") + gpu::title_of(card);
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string other_card(const fit::Report& report, const std::vector<gpu::Device>& cards,
                       const std::vector<std::string>& pins) {
  for (const fit::Device& device : report.devices) {
    if (device.is_remote || device.holds.total() == 0) continue;
    const gpu::Device* card = card_at(device.pci, cards);
    const auto numbering = card ? gpu::numbering_of_maker(card->vendor) : std::nullopt;
    if (!numbering || !are_pins_of(*numbering, pins)) continue;
    const auto chosen = gpu::seen_cards(cards, *numbering, pins);
    if (!chosen || std::find(chosen->begin(), chosen->end(), card->index) != chosen->end()) continue;
    return "Its log names " + gpu::title_of(*card) + " as " + device.name + ", but its pins choose " +
           titles_of(*chosen, cards) + ".";
  }
  return {};
}

}  // namespace paddock::app
