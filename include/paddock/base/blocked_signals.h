// BlockedSignals: while it lives, the thread that made it takes no signal, and a thread that it starts never
// does: signals are the control thread's. Made and destroyed on one thread.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace paddock {

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace paddock
