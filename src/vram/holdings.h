// Holdings: what launches hold of each card, as far as readings tell, and whether the memory of one that
// ended is back. Events of launches and readings in, releases out. Pure: time and readings are arguments.
//
// The cards' numbers are everybody's, so a launch's share is learned from what changes around it:
//   - what it took is used(ready) - used(start), and at its stop used(stop) - used(start) if that is more
//   (some
//     servers load with the first request), as long as no other launch came or went meanwhile;
//   - its memory is back on a card when no more is used than before its end, less what it took, with a
//     tolerance of a tenth of that, 64 to 512 MiB. Before its end means the last reading while no launch came
//     or went, or one between the stop signal and the end if that is higher. Launches that end side by side
//     are awaited as one;
//   - where that is not known, it is back when no more is used than at its start, or when what is used has
//   not
//     fallen any more for 100 ms.
// A launch that took less than 64 MiB of each card is not waited for, nor is one if nothing was read at its
// start. What other programs take while a launch ends looks like memory that is missing: hence the limit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/gpu/sampler.h"

namespace paddock::vram {

// Of one card, as gpu::title_of() calls it.
struct Share {
  std::string card;
  std::uint64_t bytes = 0;

  friend bool operator==(const Share&, const Share&) = default;
};

// The end of a wait.
struct Release {
  Generation generation;
  bool in_time = true;           // else the limit was reached
  Duration gap{0};               // since the end of the process
  std::vector<Share> missing{};  // not back yet, as far as is known; only if not in time

  friend bool operator==(const Release&, const Release&) = default;
};
using Releases = std::vector<Release>;

class Holdings {
 public:
  explicit Holdings(Duration limit) : limit_(limit) {}

  void started(Generation generation, TimePoint now);
  void ready(Generation generation, TimePoint now);
  void stop_ordered(Generation generation, TimePoint now);
  // The process is gone. True: wait for its Release. False: there is nothing to wait for.
  bool exited(Generation generation, TimePoint now);

  // What this reading ends.
  Releases take(const gpu::Reading& reading);
  // What the limit ends.
  Releases overdue(TimePoint now);
  // All that are awaited, as if they were in time.
  Releases release_all(TimePoint now);

  // What was in use of each card at the start, and what it took of those that it took something worth a wait
  // of. Empty: not known, or the launch is forgotten.
  std::vector<Share> at_start(Generation generation) const;
  std::vector<Share> taken(Generation generation) const;

 private:
  using Levels = std::map<std::string, std::uint64_t>;  // bytes by key_of()
  enum class Phase { kStarting, kReady, kLeaving, kGone };
  struct Launch {
    Phase phase = Phase::kStarting;
    TimePoint started{}, since{};  // since: of the phase
    bool disturbed = false;        // another one came or went since its start
    bool in_quiet = false;         // quiet_ was read while it was ready
    std::optional<Levels> base;    // used at its start
    std::optional<Levels> taken;   // what it holds
    Levels newest, settling;       // kGone: the last reading, and an earlier one
    TimePoint settling_at{};
  };

  void moved(Generation generation, TimePoint now);
  bool others_move(Generation generation) const;
  static void learn(Launch& launch, const gpu::Reading& reading, const Levels& levels);
  void note_quiet(const gpu::Reading& reading, const Levels& levels);
  bool is_back(Launch& launch, TimePoint now) const;
  static bool has_settled(Launch& launch, TimePoint now);
  bool is_counted(const Launch& launch) const;
  std::optional<Levels> missing(const Launch& launch) const;
  void forget(const Releases& releases, TimePoint now);
  std::vector<Share> shares_of(const Levels& levels) const;

  Duration limit_;
  std::map<Generation, Launch> launches_;  // that are not over
  std::map<std::string, std::string> titles_;
  TimePoint moved_{};  // when a launch came or went last
  // The last reading while none did, then what those in it took that ended since.
  std::optional<Levels> quiet_;
  Levels gone_;
  bool all_known_ = true;     // what they took
  bool has_started_ = false;  // some launch, since quiet_
};

}  // namespace paddock::vram
