// One model at a time: a request for another model swaps, and nothing that runs is cut for it.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Swap, ThereAndBack) {
  TestDaemon daemon(two_models());
  for (const std::string model : {"a", "b", "a"}) {
    const Response response = chat(daemon.port(), model);
    ASSERT_EQ(response.status(), 200) << response.body.bytes;
    EXPECT_EQ(response.json()["model"], model);
    const Json running = get(daemon.port(), "/running").json()["running"];
    ASSERT_EQ(running.size(), 1u);
    EXPECT_EQ(running[0]["model"], model);
  }
  const std::vector<std::string> expected = {"a", "b", "a"};
  EXPECT_EQ(names_started(daemon.records()), expected);
}

TEST(Swap, ThereAndBackStreaming) {
  TestDaemon daemon(two_models());
  for (const std::string model : {"a", "b", "a"}) {
    const Response response = chat(daemon.port(), model, nullptr, true);
    ASSERT_EQ(response.status(), 200) << response.body.bytes;
    EXPECT_EQ(response.head.header("content-type"), "text/event-stream");
    EXPECT_EQ(response.body.end, End::kComplete);
    EXPECT_NE(response.body.bytes.find("\"model\":\"" + model + "\""), std::string::npos);
    EXPECT_NE(response.body.bytes.find("data: [DONE]\n\n"), std::string::npos);
  }
}

TEST(Swap, OldModelIsGoneBeforeTheNewOneStarts) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 100"}, {"b"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const auto asked = time_of(daemon.records().wait_for("sigterm", "a"));
  const auto started = time_of(daemon.records().wait_for("started", "b"));
  EXPECT_GE(started - asked, Millis(100));
}

TEST(Swap, RunningRequestIsNeverCut) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  running.send(chat_request("a", held_stream("g")));
  const Head head = running.read_head();
  auto other = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  EXPECT_EQ(daemon.records().count("sigterm"), 0u);
  daemon.release("a", "g");
  const Body body = running.read_body(head);
  EXPECT_EQ(body.wire, kHeldWire);
  EXPECT_EQ(body.end, End::kComplete);
  EXPECT_EQ(other.get().status(), 200);
  const auto done = time_of(daemon.records().wait_for("answered", "a"));
  EXPECT_GT(time_of(daemon.records().wait_for("sigterm", "a")), done);
}

TEST(Swap, RequestsForTheLoadingModelJoin) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 150"}}));
  std::vector<std::future<Response>> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(start_chat(daemon.port(), "a"));
  for (auto& answer : answers) EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(daemon.records().count("started"), 1u);
}

TEST(Swap, QueueIsServedInOrder) {
  TestDaemon daemon(config_with({{"a"}, {"b"}, {"c"}}));
  const std::vector<std::string> expected = {"a", "b", "c"};
  EXPECT_EQ(started_in_turn(daemon), expected);
}

TEST(Swap, WhoLeavesTheQueueNeverStartsAModel) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  RawClient leaver(daemon.port());
  leaver.send(chat_request("b"));
  ASSERT_TRUE(daemon.waiting("b", 1));
  leaver.close();
  EXPECT_TRUE(daemon.waiting("b", 0, Millis(1000)));
  daemon.release("a", "g");
  running.read_until("0\r\n\r\n");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "b"), 0u);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Swap, IdleModelIsUnloadedAfterItsTtl) {
  TestDaemon daemon(config_with({{"a", "", "ttl: 1"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto used = time_of(daemon.records().wait_for("answered", "a"));
  const auto asked = time_of(daemon.records().wait_for("sigterm", "a"));
  EXPECT_GE(asked - used, Millis(950));
  EXPECT_LE(asked - used, Millis(2500));
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
}

TEST(Swap, GlobalTtlSparesWhatIsInUse) {
  TestDaemon daemon(config_with({{"a"}}, "globalTTL: 1"));
  const Json slow = {{"mode", "chunked"}, {"pieces", {"x", "y", "z"}}, {"piece_delay_ms", 700}};
  const Response response = chat(daemon.port(), "a", slow);
  EXPECT_EQ(response.body.bytes, "xyz");
  EXPECT_EQ(daemon.records().count("sigterm"), 0u);
  daemon.records().wait_for("sigterm", "a");
}

}  // namespace
}  // namespace paddock::test
