// Launches that live and serve no more: what their requests are told, and how they come again.
#include "fixture.h"

namespace paddock::router {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Broken : public Routed {
 protected:
  void broken(std::uint64_t generation) {
    launcher->listener.broken(ModelId("a"), {generation},
                              {process::FailureClass::kDriver, "a said: CUDA error", "CUDA error"});
    pump();
  }
};

TEST_F(Broken, ItsRequestsAreToldAndItIsStartedAgain) {
  const auto client = acquire("a");
  ready("a", 1);
  broken(1);
  const Upstream& upstream = *client->lease.upstream();
  ASSERT_NE(upstream.breakage(), nullptr);
  EXPECT_EQ(upstream.breakage()->code, "upstream_failed");
  EXPECT_EQ(upstream.breakage()->detail.kind, "driver");
  EXPECT_EQ(upstream.breakage()->detail.line, "CUDA error");
  EXPECT_TRUE(upstream.revoked());
  ASSERT_EQ(launcher->stops.size(), 1u);
  finish(client);
  exited("a", 1, {{}, 6});
  ASSERT_EQ(launcher->starts.size(), 2u);
  const LaunchStatus ended = status("a").launches.at(1);
  EXPECT_EQ(ended.failure.line, "CUDA error");
  EXPECT_EQ(ended.reason, "fatal line in its log");
}

TEST_F(Broken, OnlyOnceAndNotAfterItsEnd) {
  acquire("a");
  ready("a", 1);
  broken(1);
  broken(1);
  EXPECT_EQ(launcher->stops.size(), 1u);
  EXPECT_THAT(launcher->retired, ::testing::IsEmpty());
  exited("a", 1);
  broken(1);
  EXPECT_EQ(launcher->starts.size(), 2u);
}

TEST_F(Broken, AgainAndAgainItIsLeftAlone) {
  acquire("a");
  ready("a", 1);
  broken(1);
  exited("a", 1);
  ready("a", 2);
  broken(2);
  exited("a", 2);
  EXPECT_EQ(launcher->starts.size(), 2u) << "twice in a row without having served";
  EXPECT_EQ(acquire("a")->error->code, RejectCode::kCrashLoop);
}

// What serves elsewhere keeps its connections when its launch is over.
class Elsewhere : public Routed {
 protected:
  process::Ending ending() {
    process::Ending out;
    out.kind = process::FailureClass::kNoAnswer;
    out.message = "it does not answer any more";
    return out;
  }
};

TEST_F(Elsewhere, ItsRequestsAreCutAndNobodyIsSentThereAnyMore) {
  const auto client = acquire("a");
  ready("a", 1);
  const std::shared_ptr<Upstream> upstream = client->lease.upstream();
  launcher->listener.ended(ModelId("a"), {1}, ending());
  pump();
  ASSERT_NE(upstream->breakage(), nullptr);
  EXPECT_EQ(upstream->breakage()->message, "it does not answer any more");
  EXPECT_FALSE(upstream->alive());
  EXPECT_FALSE(try_acquire("a"));
  EXPECT_EQ(status("a").state, ModelState::kStopping);
  const auto next = acquire("a");
  EXPECT_EQ(next->answers, 0);
  finish(client);
  exited("a", 1);
  EXPECT_EQ(launcher->starts.size(), 2u);
}

TEST_F(Elsewhere, AnUnloadThatCutsItSaysSo) {
  const auto client = acquire("a");
  ready("a", 1);
  const std::shared_ptr<Upstream> upstream = client->lease.upstream();
  Ended unloaded;
  router->unload({ModelId("a")}, UnloadMode::kNow, unloaded.handler());
  pump();
  exited("a", 1);
  ASSERT_NE(upstream->breakage(), nullptr);
  EXPECT_EQ(upstream->breakage()->code, "unloaded");
  finish(client);
}

class Stalled : public Routed {
 protected:
  void SetUp() override {
    std::vector<ModelOptions> models{model_options("a")};
    models[0].stall_timeout = 300ms;
    make(std::move(models));
    client = acquire("a");
    ready("a", 1);
  }
  void TearDown() override {
    client.reset();  // no lease outlives its router
    Routed::TearDown();
  }
  bool until_stopped(Duration time) {
    const TimePoint end = steady_now() + time;
    while (launcher->stops.empty() && steady_now() < end) {
      if (on_turn) on_turn();
      control.restart();
      control.run_one_until(std::min(end, steady_now() + Duration(20ms)));
    }
    return !launcher->stops.empty();
  }

  std::shared_ptr<Client> client;
  std::function<void()> on_turn;
};

TEST_F(Stalled, UnderARequestItIsRestarted) {
  const Awaited waits(client->lease.upstream().get());
  ASSERT_TRUE(until_stopped(5s));
  const Breakage* breakage = client->lease.upstream()->breakage();
  ASSERT_NE(breakage, nullptr);
  EXPECT_EQ(breakage->code, "upstream_stalled");
  EXPECT_THAT(breakage->message, HasSubstr("model `a` sent nothing, logged nothing and used no CPU for"));
  exited("a", 1);
  EXPECT_EQ(launcher->starts.size(), 2u);
}

TEST_F(Stalled, WithoutARequestItIsNot) { EXPECT_FALSE(until_stopped(1500ms)); }

TEST_F(Stalled, WhileItsClientIsWaitedForItIsNot) {
  Awaited waits(client->lease.upstream().get());
  waits.pause();
  EXPECT_FALSE(until_stopped(1500ms));
  waits.resume();
  EXPECT_TRUE(until_stopped(5s));
}

TEST_F(Stalled, ThatSendsPrintsOrWorksIsNot) {
  Awaited waits(client->lease.upstream().get());
  on_turn = [&] { waits.got(1); };
  EXPECT_FALSE(until_stopped(1s));
  on_turn = [&] { ++launcher->printed_bytes; };
  EXPECT_FALSE(until_stopped(1s));
  on_turn = [&] { launcher->cpu += 5ms; };
  EXPECT_FALSE(until_stopped(1s));
}

}  // namespace
}  // namespace paddock::router
