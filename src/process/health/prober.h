// Prober asks a starting model again and again whether it is ready.
//
// The first attempt starts at once, the next ones clamp(elapsed / 50, 5 ms, 250 ms) after the start of the
// one before, or at its end if it took longer; elapsed counts from the spawn. So a fast start is noticed
// within milliseconds and a slow one costs few attempts. An empty check path asks nobody: the model is ready
// as soon as its host has an address.
// Control thread. Destroying it ends the probing; `done` is called at most once, never by the constructor.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "health/attempt.h"
#include "paddock/base/clock.h"
#include "paddock/base/resolver.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

Duration probe_interval(Duration since_spawn);

class Prober {
 public:
  using Done = std::function<void(const Ready&)>;

  Prober(boost::asio::io_context& io, Resolver& resolver, const SpawnSpec& spec, TimePoint spawned,
         Done done);
  ~Prober();

 private:
  void resolve();
  void resolved(const Result<Resolver::Addresses, std::string>& addresses);
  void attempt();
  void attempted(const std::optional<Ready>& result);
  template <class Then>
  void at(TimePoint time, Then then);

  boost::asio::io_context& io_;
  Resolver& resolver_;
  const Endpoint endpoint_;
  const std::string check_path_;
  const TimePoint spawned_;
  Done done_;
  boost::asio::steady_timer timer_;
  std::vector<std::string> addresses_;
  std::shared_ptr<Attempt> attempt_;
  TimePoint attempt_started_{};
  std::shared_ptr<Prober*> alive_;  // what late handlers look at
};

}  // namespace paddock::process
