// What a person does to one model is that model's business: nobody else waits for it.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// Three that may run beside each other; the first does not hear SIGTERM and has a long grace.
std::string one_deaf(const std::string& flags = "--ignore-sigterm") {
  return config_with({{"deaf", flags, "unloadTimeout: 60"}, {"b"}, {"c"}}, side_by_side("deaf, b, c"));
}

// The daemon kills it at once when asked to leave in a hurry; nobody waits for its grace.
void end_in_a_hurry(TestDaemon& daemon) {
  daemon.process().signal(SIGTERM);
  // Two signals that come at once are one.
  EXPECT_TRUE(eventually([&] { return daemon.output().find("stopping within") != std::string::npos; }));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST(Manual, OthersAnswerAtOnceWhileADeafModelIsUnloaded) {
  TestDaemon daemon(one_deaf());
  for (const char* model : {"deaf", "b"}) ASSERT_EQ(chat(daemon.port(), model).status(), 200);
  auto unload = start_post(daemon.port(), "/api/models/deaf/unload");
  daemon.records().wait_for("sigterm", "deaf");
  double slowest = 0;
  for (int i = 0; i < 20; ++i) {
    const auto begin = Clock::now();
    EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
    slowest = std::max(slowest, ms_since(begin));
  }
  EXPECT_LT(slowest, 1000) << "100 ms are promised, on a machine that does nothing else";
  EXPECT_EQ(chat(daemon.port(), "c").status(), 200) << "loads are not held up either";
  EXPECT_EQ(daemon.state("deaf"), "stopping");
  end_in_a_hurry(daemon);
  unload.wait();
}

// a waits for the place of one that does not go; meanwhile c and d, which have nothing to do with it, swap.
TEST(Manual, OneStuckStopDelaysNobodyElsesSwap) {
  TestDaemon daemon(config_with({{"deaf", "--ignore-sigterm", "unloadTimeout: 60"}, {"a"}, {"c"}, {"d"}},
                                "groups:\n  one: {exclusive: false, members: [deaf, a]}\n"
                                "  two: {exclusive: false, members: [c, d]}"));
  for (const char* model : {"deaf", "c"}) ASSERT_EQ(chat(daemon.port(), model).status(), 200);
  RawClient waiting(daemon.port());
  waiting.send(chat_request("a"));
  daemon.records().wait_for("sigterm", "deaf");
  for (const char* model : {"d", "c", "d"}) EXPECT_EQ(chat(daemon.port(), model).status(), 200);
  EXPECT_EQ(daemon.state("deaf"), "stopping") << "otherwise this shows nothing";
  EXPECT_EQ(daemon.records().count("started", "a"), 0u) << "whose place is not free yet";
  end_in_a_hurry(daemon);
}

// The next one starts when the deaf one has been killed, and not before.
TEST(Manual, ADeafModelIsKilledAndItsPlaceIsTaken) {
  TestDaemon daemon(config_with({{"deaf", "--ignore-sigterm", "unloadTimeout: 1"}, {"b"}}));
  ASSERT_EQ(chat(daemon.port(), "deaf").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const auto asked = time_of(daemon.records().wait_for("sigterm", "deaf"));
  EXPECT_GE(time_of(daemon.records().wait_for("started", "b")) - asked, Millis(990));
  EXPECT_FALSE(alive(daemon.records().wait_for("started", "deaf")["pid"]));
  EXPECT_NE(daemon.output().find("model deaf exited: signal 9 (SIGKILL)"), std::string::npos)
      << "the log says so";
}

TEST(Manual, ACancelledLoadHoldsUpNobody) {
  TestDaemon daemon(one_deaf("--health-never --ignore-sigterm"));
  auto asker = start_chat(daemon.port(), "deaf");
  daemon.records().wait_for("listening", "deaf");  // deaf from here on
  ASSERT_EQ(chat(daemon.port(), "b").status(), 200);
  auto cancel = start_post(daemon.port(), "/api/models/deaf/cancel");
  daemon.records().wait_for("sigterm", "deaf");
  EXPECT_EQ(asker.get().error_code(), "unloaded") << "told at once, though the process is still there";
  for (const char* model : {"b", "c"}) EXPECT_EQ(chat(daemon.port(), model).status(), 200);
  EXPECT_EQ(daemon.state("deaf"), "stopping");
  end_in_a_hurry(daemon);
  cancel.wait();
}

TEST(Manual, UnloadAllEndsAllAndTheNextRequestLoadsAgain) {
  TestDaemon daemon(config_with({{"a"}, {"b", "--sigterm-delay-ms 200"}, {"c", "--fork-grandchild --setsid"}},
                                side_by_side("a, b, c")));
  for (const char* model : {"a", "b", "c"}) ASSERT_EQ(chat(daemon.port(), model).status(), 200);
  EXPECT_EQ(post(daemon.port(), "/api/models/unload").status(), 200);
  for (const Event& event : daemon.records().of("started"))
    EXPECT_FALSE(alive(event["pid"])) << event["name"];
  EXPECT_FALSE(alive(daemon.records().wait_for("grandchild", "c")["child"]));
  EXPECT_TRUE(get(daemon.port(), "/running").json()["running"].empty());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST(Manual, ARestartOfOneCutsNobodyElse) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 200"}, {"b"}}, side_by_side("a, b")));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  RawClient running(daemon.port());
  running.send(chat_request("b", held_stream("g")));
  const Head head = running.read_head();
  const pid_t before = daemon.records().wait_for("started", "a")["pid"];
  auto restart = start_post(daemon.port(), "/api/models/a/restart");
  daemon.records().wait_for("sigterm", "a");
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200) << "while a stops";
  EXPECT_EQ(restart.get().json()["model"]["state"], "ready");
  EXPECT_FALSE(alive(before));
  daemon.release("b", "g");
  EXPECT_EQ(running.read_body(head).wire, kHeldWire);
  EXPECT_EQ(daemon.records().count("started", "b"), 1u);
}

// A request that comes while its model is being unloaded is served by the next launch.
TEST(Manual, WhoAsksDuringAnUnloadIsServedAfterIt) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 300"}}));
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  auto unload = start_post(daemon.port(), "/api/models/a/unload?mode=drain");
  daemon.records().wait_for("sigterm", "a");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(unload.get().status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

}  // namespace
}  // namespace paddock::test
