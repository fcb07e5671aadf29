// Which models run side by side: the first customer's matrix, and groups.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// The image server and the model that leaves it a card; the third needs all cards.
std::string home(const std::string& top) {
  return config_with({{"img"}, {"gemma", "--health-delay-ms 30"}, {"qwen"}}, top);
}

const std::string kMatrix = "matrix:\n  vars: {gm: gemma}\n  sets:\n    llm-and-image: img & gm";

TEST(Together, TheImageServerStaysBesideItsModel) {
  TestDaemon daemon(home(kMatrix));
  EXPECT_EQ(chat(daemon.port(), "img").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "gemma").status(), 200);
  EXPECT_EQ(daemon.state("img"), "ready");
  EXPECT_EQ(daemon.state("gemma"), "ready");
  EXPECT_EQ(chat(daemon.port(), "img").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "img"), 1u);
}

TEST(Together, TheModelForAllCardsRunsAlone) {
  TestDaemon daemon(home(kMatrix));
  EXPECT_EQ(chat(daemon.port(), "img").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "gemma").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "qwen").status(), 200);
  EXPECT_EQ(daemon.state("img"), "stopped");
  EXPECT_EQ(daemon.state("gemma"), "stopped");
  EXPECT_EQ(chat(daemon.port(), "img").status(), 200);
  EXPECT_EQ(daemon.state("qwen"), "stopped");
}

TEST(Together, BothLoadAtTheSameTime) {
  TestDaemon daemon(config_with({{"img", "--health-never"}, {"gemma", "--health-never"}},
                                "matrix: {sets: {s: img & gemma}}"));
  auto one = start_chat(daemon.port(), "img");
  auto two = start_chat(daemon.port(), "gemma");
  daemon.records().wait_for("listening", "img");
  daemon.records().wait_for("listening", "gemma");
  EXPECT_EQ(daemon.state("img"), "starting");
  EXPECT_EQ(daemon.state("gemma"), "starting");
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(one.get().error_code(), "shutting_down");
  EXPECT_EQ(two.get().error_code(), "shutting_down");
}

TEST(Together, ARunningAnswerIsNotCutByTheSwapOfItsNeighbour) {
  TestDaemon daemon(home(kMatrix));
  EXPECT_EQ(chat(daemon.port(), "gemma").status(), 200);
  RawClient running(daemon.port());
  begin_stream(running, "img", "g");
  auto waiting = start_chat(daemon.port(), "qwen");
  ASSERT_TRUE(daemon.waiting("qwen", 1));
  EXPECT_EQ(daemon.records().count("sigterm"), 0u) << "all go or none";
  daemon.release("img", "g");
  running.read_until("0\r\n\r\n");
  EXPECT_EQ(waiting.get().status(), 200);
}

TEST(Together, GroupsThatDoNotSwapAndOneThatStays) {
  TestDaemon daemon(config_with({{"a"}, {"b"}, {"x"}},
                                "groups:\n  pair: {swap: false, members: [a, b]}\n  stays: {persistent: "
                                "true, exclusive: false, members: [x]}"));
  for (const char* model : {"x", "a", "b"}) EXPECT_EQ(chat(daemon.port(), model).status(), 200);
  for (const char* model : {"x", "a", "b"}) EXPECT_EQ(daemon.state(model), "ready");
}

}  // namespace
}  // namespace paddock::test
