#include "paddock/process/supervisor.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>
#include <utility>

#include "launch.h"

namespace paddock::process {

namespace {

// One that SIGKILL does not end hangs in the kernel; the daemon must still be able to leave.
constexpr Duration kLastWait = std::chrono::seconds(3);

}  // namespace

// Members are destroyed from the last to the first: launches (kill and reap), then the pump (last output).
class Supervisor::Impl {
 public:
  Impl(boost::asio::io_context& io, logs::Hub& hub, keeper::Helper& helper, Listener& listener, Weigh weigh)
      : resolver_(io),
        errands_(io),
        shared_{io,
                hub,
                listener,
                resolver_,
                pump_,
                helper,
                errands_,
                std::move(weigh),
                [this, &io](std::function<void()> call) { report(io, std::move(call)); },
                [this](Generation generation) { launches_.erase(generation); }} {}

  ~Impl() {
    // All at once, so that they end side by side.
    for (const auto& [generation, launch] : launches_) launch->kill_now();
    const TimePoint deadline = steady_now() + kLastWait;
    for (const auto& [generation, launch] : launches_) launch->await_gone(deadline);
    launches_.clear();
  }

  void start(SpawnSpec spec, Generation generation) {
    const auto launch = std::make_shared<Launch>(shared_, std::move(spec), generation);
    launches_[generation] = launch;
    launch->start();
  }

  void stop(Generation generation, Duration grace) {
    const auto found = launches_.find(generation);
    if (found != launches_.end()) found->second->stop(grace);
  }

  Launch* find(Generation generation) const {
    const auto found = launches_.find(generation);
    return found == launches_.end() ? nullptr : found->second.get();
  }

 private:
  // Posted, so that the Listener is never called from inside start() or stop(); an io_context with one thread
  // keeps the order.
  void report(boost::asio::io_context& io, std::function<void()> call) {
    boost::asio::post(io, [alive = std::weak_ptr(alive_), call = std::move(call)] {
      if (alive.lock()) call();
    });
  }

  Resolver resolver_;
  Errands errands_;
  OutputPump pump_;
  Shared shared_;
  std::map<Generation, std::shared_ptr<Launch>> launches_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

Supervisor::Supervisor(boost::asio::io_context& control, logs::Hub& hub, keeper::Helper& helper,
                       Listener& listener, Weigh weigh)
    : impl_(std::make_unique<Impl>(control, hub, helper, listener, std::move(weigh))) {}

Supervisor::~Supervisor() = default;

void Supervisor::start(SpawnSpec spec, Generation generation) { impl_->start(std::move(spec), generation); }

void Supervisor::stop(Generation generation, Duration grace) { impl_->stop(generation, grace); }

std::uint64_t Supervisor::printed(Generation generation) const {
  const Launch* launch = impl_->find(generation);
  return launch ? launch->printed() : 0;
}

Duration Supervisor::cpu_time(Generation generation) const {
  const Launch* launch = impl_->find(generation);
  return launch ? launch->cpu_time() : Duration::zero();
}

std::optional<LoadProgress> Supervisor::loading(Generation generation) {
  Launch* launch = impl_->find(generation);
  return launch ? launch->loading() : std::nullopt;
}

}  // namespace paddock::process
