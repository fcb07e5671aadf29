// Lives: a folder in which launches of fakes say that they live, so that each can see beside whom it runs.
//
// Each process makes its own entry, NAME.PID.STARTED, first thing. A pid and its start time name one process
// for ever: an entry can be judged whenever somebody looks, and its end needs no entry, so that it cannot be
// forgotten. Whoever is not reaped yet counts as alive. No lock: of two that begin at the same time at least
// one sees the other, because both enter before they look.
// Names have neither dots nor blanks. Any process, any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/process_facts.h"

namespace paddock::test {

struct Life {
  std::string name;
  pid_t pid = 0;
  std::uint64_t started = 0;  // clock ticks since the boot

  friend bool operator==(const Life&, const Life&) = default;
};

// Nothing once it is reaped.
std::optional<ProcessFacts> facts_of(pid_t pid);
// Of all processes that are there.
std::vector<ProcessFacts> all_processes();

bool is_alive(const Life& life);

// What one launch saw when it began.
struct Sighting {
  Life self;
  std::vector<Life> others;  // all of them alive at the same instant
};

class Lives {
 public:
  explicit Lives(std::string folder);  // is made where it is missing

  // This process.
  void enter(const std::string& name) const;
  // The same, and writes down who else lives.
  void enter_and_look(const std::string& name) const;

  // Those of whom all lived at one instant during the call.
  std::vector<Life> alive() const;
  std::vector<Sighting> sightings() const;

 private:
  std::string folder_;
};

}  // namespace paddock::test
