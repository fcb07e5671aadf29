// Shares: what launches hold of the cards, as far as readings tell: see the face cards.h for the rules.
// Events of launches and readings in, cards out. Pure: time and readings are arguments.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/gpu/sampler.h"
#include "paddock/vram/cards.h"

namespace paddock::vram {

class Shares {
 public:
  void started(const ModelId& model, Generation generation, TimePoint now);
  // `keeper`: the parent of the leader; 0: not known.
  void spawned(Generation generation, pid_t leader, pid_t keeper);
  void ready(Generation generation, TimePoint now);
  // It was told to stop, or has ended.
  void leaving(Generation generation);
  // It is gone, and so is its memory.
  void exited(Generation generation);

  void take(const gpu::Reading& reading);
  // Those of the last reading that had any.
  std::vector<Card> cards() const;

 private:
  enum class Phase { kStarting, kReady, kLeaving };
  // What was seen of one card: who was on it, and what was used.
  struct Level {
    std::uint64_t used = 0;
    std::set<pid_t> pids;
  };
  using Levels = std::map<std::string, Level>;  // by key_of()
  struct Launch {
    ModelId model;
    Phase phase = Phase::kStarting;
    TimePoint since{};       // of the phase
    bool disturbed = false;  // another one came or went since its start
    pid_t leader = 0, keeper = 0;
    std::optional<Levels> base;  // at its start
    bool has_adopted = false;
    std::set<pid_t> adopted;                        // processes that are taken for its own
    std::map<std::string, std::uint64_t> estimate;  // by key_of(), of cards without processes

    bool owns(const gpu::Process& process) const;
  };

  void disturb(Generation cause);
  void learn(Launch& launch, const gpu::Reading& reading, const Levels& levels) const;
  void adopt(Launch& launch) const;
  Card card_of(const gpu::Device& device) const;

  std::map<Generation, Launch> launches_;  // that live
  std::vector<gpu::Device> devices_;
};

}  // namespace paddock::vram
