// A driven scheduler whose requests have 30 seconds of patience: what is let in, what waits and for how long.
// The timers are kept apart from the other effects: `wake` is the one that is armed, and it fires only when a
// test says so. Without patience, where no timer is looked at, Driven is enough.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {

class Fair : public Driven {
 protected:
  void SetUp() override { with(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}})); }
  void with(Options options) {
    options.max_wait = seconds(30);
    make(std::move(options));
  }

  Effects on(const Event& event) {
    Effects out;
    for (Effect& effect : Driven::on(event)) {
      if (const ArmTimer* timer = std::get_if<ArmTimer>(&effect)) {
        wake = *timer;
      } else if (std::get_if<CancelTimer>(&effect)) {
        wake = {};
      } else {
        out.push_back(std::move(effect));
      }
    }
    return out;
  }
  Effects arrive(std::uint64_t t, const char* model) { return on(RequestArrived{ticket(t), ModelId(model)}); }
  Effects finish(std::uint64_t t) { return on(RequestFinished{ticket(t)}); }
  Effects ready(const char* model, std::uint64_t g) { return on(ProcessReady{ModelId(model), gen(g)}); }
  Effects exited(const char* model, std::uint64_t g) { return on(ProcessExited{ModelId(model), gen(g), ""}); }
  // The timer fires when it is due.
  Effects fire() {
    now = wake.at;
    return on(TimerFired{std::exchange(wake, {}).timer});
  }
  void serving(std::uint64_t t, const char* model, std::uint64_t g) {
    arrive(t, model);
    ready(model, g);
  }

  ArmTimer wake;
};

}  // namespace paddock::scheduler
