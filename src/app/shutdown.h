// Shutdown: what the first, the second and every later request to stop mean.
//
//   running --request--> draining --request--> hurrying --request--> (nothing more)
//                           |                     |
//                           +---- models gone ----+--> finished
//
// draining: no new clients, running requests get `grace`. hurrying: running requests are cut. It decides and
// calls the hooks; it owns nothing. Control thread only.
#pragma once

#include <functional>

#include "paddock/base/clock.h"

namespace paddock::app {

class Shutdown {
 public:
  struct Hooks {
    std::function<void()> close_the_door;                                         // once, first
    std::function<void(Duration grace, std::function<void()> done)> stop_models;  // once or twice
    std::function<void()> finished;                                               // once, last
  };

  Shutdown(Hooks hooks, Duration grace);

  // A signal asks to stop.
  void request();
  bool requested() const { return requests_ > 0; }

 private:
  void stop_models(Duration grace);

  Hooks hooks_;
  Duration grace_;
  int requests_ = 0;
  bool finished_ = false;
};

}  // namespace paddock::app
