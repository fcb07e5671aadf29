// Requests through the router: leases, errors, history.
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

using Acquire = Routed;
using ::testing::HasSubstr;

TEST_F(Acquire, StartsTheModelAndGrantsALease) {
  const auto client = acquire("a");
  ASSERT_EQ(launcher->starts.size(), 1u);
  EXPECT_EQ(client->answers, 0);
  ready("a", 1);
  ASSERT_TRUE(client->lease);
  const Upstream& upstream = *client->lease.upstream();
  EXPECT_EQ(upstream.model, ModelId("a"));
  EXPECT_EQ(upstream.generation, Generation{1});
  EXPECT_EQ(upstream.address, "127.0.0.1");
  EXPECT_EQ(upstream.port, launcher->starts[0].spec.endpoint.port);
  EXPECT_EQ(upstream.host, "localhost");
  EXPECT_EQ(upstream.base_path, "/base");
}

TEST_F(Acquire, CountsUntilTheLeaseDies) {
  const auto client = acquire("a");
  EXPECT_EQ(status("a").waiting, 1);
  ready("a", 1);
  EXPECT_EQ(status("a").in_flight, 1);
  EXPECT_EQ(status("a").waiting, 0);
  finish(client);
  EXPECT_EQ(status("a").in_flight, 0);
}

TEST_F(Acquire, SwapsWithTheGraceOfTheVictim) {
  ModelOptions a = model_options("a");
  a.unload_grace = std::chrono::seconds(3);
  make({a, model_options("b")});
  const auto first = acquire("a");
  ready("a", 1);
  const auto second = acquire("b");
  EXPECT_TRUE(launcher->stops.empty());
  EXPECT_TRUE(status("a").draining);
  finish(first);
  ASSERT_EQ(launcher->stops.size(), 1u);
  EXPECT_EQ(launcher->stops[0].grace, std::chrono::seconds(3));
  exited("a", 1);
  ready("b", 2);
  EXPECT_TRUE(second->lease);
  EXPECT_EQ(status("a").launches[0].reason, "swap to b");
}

TEST_F(Acquire, OfAnUnknownModelIsRejected) {
  const auto client = acquire("x\n");
  ASSERT_TRUE(client->error);
  EXPECT_EQ(client->error->code, RejectCode::kModelNotFound);
  EXPECT_EQ(client->error->message, "there is no model x\\x0a");
}

TEST_F(Acquire, GivesPortsInTheOrderOfTheIds) {
  make({model_options("b"), model_options("a")});
  acquire("b");
  const int port_of_b = launcher->starts[0].spec.endpoint.port;
  router->unload({}, UnloadMode::kDrain, [](Outcome) {});
  pump();
  exited("b", 1);
  acquire("a");
  EXPECT_LT(launcher->starts[1].spec.endpoint.port, port_of_b);
}

TEST_F(Acquire, WithoutAPortBindsZero) {
  ModelOptions model = model_options("a");
  model.uses_port = false;
  make({model});
  acquire("a");
  EXPECT_EQ(launcher->starts[0].spec.argv.back(), "0");
}

TEST_F(Acquire, FailsWhenNoPortIsLeft) {
  Options options;
  options.models = {model_options("a")};
  options.start_port = 65536;
  options.make_launcher = [this](process::Listener& listener) {
    auto out = std::make_unique<FakeLauncher>(listener);
    launcher = out.get();
    return out;
  };
  router = std::make_unique<Router>(control, std::move(options));
  const auto client = acquire("a");
  ASSERT_TRUE(client->error);
  EXPECT_EQ(client->error->code, RejectCode::kStartFailed);
  EXPECT_EQ(client->error->detail.kind, "port_taken");
  EXPECT_TRUE(launcher->starts.empty());
  EXPECT_EQ(status("a").state, ModelState::kStopped);
}

TEST_F(Acquire, TellsWhyAStartFailed) {
  const auto one = acquire("a");
  const auto two = acquire("a");
  failed("a", 1, process::FailureClass::kExit);
  for (const auto& client : {one, two}) {
    ASSERT_EQ(client->answers, 1);
    EXPECT_EQ(client->error->code, RejectCode::kStartFailed);
    EXPECT_THAT(client->error->message, HasSubstr("model a failed to start: exit code 3"));
    EXPECT_EQ(client->error->detail.kind, "exit");
    EXPECT_EQ(client->error->detail.exit, 3);
    EXPECT_EQ(client->error->detail.line, "error: no such option");
  }
  exited("a", 1, {3, {}});
  EXPECT_EQ(status("a").launches[0].reason, "start failed");
}

TEST_F(Acquire, TellsATimeoutFromAFailure) {
  const auto client = acquire("a");
  failed("a", 1, process::FailureClass::kTimeout);
  EXPECT_EQ(client->error->code, RejectCode::kStartTimeout);
}

TEST_F(Acquire, StartsAgainAfterACrash) {
  const auto client = acquire("a");
  ready("a", 1);
  exited("a", 1, {{}, 9});
  EXPECT_FALSE(client->lease.upstream()->alive());
  EXPECT_FALSE(client->lease.upstream()->revoked());
  const LaunchStatus launch = status("a").launches[0];
  EXPECT_EQ(launch.reason, "crashed");
  EXPECT_EQ(launch.failure.kind, "signal");
  EXPECT_EQ(launch.failure.signal, 9);
  EXPECT_EQ(launch.failure.line, "last words");
  EXPECT_EQ(launch.signal, 9);
  EXPECT_EQ(launch.tail, "first words\nlast words\n");
  const auto next = acquire("a");
  ready("a", 2);
  EXPECT_TRUE(next->lease);
  finish(client);
  EXPECT_EQ(status("a").in_flight, 1);
}

using Cancel = Routed;

TEST_F(Cancel, OfAWaiterAnswersIt) {
  const auto client = acquire("a");
  router->cancel(client->ticket);
  pump();
  ASSERT_EQ(client->answers, 1);
  EXPECT_EQ(client->error->code, RejectCode::kCancelled);
  ready("a", 1);
  EXPECT_EQ(client->answers, 1);
  EXPECT_EQ(status("a").in_flight, 0);
}

TEST_F(Cancel, AfterTheGrantChangesNothing) {
  const auto client = acquire("a");
  router->cancel(client->ticket);                                 // in the queue behind ...
  launcher->listener.ready(ModelId("a"), {1}, {"127.0.0.1", 1});  // ... what the control thread does now
  pump();
  EXPECT_EQ(client->answers, 1);
  EXPECT_TRUE(client->lease);
  EXPECT_EQ(status("a").in_flight, 1);
}

TEST_F(Cancel, TwiceAnswersOnce) {
  const auto client = acquire("a");
  router->cancel(client->ticket);
  router->cancel(client->ticket);
  pump();
  EXPECT_EQ(client->answers, 1);
}

using History = Routed;

TEST_F(History, HoldsTheNewestLaunchesFirst) {
  for (std::uint64_t generation = 1; generation <= 5; ++generation) {
    const auto client = acquire("a");
    ready("a", generation);
    client->lease.upstream()->mark_served();
    finish(client);
    exited("a", generation);
  }
  const std::vector<LaunchStatus> launches = status("a").launches;
  ASSERT_EQ(launches.size(), 3u);
  EXPECT_EQ(launches[0].generation, Generation{5});
  EXPECT_EQ(launches[2].generation, Generation{3});
  EXPECT_EQ(launches[0].pid, 4711);
  EXPECT_THAT(launches[0].cmd, HasSubstr("serve --port " + std::to_string(own_ports())));
  EXPECT_TRUE(launches[0].ready && launches[0].ended);
}

TEST_F(History, NamesStatesInTheirWords) {
  EXPECT_EQ(status("a").state, ModelState::kStopped);
  const auto client = acquire("a");
  EXPECT_EQ(status("a").state, ModelState::kStarting);
  EXPECT_EQ(status("a").launches[0].reason, "request");
  ready("a", 1);
  EXPECT_STREQ(state_name(status("a").state), "ready");
  EXPECT_EQ(status().find(ModelId("x")), nullptr);
}

using TryAcquire = Routed;

TEST_F(TryAcquire, GivesALeaseOnlyOfAReadyModel) {
  EXPECT_FALSE(try_acquire("x"));
  EXPECT_FALSE(try_acquire("a"));
  finish(acquire("a"));
  EXPECT_FALSE(try_acquire("a"));
  ready("a", 1);
  const Lease lease = try_acquire("a");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease.upstream()->generation, Generation{1});
  EXPECT_FALSE(try_acquire("b"));
}

TEST_F(TryAcquire, CountsAsRunning) {
  const auto granted = acquire("a");
  ready("a", 1);
  {
    const Lease one = try_acquire("a");
    Lease two = try_acquire("a");
    EXPECT_EQ(status("a").in_flight, 3);
    const Lease moved = std::move(two);
    EXPECT_EQ(status("a").in_flight, 3);
  }
  EXPECT_EQ(status("a").in_flight, 1);
}

TEST_F(TryAcquire, StandsBackForWhoeverWaits) {
  finish(acquire("a"));
  ready("a", 1);
  Lease lease = try_acquire("a");
  const auto waiter = acquire("b");
  EXPECT_FALSE(try_acquire("a"));
  EXPECT_TRUE(launcher->stops.empty());  // evicting waits for the lease
  EXPECT_TRUE(status("a").draining);
  lease = Lease();
  pump();
  ASSERT_EQ(launcher->stops.size(), 1u);
  exited("a", 1);
  ready("b", 2);
  EXPECT_TRUE(waiter->lease);
  EXPECT_TRUE(try_acquire("b"));
}

TEST_F(TryAcquire, WorksAgainWhenTheWaiterLeaves) {
  finish(acquire("a"));
  ready("a", 1);
  Lease lease = try_acquire("a");
  router->cancel(acquire("b")->ticket);
  pump();
  EXPECT_FALSE(try_acquire("a"));  // until the gate was empty once
  lease = Lease();
  pump();
  EXPECT_TRUE(try_acquire("a"));
  EXPECT_TRUE(launcher->stops.empty());
}

TEST_F(TryAcquire, IsRevokedByAnUnloadNow) {
  finish(acquire("a"));
  ready("a", 1);
  const Lease lease = try_acquire("a");
  router->unload({ModelId("a")}, UnloadMode::kNow, [](Outcome) {});
  pump();
  EXPECT_TRUE(lease.upstream()->revoked());
  EXPECT_EQ(launcher->stops.size(), 1u);
  EXPECT_FALSE(try_acquire("a"));
}

TEST_F(TryAcquire, HoldsUpAnUnloadThatWaits) {
  finish(acquire("a"));
  ready("a", 1);
  Lease lease = try_acquire("a");
  router->unload({ModelId("a")}, UnloadMode::kDrain, [](Outcome) {});
  pump();
  EXPECT_FALSE(try_acquire("a"));
  EXPECT_TRUE(launcher->stops.empty());
  lease = Lease();
  pump();
  EXPECT_FALSE(launcher->stops.empty());
}

TEST_F(TryAcquire, OfALaunchThatCrashedDoesNotCountOnTheNextOne) {
  finish(acquire("a"));
  ready("a", 1);
  Lease old = try_acquire("a");
  exited("a", 1, {{}, 9});
  EXPECT_FALSE(old.upstream()->alive());
  finish(acquire("a"));
  ready("a", 2);
  EXPECT_EQ(status("a").in_flight, 0);
  EXPECT_FALSE(try_acquire("a"));  // its gate opens when the old one is empty
  old = Lease();
  pump();
  const Lease lease = try_acquire("a");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease.upstream()->generation, Generation{2});
}

TEST_F(TryAcquire, KeepsNothingOfALaunchThatHasGone) {
  finish(acquire("a"));
  ready("a", 1);
  std::weak_ptr<Upstream> upstream = try_acquire("a").upstream();
  exited("a", 1);
  EXPECT_TRUE(upstream.expired());
}

using Idle = Routed;

TEST_F(Idle, ModelsGoAfterTheirTtl) {
  ModelOptions model = model_options("a");
  model.ttl = std::chrono::milliseconds(20);
  make({model});
  const auto client = acquire("a");
  ready("a", 1);
  finish(client);
  EXPECT_TRUE(wait_until([this] { return !launcher->stops.empty(); }));
  EXPECT_EQ(status("a").launches[0].reason, "idle");
}

TEST_F(Idle, SaysUntilWhenTheModelStays) {
  ModelOptions model = model_options("a");
  model.ttl = std::chrono::hours(1);
  make({model, model_options("b")});
  EXPECT_EQ(status("a").unloads, std::nullopt) << "is not loaded";
  const auto client = acquire("a");
  ready("a", 1);
  EXPECT_EQ(status("a").unloads, std::nullopt) << "is used";
  finish(client);
  const auto first = status("a").unloads;
  ASSERT_TRUE(first);
  EXPECT_EQ(status("a").unloads, first) << "does not depend on when it is asked";
  Lease lease = try_acquire("a");
  ASSERT_TRUE(lease);
  EXPECT_EQ(status("a").unloads, std::nullopt);
  const TimePoint end = steady_now();
  lease = Lease();
  ASSERT_TRUE(status("a").unloads);
  EXPECT_GE(*status("a").unloads, end + model.ttl);
  router->keep_alive(ModelId("a"), std::chrono::minutes(1));
  EXPECT_LT(*status("a").unloads, end + model.ttl);
  router->keep_alive(ModelId("a"), Duration(0));
  EXPECT_EQ(status("a").unloads, std::nullopt) << "stays";
}

TEST_F(Idle, TimeStartsWithTheLastLeaseThroughTheGate) {
  ModelOptions model = model_options("a");
  model.ttl = std::chrono::milliseconds(20);
  make({model});
  finish(acquire("a"));
  ready("a", 1);
  Lease lease = try_acquire("a");
  ASSERT_TRUE(lease);
  EXPECT_TRUE(wait_until([this] { return !try_acquire("a"); }));  // the check found somebody inside
  EXPECT_TRUE(launcher->stops.empty());
  const TimePoint end = steady_now();
  lease = Lease();
  EXPECT_TRUE(wait_until([this] { return !launcher->stops.empty(); }));
  EXPECT_GE(steady_now() - end, model.ttl);
}

}  // namespace
}  // namespace paddock::router
