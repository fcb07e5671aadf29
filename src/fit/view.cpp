#include "view.h"

#include <algorithm>

#include "flags.h"
#include "number.h"
#include "paddock/base/text.h"

namespace paddock::fit {

namespace {

constexpr Bytes kMiB = Bytes{1} << 20;
constexpr Bytes kSlack = 64 * kMiB;   // of weights in RAM
constexpr Bytes kTight = 512 * kMiB;  // left on a device
constexpr Bytes kSharedByDesign = 256 * kMiB;
constexpr Bytes kDriverTakes = 300 * kMiB;  // CUDA's context and graphs, which no log shows

Bytes less(Bytes a, Bytes b) { return a > b ? a - b : 0; }

// `0000:01:00.0` and NVML's `00000000:01:00.0`.
bool same_slot(std::string_view a, std::string_view b) {
  const auto slot = [](std::string_view id) {
    return id.substr(std::min(id.size(), id.find_first_not_of('0')));
  };
  return iequals(slot(a), slot(b));
}

Engine engine_called(const Words& words) {
  if (words.empty()) return Engine::kLlama;
  const std::string name = to_lower(std::string_view(words[0]).substr(words[0].rfind('/') + 1));
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("whisper")) return Engine::kWhisper;
  if (name == "sd" || name.starts_with("sd-") || has("stable-diffusion")) return Engine::kDiffusion;
  const auto module = name.starts_with("python") ? value_of(words, {"-m"}) : std::nullopt;
  return has("vllm") || (module && module->starts_with("vllm")) ? Engine::kVllm : Engine::kLlama;
}

}  // namespace

View::View(const Report& read, const Circumstances& at) : report(read), circumstances(at) {
  for (const Device& device : report.devices) used_devices_ += device.holds.total() > 0 ? 1 : 0;
  for (const Device& device : report.devices) {
    if (device.holds.total() == 0) continue;
    on_devices.add(device.holds);
    Device& shown = devices.emplace_back(device);
    const Card* card = card_of(device);
    if (card == nullptr) continue;
    shown.card = card->title;
    shown.total = card->total;
    shown.free = less(card->total, card->used);
  }
}

Engine View::engine() const {
  return report.engine == Engine::kLlama ? engine_called(circumstances.words) : report.engine;
}

Bytes View::weights() const { return sum(on_devices.weights, report.ram.weights); }

const Card* View::card_of(const Device& device) const {
  const auto& cards = circumstances.cards;
  const auto found = std::find_if(cards.begin(), cards.end(), [&](const Card& card) {
    return device.pci.empty() || card.pci.empty() ? card.device == device.name
                                                  : same_slot(device.pci, card.pci);
  });
  if (found != cards.end()) return &*found;
  // Who has one card and uses one device needs no name for it.
  const bool is_the_one = used_devices_ == 1 && cards.size() == 1 && cards.front().device.empty();
  const bool is_another = !device.pci.empty() && !cards.empty() && !cards.front().pci.empty();
  return is_the_one && !is_another && !device.is_remote ? &cards.front() : nullptr;
}

bool View::is_short_of_memory() const {
  return !report.shortages.empty() || circumstances.failure->kind == FailureKind::kOutOfMemory;
}

bool View::is_cpu_only() const {
  // Recent stable-diffusion.cpp counts all that it streams to the card as RAM.
  const bool streams_all = has_flag(circumstances.words, {"--offload-to-cpu"});
  if (streams_all && !report.no_gpu && !report.devices.empty()) return false;
  return on_devices.weights == 0 && (report.ram.weights > 0 || report.no_gpu) &&
         report.engine != Engine::kVllm;
}

bool View::has_override() const {
  const bool is_ordered = has_flag(
      circumstances.words, {"-ncmoe", "--n-cpu-moe", "-cmoe", "--cpu-moe", "-ot", "--override-tensor"});
  const bool is_partial = report.layers && report.layers->on_devices < report.layers->all;
  return is_ordered || is_partial || report.overrides > 0 || report.overflowing > 0;
}

// That all layers are offloaded proves nothing: experts may be in RAM all the same. The sums tell, less what
// stays in RAM by design.
bool View::is_spilled() const {
  if (streams()) return false;
  const Bytes by_design = has_override() ? report.embeddings : report.embeddings_most;
  const bool too_much = less(report.ram.weights, by_design) > std::max(kSlack, weights() / 50);
  const bool kv = report.ram.kv > 0 && !has_flag(circumstances.words, {"-nkvo", "--no-kv-offload"});
  const bool layers = report.layers && report.layers->on_devices < report.layers->all;
  return too_much || kv || layers || report.overflowing > 0 ||
         (report.engine == Engine::kVllm && has_flag(circumstances.words, {"--cpu-offload-gb"}));
}

bool View::streams() const {
  return has_flag(circumstances.words,
                  {"--offload-to-cpu", "--max-vram", "--stream-layers", "--clip-on-cpu", "--vae-on-cpu"});
}

// Pinned buffers, which are in the report, and what drivers stage copies in are RAM of a card's, too.
bool View::pages() const {
  return std::any_of(devices.begin(), devices.end(), [&](const Device& device) {
    const Card* card = card_of(device);
    if (card == nullptr || card->total == 0) return false;
    const bool spills = card->shared > sum(report.ram.total(), kSharedByDesign);
    return card->used >= card->total / 100 * 98 && (spills || circumstances.is_slow);
  });
}

std::optional<std::uint64_t> View::asked_context() const {
  if (report.context_before_cut) return report.context_before_cut;
  const auto words = value_of(circumstances.words, {"-c", "--ctx-size"});
  if (!words || whole(*words) == 0) return std::nullopt;
  return whole(*words);
}

bool View::is_shrunk() const {
  if (report.context_before_cut) return true;
  const auto asked = asked_context();
  return asked && report.context && *report.context < *asked;
}

std::optional<Bytes> View::left_on(const Device& device) const {
  if (card_of(device) != nullptr || !device.free) return device.free;
  const bool has_context = device.name.starts_with("CUDA") || device.name.starts_with("ROCm");
  return less(*device.free, sum(device.holds.total(), has_context ? kDriverTakes : 0));
}

bool View::is_tight() const {
  // It takes the share that it was given, whatever the model needs.
  if (report.engine == Engine::kVllm) return report.vllm.concurrency.value_or(1) < 1;
  return std::any_of(devices.begin(), devices.end(), [&](const Device& device) {
    const auto left = left_on(device);
    return left && (*left < kTight || (device.total && *left < *device.total / 100 * 3));
  });
}

}  // namespace paddock::fit
