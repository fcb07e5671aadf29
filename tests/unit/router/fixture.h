// A router without processes: FakeLauncher records what it is told, the test plays the process. The control
// thread is the test's own, and runs only inside pump() and wait_until().
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "paddock/process/supervisor.h"
#include "paddock/router/router.h"
#include "paddock/scheduler/policy.h"

namespace paddock::router {

class FakeLauncher final : public process::Launcher {
 public:
  struct Started {
    process::SpawnSpec spec;
    Generation generation;
  };
  struct Stopped {
    Generation generation;
    Duration grace;
  };

  explicit FakeLauncher(process::Listener& to) : listener(to) {}

  void start(process::SpawnSpec spec, Generation generation) override {
    starts.push_back({std::move(spec), generation});
  }
  void stop(Generation generation, Duration grace) override { stops.push_back({generation, grace}); }
  void retire(Generation generation, Duration grace) override {
    retired.push_back(generation);
    stop(generation, grace);
  }

  std::uint64_t printed(Generation) const override { return printed_bytes; }
  Duration cpu_time(Generation) const override { return cpu; }
  std::optional<process::LoadProgress> loading(Generation) override { return progress; }

  std::uint64_t printed_bytes = 0;
  Duration cpu{0};
  std::optional<process::LoadProgress> progress;
  process::Listener& listener;
  std::vector<Started> starts;
  std::vector<Stopped> stops;
  std::vector<Generation> retired;  // those of them that had served their last request
};

// Keeps the one answer it gets.
class Client final : public Waiter {
 public:
  void granted(Lease granted_lease) noexcept override {
    ++answers;
    lease = std::move(granted_lease);
  }
  void rejected(RouteError reason) noexcept override {
    ++answers;
    error = std::move(reason);
  }

  int answers = 0;
  Lease lease;
  std::optional<RouteError> error;
  TicketId ticket;
};

// How an operation ended, once it has.
struct Ended {
  std::optional<Outcome> outcome;
  OutcomeHandler handler() {
    return [this](Outcome o) { outcome = std::move(o); };
  }
  bool ok() const { return outcome && !outcome->error; }
  std::optional<RejectCode> code() const {
    if (!outcome || !outcome->error) return std::nullopt;
    return outcome->error->code;
  }
};

inline process::SpawnSpec spec_of(const ModelId& model, int port) {
  process::SpawnSpec spec;
  spec.model = model;
  spec.argv = {"serve", "--port", std::to_string(port)};
  spec.endpoint = {"localhost", port, "/base"};
  return spec;
}

inline ModelOptions model_options(const char* id) {
  ModelOptions model;
  model.id = ModelId(id);
  model.bind = [name = ModelId(id)](int port) { return spec_of(name, port); };
  return model;
}

// a and b may run beside each other.
inline std::shared_ptr<const scheduler::EvictionPolicy> together() {
  scheduler::GroupPolicy::Group group;
  group.swap = false;
  group.members = {ModelId("a"), ModelId("b")};
  return std::make_shared<const scheduler::GroupPolicy>(
      std::vector<scheduler::GroupPolicy::Group>{std::move(group)});
}

// Where a router may try ports: tests that run at the same time do not meet there, and the kernel hands out
// none of them to a socket that only wants any.
inline int own_ports() { return 10'000 + static_cast<int>(::getpid() % 700) * 30; }

class Routed : public ::testing::Test {
 protected:
  void SetUp() override { make({model_options("a"), model_options("b")}); }
  void TearDown() override { stop_router(); }

  void make(std::vector<ModelOptions> models,
            std::shared_ptr<const scheduler::EvictionPolicy> policy = nullptr) {
    stop_router();
    Options options;
    options.models = std::move(models);
    options.policy = std::move(policy);
    options.start_port = own_ports();
    options.kept_launches = 3;
    options.max_wait = Duration(0);  // whoever waits is overdue at once
    options.make_launcher = [this](process::Listener& listener) {
      auto out = std::make_unique<FakeLauncher>(listener);
      launcher = out.get();
      return out;
    };
    options.prefetch = prefetch;
    options.expected_load = expected_load;
    router = std::make_unique<Router>(control, std::move(options));
  }
  void stop_router() {
    router.reset();
    pump();
  }

  void pump() {
    control.restart();
    control.poll();
  }
  // Runs the control thread until `done` or five seconds have passed.
  template <class Done>
  bool wait_until(Done done) {
    const TimePoint deadline = steady_now() + std::chrono::seconds(5);
    while (!done() && steady_now() < deadline) {
      control.restart();
      control.run_one_until(deadline);
    }
    return done();
  }

  std::shared_ptr<Client> acquire(const char* model) {
    auto client = std::make_shared<Client>();
    client->ticket = router->acquire(ModelId(model), client);
    pump();
    return client;
  }
  // As a worker asks first; nothing is pumped.
  Lease try_acquire(const char* model) { return router->try_acquire(ModelId(model)); }
  void finish(const std::shared_ptr<Client>& client) {
    client->lease = Lease();
    pump();
  }

  // The part of the process.
  void ready(const char* model, std::uint64_t generation, UniqueFd pidfd = {}) {
    launcher->listener.spawned(ModelId(model), {generation}, 4711, std::move(pidfd));
    launcher->listener.ready(ModelId(model), {generation},
                             {"127.0.0.1", launcher->starts.back().spec.endpoint.port});
    pump();
  }
  void exited(const char* model, std::uint64_t generation, process::ExitStatus status = {0, {}}) {
    process::Ending ending;
    ending.status = status;
    ending.kind = status.signal ? process::FailureClass::kSignal : process::FailureClass::kExit;
    ending.message = "it ended by itself with " + process::describe(status);
    ending.line = "last words";
    ending.tail = "first words\nlast words\n";
    launcher->listener.exited(ModelId(model), {generation}, ending);
    pump();
  }
  void failed(const char* model, std::uint64_t generation, process::FailureClass kind) {
    process::StartFailure failure;
    failure.kind = kind;
    failure.message = "exit code 3 before it was ready";
    failure.exit.code = 3;
    failure.line = "error: no such option";
    launcher->listener.failed(ModelId(model), {generation}, failure);
    pump();
  }

  Status status() {
    Status out;
    router->status([&out](Status s) { out = std::move(s); });
    pump();
    return out;
  }
  ModelStatus status(const char* model) { return *status().find(ModelId(model)); }

  boost::asio::io_context control;
  FakeLauncher* launcher = nullptr;
  PrefetchHooks prefetch;  // of the next router, like the next
  std::function<std::optional<Duration>(const ModelId&)> expected_load;
  std::unique_ptr<Router> router;
};

}  // namespace paddock::router
