#include "shares.h"

#include <algorithm>
#include <utility>

namespace paddock::vram {

namespace {

// Less than this is what comes and goes anyway.
constexpr std::uint64_t kWorth = 64 << 20;
// A process needs longer than this before it has much of a card.
constexpr Duration kAtStart = std::chrono::milliseconds(250);

}  // namespace

bool Shares::Launch::owns(const gpu::Process& process) const {
  return std::any_of(process.lineage.begin(), process.lineage.end(),
                     [this](pid_t pid) { return pid == leader || (keeper > 1 && pid == keeper); });
}

void Shares::started(const ModelId& model, Generation generation, TimePoint now) {
  Launch launch;
  launch.model = model;
  launch.since = now;
  launch.disturbed = std::any_of(launches_.begin(), launches_.end(),
                                 [](const auto& one) { return one.second.phase != Phase::kReady; });
  disturb(generation);
  launches_[generation] = std::move(launch);
}

void Shares::spawned(Generation generation, pid_t leader, pid_t keeper) {
  const auto found = launches_.find(generation);
  if (found == launches_.end()) return;
  found->second.leader = leader;
  found->second.keeper = keeper;
}

void Shares::ready(Generation generation, TimePoint now) {
  const auto found = launches_.find(generation);
  if (found == launches_.end() || found->second.phase != Phase::kStarting) return;
  found->second.phase = Phase::kReady;
  found->second.since = now;
}

void Shares::leaving(Generation generation) {
  const auto found = launches_.find(generation);
  if (found == launches_.end()) return;
  found->second.phase = Phase::kLeaving;
  disturb(generation);
}

void Shares::exited(Generation generation) {
  if (launches_.erase(generation) > 0) disturb(generation);
}

// The numbers of the others cannot be told from this one's any more.
void Shares::disturb(Generation cause) {
  for (auto& [generation, launch] : launches_) {
    if (generation != cause) launch.disturbed = true;
  }
}

void Shares::take(const gpu::Reading& reading) {
  if (reading.devices.empty()) return;
  devices_ = reading.devices;
  Levels levels;
  for (const gpu::Device& device : devices_) {
    Level& level = levels[key_of(device)];
    level.used = device.used;
    if (!device.processes) continue;
    for (const gpu::Process& process : *device.processes) level.pids.insert(process.pid);
  }
  for (auto& [generation, launch] : launches_) learn(launch, reading, levels);
}

void Shares::learn(Launch& launch, const gpu::Reading& reading, const Levels& levels) const {
  const bool is_newer = reading.begun >= launch.since;
  if (!is_newer || launch.disturbed) return;
  if (launch.phase == Phase::kStarting && !launch.base && reading.done <= launch.since + kAtStart) {
    launch.base = levels;
  }
  if (launch.phase != Phase::kReady || !launch.base) return;
  for (const auto& [card, level] : levels) {
    const auto before = launch.base->find(card);
    const std::uint64_t used = before == launch.base->end() ? level.used : before->second.used;
    launch.estimate[card] = level.used > used ? level.used - used : 0;
  }
  if (!std::exchange(launch.has_adopted, true)) adopt(launch);
}

// Only where the driver sees nothing of the launch itself: then these are it, in all likelihood.
void Shares::adopt(Launch& launch) const {
  std::set<pid_t> strangers;
  for (const gpu::Device& device : devices_) {
    if (!device.processes) continue;
    const auto before = launch.base->find(key_of(device));
    for (const gpu::Process& process : *device.processes) {
      if (launch.owns(process)) return;
      const bool was_there = before != launch.base->end() && before->second.pids.contains(process.pid);
      const bool is_anothers = std::any_of(launches_.begin(), launches_.end(), [&](const auto& one) {
        return one.second.owns(process) || one.second.adopted.contains(process.pid);
      });
      if (!was_there && !is_anothers) strangers.insert(process.pid);
    }
  }
  launch.adopted = std::move(strangers);
}

std::vector<Card> Shares::cards() const {
  std::vector<Card> cards;
  for (const gpu::Device& device : devices_) cards.push_back(card_of(device));
  return cards;
}

Card Shares::card_of(const gpu::Device& device) const {
  Card card{device, {}};
  const std::vector<gpu::Process> processes = device.processes.value_or(std::vector<gpu::Process>());
  std::set<pid_t> taken;
  for (const auto& [generation, launch] : launches_) {
    Holder holder{launch.model, generation};
    for (const gpu::Process& process : processes) {
      const bool is_own = launch.owns(process);
      if (!is_own && !launch.adopted.contains(process.pid)) continue;
      if (!taken.insert(process.pid).second) continue;
      holder.bytes += process.bytes;
      holder.estimated = holder.estimated || !is_own;
    }
    const auto estimate = launch.estimate.find(key_of(device));
    if (!device.processes && estimate != launch.estimate.end() && estimate->second >= kWorth) {
      holder.bytes = std::min(estimate->second, device.used);
      holder.estimated = true;
    }
    if (holder.bytes > 0) card.models.push_back(std::move(holder));
  }
  for (const gpu::Process& process : processes) {
    if (!taken.contains(process.pid)) card.others.push_back(process);
  }
  return card;
}

}  // namespace paddock::vram
