#include "paddock/base/errands.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "paddock/base/blocked_signals.h"

namespace paddock {

namespace asio = boost::asio;

namespace {

// All threads of errands that were not seen to end.
class Crew {
 public:
  template <typename Work>
  void start(Work work) {
    const std::lock_guard lock(mutex_);
    join_ended();
    Member& member = members_.emplace_back();
    member.thread = std::thread([this, &member, work = std::move(work)] {
      work();
      const std::lock_guard end(mutex_);
      member.has_ended = true;
      ended_.notify_all();
    });
  }

  bool all_over(Duration patience) {
    std::unique_lock lock(mutex_);
    const bool over = ended_.wait_for(lock, patience, [this] {
      return std::all_of(members_.begin(), members_.end(), [](const Member& one) { return one.has_ended; });
    });
    join_ended();
    for (Member& one : members_) {
      if (one.thread.joinable()) one.thread.detach();  // left behind on purpose
    }
    return over;
  }

 private:
  struct Member {
    std::thread thread;
    bool has_ended = false;  // it will not take the mutex again
  };

  void join_ended() {
    members_.remove_if([](Member& one) {
      if (one.has_ended && one.thread.joinable()) one.thread.join();
      return one.has_ended;
    });
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Member> members_;
};

// Never destroyed: a thread may end after everything else.
Crew& crew() {
  static Crew* const all = new Crew;
  return *all;
}

}  // namespace

// Shared with the thread, which may outlive the Errands; it touches the io_context only under the mutex and
// only while it is set.
struct Errands::State : std::enable_shared_from_this<Errands::State> {
  State(asio::io_context& io, int limit) : most(limit), context(&io) {}

  void work();
  void report(Done done);

  const int most;  // threads
  std::mutex mutex;
  std::condition_variable changed;
  asio::io_context* context;  // null once the Errands is gone
  std::deque<Errand> errands;
  int threads = 0;
  int idle = 0;
};

void Errands::State::work() {
  std::unique_lock lock(mutex);
  while (context) {
    if (errands.empty()) {
      ++idle;
      changed.wait(lock);
      --idle;
      continue;
    }
    Errand errand = std::move(errands.front());
    errands.pop_front();
    lock.unlock();
    Done done = errand();
    errand = nullptr;
    lock.lock();
    if (context && done) report(std::move(done));
  }
}

// With the mutex held, or from the io_context's thread, where nobody can destroy the Errands meanwhile.
void Errands::State::report(Done done) {
  asio::post(*context, [state = weak_from_this(), done = std::move(done)] {
    const std::shared_ptr<State> alive = state.lock();
    // The context is cleared on this very thread, so this look at it cannot race.
    if (alive && alive->context) done();
  });
}

Errands::Errands(asio::io_context& context, int threads)
    : state_(std::make_shared<State>(context, threads)) {}

Errands::~Errands() {
  std::deque<Errand> dropped;
  const std::lock_guard lock(state_->mutex);
  state_->context = nullptr;
  dropped.swap(state_->errands);
  state_->changed.notify_all();
}

void Errands::run(Errand errand) {
  const std::lock_guard lock(state_->mutex);
  state_->errands.push_back(std::move(errand));
  state_->changed.notify_one();
  if (static_cast<int>(state_->errands.size()) <= state_->idle || state_->threads == state_->most) return;
  ++state_->threads;
  const BlockedSignals blocked;
  crew().start([state = state_] { state->work(); });
}

bool Errands::all_over(Duration patience) { return crew().all_over(patience); }

void Errands::later(Done done) { state_->report(std::move(done)); }

}  // namespace paddock
