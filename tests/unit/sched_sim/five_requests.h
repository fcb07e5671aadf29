// Five requests for two models that exclude each other, small enough to be worked out on paper: a loads in
// 10 s and stops in 1 s, b loads in 20 s and stops in 2 s.
#pragma once

#include <memory>

#include "bench/sched_sim/trace.h"

namespace paddock::sched_sim {

using std::chrono::seconds;

inline constexpr std::size_t kA = 0, kB = 1;

inline User asks_once(int at, std::size_t model, int answer) {
  return {{seconds(at), {{model, seconds(answer)}}}};
}

inline Trace five_requests() {
  Trace trace;
  trace.models = {{ModelId("a"), seconds(10), seconds(1), 1}, {ModelId("b"), seconds(20), seconds(2), 1}};
  trace.policy = std::make_shared<scheduler::ExclusivePolicy>();
  trace.period = seconds(200);
  trace.users = {asks_once(0, kA, 30), asks_once(5, kB, 10), asks_once(20, kA, 40), asks_once(45, kA, 100),
                 asks_once(50, kB, 5)};
  return trace;
}

}  // namespace paddock::sched_sim
