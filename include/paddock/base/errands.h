// Errands: work that may be slow, or hang for ever in a driver or a file system, begun in its order on
// threads of its own, which start when they are needed.
//
// An errand must hold all that it uses: it may still run when whoever ordered it is gone. It answers what is
// then to be done about it, which is called from the io_context.
// For the io_context's thread. Destroying it drops what has not begun and what was to be done; an errand that
// runs cannot be stopped, and its thread is left to end by itself. So nobody ever waits for one, but for a
// moment before the process ends (all_over).
#pragma once

#include <functional>
#include <memory>

#include "paddock/base/clock.h"

namespace boost::asio {
class io_context;
}

namespace paddock {

class Errands {
 public:
  using Done = std::function<void()>;
  using Errand = std::function<Done()>;

  // With one thread, each errand is over before the next one begins.
  explicit Errands(boost::asio::io_context& context, int threads = 1);
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // Neither is called before it returned.
  void run(Errand errand);
  // What is to be done when there is nothing to run for it; as with the end of an errand.
  void later(Done done);

  // Any thread: whether the threads of all that were destroyed are gone, waiting so long for it at most.
  // Where they are not, the process must end by _Exit: what libraries take down in exit() (OpenSSL, in a
  // destructor of its shared object) they may be using.
  static bool all_over(Duration patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace paddock
