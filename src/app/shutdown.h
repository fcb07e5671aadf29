// Shutdown: what the first, the second and every later request to stop mean.
//
//   running --request--> draining --request--> hurrying --request--> (nothing more)
//                           |                     |
//                           +---- models gone ----+--> finished
//
// draining: no new clients, all must be gone within the budget. hurrying: running requests are cut. It
// decides and calls the hooks; it owns nothing. Control thread only.
#pragma once

#include <functional>

#include "paddock/base/clock.h"

namespace paddock::app {

class Shutdown {
 public:
  struct Hooks {
    std::function<void()> close_the_door;  // once, first
    // Once or twice: the second time with no budget at all.
    std::function<void(Duration budget, std::function<void()> done)> stop_models;
    std::function<void()> finished;  // once, last
  };

  Shutdown(Hooks hooks, Duration budget);

  // For a shutdown that begins later.
  void set_budget(Duration budget) { budget_ = budget; }
  // A signal asks to stop.
  void request();
  bool requested() const { return requests_ > 0; }

 private:
  void stop_models(Duration budget);

  Hooks hooks_;
  Duration budget_;
  int requests_ = 0;
  bool finished_ = false;
};

}  // namespace paddock::app
