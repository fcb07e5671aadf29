// Launch drives one start() from its spawn to its end: it asks the Lifecycle what to do, does it and reports.
// Control thread. Destroying it ends what is left, without waiting; nothing is reported any more.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "engine.h"
#include "failure.h"
#include "fatal.h"
#include "health/prober.h"
#include "health/watch.h"
#include "lifecycle.h"
#include "load_scan.h"
#include "output_pump.h"
#include "paddock/base/errands.h"
#include "paddock/base/resolver.h"
#include "paddock/logs/hub.h"
#include "paddock/process/supervisor.h"
#include "progress.h"
#include "stop_command.h"

namespace paddock::process {

// What all launches of a Supervisor share.
struct Shared {
  boost::asio::io_context& io;
  logs::Hub& hub;
  Listener& listener;
  Resolver& resolver;
  OutputPump& pump;
  keeper::Helper& helper;
  Errands& errands;
  const Weigh weigh;                                  // may be empty
  std::function<void(std::function<void()>)> report;  // performs a call of the Listener later, in order
  std::function<void(Generation)> forget;             // destroys the Launch
};

class Launch : public std::enable_shared_from_this<Launch> {
 public:
  Launch(Shared& shared, SpawnSpec spec, Generation generation);

  // Spawns it, or waits for its port first.
  void start();
  void stop(Duration grace);
  void kill_now();
  std::uint64_t printed() const { return channel_->end_offset(); }
  Duration cpu_time() const;
  std::optional<LoadProgress> loading();
  // For when nobody turns the io_context any more.
  void await_gone(TimePoint deadline);

 private:
  void spawn();
  void await_port();
  void weigh();
  void perform(const Actions& actions);
  void perform(const Action& action);
  Engine::Hearing hearing();
  void start_probing();
  void answered();
  void arm_timer(TimePoint at);
  Progress progress();
  void collect_output();
  void output_collected();
  void report_spawned();
  Ending end() const;
  void report_ended();
  void report_exited();
  void report_failed(StartFailure failure);
  std::string output_tail() const;
  std::optional<std::uint64_t> family_read() const;
  void report_timeout(StartLimit limit);
  void leader_ended(ExitStatus exit);
  void start_watching();
  void run_stop_command();
  void note_stop_failed();
  void report_ready();
  void fatal_line_seen(const std::string& line);
  void note(std::string sentence);

  Shared& shared_;
  const SpawnSpec spec_;
  const Generation generation_;
  Lifecycle lifecycle_;
  std::shared_ptr<logs::Channel> channel_;
  const TimePoint port_deadline_;   // when its port must be free
  std::string stranger_;            // who answered in its place
  std::uint64_t output_begin_ = 0;  // where this launch's output starts in the channel
  ProgressMark progress_mark_;      // of the last look at it
  LoadScan load_scan_;
  std::uint64_t scanned_ = 0;        // up to here in the channel
  std::uint64_t weights_bytes_ = 0;  // 0: not known
  SpawnError spawn_error_;
  Engine engine_;
  pid_t pid_ = -1, keeper_pid_ = -1;
  UniqueFd pidfd_;
  ExitStatus exit_;
  Ready ready_;
  boost::asio::steady_timer timer_;
  std::optional<Prober> prober_;
  std::optional<HealthWatch> watch_;
  std::optional<StopCommand> stop_command_;
  std::shared_ptr<FatalWatch> fatal_watch_;
  bool leader_is_over_ = false;
  bool lost_ = false;  // a detached launch, by its health path
};

}  // namespace paddock::process
