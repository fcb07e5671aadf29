// FitWatch has every launch judged: does it fit? When it is ready and some time later, as engines allocate
// late; when its first answer is over, whenever that is, as that allocates, too; when its answers become much
// slower than usual, or usual again; and when its start failed or it crashed. The judgements are kept beside
// it.
//
// It stands between whoever orders launches and the Launcher that performs them; everything passes as it
// comes, both ways. Reports are read on a thread of its own, and what a command names on another: a file
// system that hangs costs the words of the command only. A verdict comes from the report at once, and once
// more with what the cards say if they can be read: a driver that hangs costs only that. Control thread only.
// Destroying it ends its Launcher, and judges nothing any more.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/fit/judgements.h"
#include "paddock/gpu/sampler.h"
#include "paddock/process/supervisor.h"

namespace paddock::app {

// What outlasts launches. On the control thread.
class LaunchMemory {
 public:
  virtual ~LaunchMemory() = default;
  // Of a launch whatever is told comes between these two, but for judgements of one that failed.
  virtual void began(const ModelId& model, Generation launch) = 0;
  virtual void over(Generation launch) = 0;
  virtual void judged(const ModelId& model, const fit::Judgement& judgement) = 0;
  // Tokens per second of its answers, once, unless the driver pages.
  virtual void paced(Generation launch, double per_second) = 0;
  // The same of earlier launches of what this one runs.
  virtual std::optional<double> usual_pace(Generation launch) const = 0;
};

class FitWatch final : public process::Launcher {
 public:
  using MakeLauncher = std::function<std::unique_ptr<process::Launcher>(process::Listener&)>;

  struct Options {
    // What the launch has printed while it loaded. Must not block.
    std::function<std::string(const ModelId&, Generation)> load_report;
    LaunchMemory* memory = nullptr;  // outlives it; may be null
    // How many launches wait for their first answer, kept for other threads to read. Outlives it; may be
    // null.
    std::atomic<std::size_t>* first_answers = nullptr;
    // When to judge: so long after it was ready, and after its end. The second look is for lines that were
    // still on their way.
    std::vector<Duration> after_ready{Duration::zero(), std::chrono::seconds(1), std::chrono::seconds(30),
                                      std::chrono::minutes(5)};
    std::vector<Duration> after_end{Duration::zero(), std::chrono::seconds(1)};
  };

  // Those that are referred to outlive it.
  FitWatch(boost::asio::io_context& control, gpu::Sampler& sampler, fit::Judgements& judgements,
           Options options, process::Listener& listener, const MakeLauncher& make_launcher);
  ~FitWatch() override;

  void start(process::SpawnSpec spec, Generation generation) override;
  void stop(Generation generation, Duration grace) override;
  std::uint64_t printed(Generation generation) const override;
  Duration cpu_time(Generation generation) const override;
  std::optional<process::LoadProgress> loading(Generation generation) override;

  // A request to the model was answered: tokens, and tokens per second; 0 or less: not told.
  void answered(const ModelId& model, std::int64_t tokens, double per_second);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Of a launch that nobody stopped.
fit::Failure fit_failure(process::FailureClass kind, const process::ExitStatus& exit,
                         const std::string& line);

}  // namespace paddock::app
