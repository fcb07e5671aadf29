#include "holdings.h"

#include <algorithm>
#include <utility>

namespace paddock::vram {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kWorth = 64 * kMiB;
constexpr std::uint64_t kStill = 16 * kMiB;  // less than this is no fall
constexpr Duration kSettled = milliseconds(100);
// A process needs longer than this before it has much of a card.
constexpr Duration kAtStart = milliseconds(250);

std::uint64_t less(std::uint64_t from, std::uint64_t what) { return from > what ? from - what : 0; }

std::uint64_t tolerance(std::uint64_t taken) { return std::clamp(taken / 10, kWorth, 8 * kWorth); }

std::uint64_t at(const std::map<std::string, std::uint64_t>& levels, const std::string& card) {
  const auto found = levels.find(card);
  return found == levels.end() ? 0 : found->second;
}

}  // namespace

void Holdings::started(Generation generation, TimePoint now) {
  moved(generation, now);
  has_started_ = true;
  Launch launch;
  launch.started = launch.since = now;
  launch.disturbed = others_move(generation);
  launches_[generation] = std::move(launch);
}

void Holdings::ready(Generation generation, TimePoint now) {
  const auto found = launches_.find(generation);
  if (found == launches_.end() || found->second.phase != Phase::kStarting) return;
  found->second.phase = Phase::kReady;
  found->second.since = moved_ = now;
}

void Holdings::stop_ordered(Generation generation, TimePoint now) {
  const auto found = launches_.find(generation);
  if (found == launches_.end() || found->second.phase >= Phase::kLeaving) return;
  moved(generation, now);
  found->second.phase = Phase::kLeaving;
  found->second.since = now;
}

bool Holdings::exited(Generation generation, TimePoint now) {
  const auto found = launches_.find(generation);
  if (found == launches_.end()) return false;
  moved(generation, now);
  Launch& launch = found->second;
  const bool is_small = launch.taken && std::all_of(launch.taken->begin(), launch.taken->end(),
                                                    [](const auto& share) { return share.second < kWorth; });
  if (limit_ <= Duration::zero() || !launch.base || is_small) {
    launches_.erase(found);
    return false;
  }
  launch.phase = Phase::kGone;
  launch.since = now;
  if (!launch.in_quiet) return true;
  if (!launch.taken) all_known_ = false;
  if (launch.taken) {
    for (const auto& [card, bytes] : *launch.taken) gone_[card] += bytes;
  }
  return true;
}

// The numbers of the others cannot be told from this one's any more.
void Holdings::moved(Generation generation, TimePoint now) {
  moved_ = now;
  for (auto& [other, launch] : launches_) {
    if (other != generation) launch.disturbed = true;
  }
}

bool Holdings::others_move(Generation generation) const {
  return std::any_of(launches_.begin(), launches_.end(), [generation](const auto& one) {
    return one.first != generation && one.second.phase != Phase::kReady;
  });
}

Releases Holdings::take(const gpu::Reading& reading) {
  if (reading.devices.empty()) return release_all(reading.done);
  Levels levels;
  for (const gpu::Device& device : reading.devices) {
    levels[key_of(device)] = device.used;
    titles_[key_of(device)] = title_of(device);
  }
  for (auto& [generation, launch] : launches_) learn(launch, reading, levels);
  note_quiet(reading, levels);
  Releases out;
  for (auto& [generation, launch] : launches_) {
    if (launch.phase != Phase::kGone || reading.begun < launch.since) continue;
    launch.newest = levels;
    if (is_back(launch, reading.done)) out.push_back({generation, true, reading.done - launch.since, {}});
  }
  forget(out, reading.done);
  return out;
}

void Holdings::learn(Launch& launch, const gpu::Reading& reading, const Levels& levels) {
  if (!launch.base && reading.begun >= launch.started && reading.done <= launch.started + kAtStart) {
    launch.base = levels;
  }
  const bool holds = launch.phase == Phase::kReady || (launch.phase == Phase::kLeaving && launch.taken);
  if (!holds || launch.disturbed || !launch.base || reading.begun < launch.since) return;
  if (!launch.taken) launch.taken.emplace();
  for (const auto& [card, used] : levels) {
    std::uint64_t& taken = (*launch.taken)[card];
    taken = std::max(taken, less(used, at(*launch.base, card)));
  }
}

void Holdings::note_quiet(const gpu::Reading& reading, const Levels& levels) {
  const auto any = [this](Phase phase) {
    return std::any_of(launches_.begin(), launches_.end(),
                       [phase](const auto& one) { return one.second.phase == phase; });
  };
  if (any(Phase::kStarting) || any(Phase::kGone)) return;
  if (!any(Phase::kLeaving) && reading.begun >= moved_) {
    quiet_ = levels;
    gone_.clear();
    all_known_ = true;
    has_started_ = false;
    for (auto& [generation, launch] : launches_) launch.in_quiet = true;
  } else if (quiet_ && gone_.empty() && !has_started_) {
    // Some of it may be back already, so the higher number is nearer to what it was.
    for (auto& [card, used] : *quiet_) used = std::max(used, at(levels, card));
  }
}

bool Holdings::is_back(Launch& launch, TimePoint now) const {
  const std::optional<Levels> over = missing(launch);
  const bool is_over = !over || std::any_of(over->begin(), over->end(), [&](const auto& one) {
    return one.second > tolerance(is_counted(launch) ? at(gone_, one.first) : 0);
  });
  if (!is_over) return true;
  // With nothing unknown in them, the numbers have the last word.
  if (is_counted(launch) && all_known_ && !has_started_) return false;
  return has_settled(launch, now);
}

bool Holdings::has_settled(Launch& launch, TimePoint now) {
  const auto falls = [&launch](const auto& one) {
    return less(at(launch.settling, one.first), one.second) >= kStill;
  };
  const bool is_later = !launch.settling.empty() && now >= launch.settling_at + kSettled;
  if (!launch.settling.empty() && !is_later) return false;
  if (is_later && std::none_of(launch.newest.begin(), launch.newest.end(), falls)) return true;
  launch.settling = launch.newest;
  launch.settling_at = now;
  return false;
}

bool Holdings::is_counted(const Launch& launch) const { return quiet_ && launch.in_quiet && launch.taken; }

// What is used beyond what should be; nothing if that is not known.
std::optional<Holdings::Levels> Holdings::missing(const Launch& launch) const {
  Levels out;
  if (!is_counted(launch) && launch.disturbed) return std::nullopt;
  for (const auto& [card, used] : launch.newest) {
    if (!is_counted(launch)) {
      out[card] = less(used, at(*launch.base, card));
    } else if (const std::uint64_t gone = at(gone_, card); gone >= kWorth) {
      out[card] = less(used, less(at(*quiet_, card), gone));
    }
  }
  return out;
}

Releases Holdings::overdue(TimePoint now) {
  Releases out;
  for (const auto& [generation, launch] : launches_) {
    if (launch.phase != Phase::kGone || now < launch.since + limit_) continue;
    out.push_back({generation, false, now - launch.since, shares_of(missing(launch).value_or(Levels()))});
  }
  forget(out, now);
  return out;
}

Releases Holdings::release_all(TimePoint now) {
  Releases out;
  for (const auto& [generation, launch] : launches_) {
    if (launch.phase == Phase::kGone) out.push_back({generation, true, now - launch.since, {}});
  }
  forget(out, now);
  return out;
}

std::vector<Share> Holdings::at_start(Generation generation) const {
  const auto found = launches_.find(generation);
  std::vector<Share> out;
  if (found == launches_.end() || !found->second.base) return out;
  for (const auto& [card, used] : *found->second.base) out.push_back({titles_.at(card), used});
  return out;
}

std::vector<Share> Holdings::taken(Generation generation) const {
  const auto found = launches_.find(generation);
  if (found == launches_.end() || !found->second.taken) return {};
  return shares_of(*found->second.taken);
}

// Those that are worth it.
std::vector<Share> Holdings::shares_of(const Levels& levels) const {
  std::vector<Share> out;
  for (const auto& [card, bytes] : levels) {
    if (bytes >= kWorth) out.push_back({titles_.at(card), bytes});
  }
  return out;
}

void Holdings::forget(const Releases& releases, TimePoint now) {
  for (const Release& release : releases) {
    launches_.erase(release.generation);
    moved(release.generation, now);
  }
}

}  // namespace paddock::vram
