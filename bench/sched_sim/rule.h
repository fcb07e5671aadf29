// Rule: who is let in, who waits and who goes. The three that are compared.
//
// All speak the scheduler's language, so that ours is the scheduler itself: facts in, orders out. Of the
// facts a rule hears RequestArrived, RequestFinished, ProcessReady, ProcessExited and the timers that it
// asked for; of the orders it gives Grant, StartProcess, StopProcess, ArmTimer, CancelTimer, Note and the
// advice to prefetch. To add one: a class in a file of its own, a function here, its place in contest.h.
#pragma once

#include <memory>
#include <vector>

#include "bench/sched_sim/trace.h"
#include "paddock/scheduler/effects.h"
#include "paddock/scheduler/events.h"

namespace paddock::sched_sim {

class Rule {
 public:
  virtual ~Rule() = default;
  virtual std::vector<scheduler::Effect> on(const scheduler::Event& event, TimePoint now) = 0;
};

// Strictly in the order of arrival: while the head of the line waits for its model, everybody waits.
// Neighbours in the line that ask for the same model run at the same time.
std::unique_ptr<Rule> fifo(const Trace& trace);

// Whoever asks for a ready model is let in, unless a swap is about to stop it. The others wait in line; one
// after another is looked at whenever a model falls idle or a swap is done, and those that cannot go on are
// overtaken. Nobody grows more important by waiting. Several swaps may be under way if they share no model.
// Without its limit of ten requests for a model, so that all rules serve the same requests.
//
// Where the policy leaves a choice of whom to evict, llama-swap goes by the name; the others evict the least
// recently used. With kLeastUsed all differences between it and ours come from who waits for whom.
enum class Victims { kLeastUsed, kByName };
std::unique_ptr<Rule> llama_swap(const Trace& trace, Victims victims);

// scheduler::Scheduler, with the defaults for everything else.
std::unique_ptr<Rule> ours(const Trace& trace, Duration max_wait, Duration min_residency = Duration(0));

}  // namespace paddock::sched_sim
