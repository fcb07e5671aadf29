// ReleaseWatch stands between whoever orders launches and the Launcher that performs them, and holds the
// `exited` of a launch back until the memory that it had on the cards is back, and tells `ended` meanwhile:
// freed memory may lag the end of a process by seconds, and the next load would find too little.
//
// Everything else passes through as it comes, both ways. Without a source, and for a launch that took nothing
// worth a wait, so does `exited`. It waits no longer than the limit, and then says in the log what is missing
// and goes on. What is compared with what: src/vram/holdings.h.
// Control thread only. Destroying it ends its Launcher, and calls no Listener.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "paddock/base/clock.h"
#include "paddock/gpu/sampler.h"
#include "paddock/process/supervisor.h"

namespace paddock::vram {

struct Options {
  Duration limit = std::chrono::seconds(5);  // 0: never waits, and reads nothing
  bool must_read = false;                    // the user named the source: a warning if it cannot be read
};

class ReleaseWatch final : public process::Launcher {
 public:
  using MakeLauncher = std::function<std::unique_ptr<process::Launcher>(process::Listener&)>;

  // The sampler and the listener outlive it.
  ReleaseWatch(boost::asio::io_context& control, gpu::Sampler& sampler, Options options,
               process::Listener& listener, const MakeLauncher& make_launcher);
  ~ReleaseWatch() override;

  void start(process::SpawnSpec spec, Generation generation) override;
  void stop(Generation generation, Duration grace) override;
  std::uint64_t printed(Generation generation) const override;
  Duration cpu_time(Generation generation) const override;
  std::optional<process::LoadProgress> loading(Generation generation) override;

  // From here on nothing waits: nothing will be started any more.
  void let_go();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::vram
