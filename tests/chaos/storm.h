// The storm: for a bounded time everything happens to a real daemon at once, decided by seeded dice. Actors
// run on threads of their own until the time is over:
//
//   clients   ask, stream, leave at every phase             clients.cpp
//   admins    load, unload, cancel, restart, freeze, look   admin.cpp
//   killer    SIGKILL and SIGSTOP to models, SIGKILL to keepers   killer.cpp
//   weather   what the next launch of a model is like       weather.cpp
//   rewriter  the configuration file, and the reload        rewriter.cpp
//
// Threads and processes race, so a seed repeats what is asked, not what comes of it.
//
// Storm is what they share. What must never happen they complain about; what does happen they count, so that
// a calm storm is seen as one. All of it may be called from any thread.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "tests/support/lives.h"
#include "tests/support/raw_client.h"
#include "tests/support/wait.h"

namespace paddock::chaos {

using test::Clock;
using test::Millis;

// No request may take longer, whatever happens: a hung load ends after 15 s, and the storm lets it hang
// rarely. Far above what is seen, far below "for ever".
inline constexpr Millis kEveryRequestEnds{60'000};

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  // 0 to sides - 1.
  int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }
  bool one_in(int sides) { return roll(sides) == 0; }
  const std::string& pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(roll(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 random_;
};

class Storm {
 public:
  Storm(int port, std::string folder, Millis time);

  int port() const { return port_; }
  const test::Lives& lives() const { return lives_; }
  std::string lives_folder() const { return folder_ + "/lives"; }
  std::string moods_folder() const { return folder_ + "/moods"; }

  bool over() const { return deadline_.passed(); }
  // Waits; shorter when the storm is over.
  void pause(Millis time) const;

  void complain(const std::string& what);
  std::vector<std::string> complaints() const;
  void count(const std::string& what);
  int counted(const std::string& what) const;
  // All counts, a line each.
  std::string tally() const;

 private:
  const int port_;
  const std::string folder_;
  const test::Lives lives_;
  const test::Deadline deadline_;
  mutable std::mutex mutex_;
  std::vector<std::string> complaints_;  // guarded by mutex_
  std::map<std::string, int> tally_;     // guarded by mutex_
};

// One request on a connection of its own, read to the end.
struct Answer {
  std::string bytes;
  int status = 0;    // 0: none came
  std::string code;  // of our own errors
};

// Complains where there is no answer, or none in time. `who` is for people.
Answer exchange(Storm& storm, const std::string& who, const std::string& request);
// The same, and complains about errors that nobody should get.
Answer call(Storm& storm, const std::string& who, const std::string& request);
// Of the bytes that came.
Answer read_answer(std::string bytes);
std::string closing_request(const std::string& method, const std::string& target,
                            const std::string& body = {});

// Each runs until the storm is over.
void run_client(Storm& storm, unsigned seed);
void run_admin(Storm& storm, unsigned seed);
void run_killer(Storm& storm, unsigned seed);
void run_weather(Storm& storm, unsigned seed);
void run_rewriter(Storm& storm, unsigned seed, const std::string& file, pid_t daemon);

// Calm weather: what is started from now on behaves.
void calm_down(const Storm& storm);

}  // namespace paddock::chaos
