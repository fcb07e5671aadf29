// Who waits, for how long, and what he is told: patience, limits, pins, the freeze, plans and the queue.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string fair(const std::string& times) {
  return "routing: {scheduler: {settings: {fair: {" + times + "}}}}";
}

Json api(const TestDaemon& daemon, const std::string& path) {
  return Json::parse(get(daemon.port(), path).body.bytes);
}

// A steady stream of requests for `a`; the one for `b` gets its turn all the same.
TEST(Fairness, NobodyStarvesWhileARunningModelIsInUse) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, fair("maxWait: 1")));
  RawClient first(daemon.port());
  begin_stream(first, "a", "one");
  auto other = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "until then requests for a are let in";
  const auto deadline = Clock::now() + kPatience;
  while (!api(daemon, "/api/models/a")["draining"].get<bool>() && Clock::now() < deadline) {
  }
  auto late = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.waiting("a", 1)) << "from then on they wait";
  daemon.release("a", "one");
  first.read_until("0\r\n\r\n");
  EXPECT_EQ(other.get().status(), 200);
  EXPECT_EQ(late.get().status(), 200);
  EXPECT_EQ(names_started(daemon.records()), (std::vector<std::string>{"a", "b", "a"}));
}

TEST(Fairness, RequestsForTheRunningModelAreBatched) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}));
  RawClient first(daemon.port());
  begin_stream(first, "a", "one");
  auto other = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.release("a", "one");
  EXPECT_EQ(other.get().status(), 200);
  EXPECT_EQ(names_started(daemon.records()), (std::vector<std::string>{"a", "b"}));
}

TEST(Fairness, AModelStaysAsLongAsItMust) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, fair("minResidency: 1")));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto ready = time_of(daemon.records().wait_for("probe", "a"));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_GE(time_of(daemon.records().wait_for("sigterm", "a")) - ready, Millis(1000));
}

TEST(Fairness, ThePriorityOfAModelDecidesWhoIsNext) {
  TestDaemon daemon(config_with({{"a"}, {"b"}, {"c", "", "aliases: [sea]"}},
                                "routing: {scheduler: {settings: {fifo: {priority: {sea: 5}}}}}"));
  EXPECT_EQ(started_in_turn(daemon), (std::vector<std::string>{"a", "c", "b"}));
}

TEST(Limits, SoManyAtOnceAndTheRestWaits) {
  TestDaemon daemon(config_with({{"a", "", "concurrencyLimit: 1\nqueueLimit: 1"}}));
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  auto second = start_chat(daemon.port(), "a");
  ASSERT_TRUE(daemon.waiting("a", 1));
  const Response refused = chat(daemon.port(), "a");
  EXPECT_EQ(refused.status(), 429);
  EXPECT_EQ(refused.error_code(), "queue_full");
  EXPECT_EQ(refused.head.header("retry-after"), "1");
  EXPECT_EQ(daemon.records().count("request", "a"), 1u) << "the second has not reached the model";
  daemon.release("a", "g");
  EXPECT_EQ(second.get().status(), 200);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST(Pins, ARequestThatHasNoPlaceBesideThemIsRefusedAtOnce) {
  TestDaemon daemon(config_with({{"a", "", "pin: true"}, {"b"}, {"c"}}, "matrix: {sets: {s: a & c}}"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const Response refused = chat(daemon.port(), "b");
  EXPECT_EQ(refused.status(), 409);
  EXPECT_EQ(refused.error_code(), "pinned");
  EXPECT_NE(refused.body.bytes.find("beside a"), std::string::npos);
  EXPECT_EQ(refused.head.header("x-should-retry"), "false");
  EXPECT_EQ(chat(daemon.port(), "c").status(), 200) << "there is a place for it";
  EXPECT_EQ(daemon.state("a"), "ready");
  EXPECT_NE(daemon.output().find("can never be loaded"), std::string::npos) << "it was said at the start";
}

TEST(Freeze, NothingIsLoadedOrEvictedForARequest) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(post(daemon.port(), "/api/freeze").status(), 200);
  const Response refused = chat(daemon.port(), "b");
  EXPECT_EQ(refused.status(), 409);
  EXPECT_EQ(refused.error_code(), "frozen");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(post(daemon.port(), "/api/thaw").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

TEST(Explain, APlanSaysWhoGoesAndWhoIsWaitedFor) {
  TestDaemon daemon(config_with({{"a"}, {"b"}, {"c"}}, "matrix: {sets: {s: a & c}}"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(api(daemon, "/api/plan?model=c")["action"], "load");
  const Json swap = api(daemon, "/api/plan?model=b");
  EXPECT_EQ(swap["action"], "swap");
  EXPECT_EQ(swap["evict"], Json::array({"a"}));
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  const Json wait = api(daemon, "/api/plan?model=b");
  EXPECT_EQ(wait["action"], "wait");
  EXPECT_EQ(wait["reason"], "b waits for a (ready, in use)");
  daemon.release("a", "g");
  EXPECT_EQ(daemon.records().count("sigterm"), 0u) << "asking changed nothing";
}

TEST(Explain, TheQueueSaysWhoWaitsAndForWhat) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  auto other = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  const Json queue = api(daemon, "/api/queue");
  EXPECT_EQ(queue["frozen"], false);
  ASSERT_EQ(queue["waiting"].size(), 1u);
  EXPECT_EQ(queue["waiting"][0]["position"], 1);
  EXPECT_EQ(queue["waiting"][0]["model"], "b");
  EXPECT_GE(queue["waiting"][0]["age_ms"], 0);
  EXPECT_EQ(queue["waiting"][0]["blocked_by"], "b waits for a (ready, 1 running)");
  daemon.release("a", "g");
  EXPECT_EQ(other.get().status(), 200);
}

}  // namespace
}  // namespace paddock::test
