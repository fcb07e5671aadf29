// The end of the daemon: what runs may finish, what hurries is hurried, nothing is left behind.
#include <signal.h>

#include <algorithm>

#include "tests/integration/scenario.h"
#include "tests/support/listening.h"

namespace paddock::test {
namespace {

TEST(Shutdown, DrainsARunningStreamAndExitsZero) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  running.send(chat_request("a", held_stream("g")));
  const Head head = running.read_head();
  daemon.records().wait_for("piece", "a");
  daemon.process().signal(SIGTERM);
  EXPECT_TRUE(eventually([&] {
    try {
      RawClient late(daemon.port());
      late.send(make_request("GET", "/health"));
      return late.wait_end(Millis(200)) != End::kTimeout;
    } catch (const std::exception&) {
      return true;
    }
  })) << "no new clients";
  EXPECT_EQ(daemon.records().count("sigterm"), 0u);
  daemon.release("a", "g");
  const Body body = running.read_body(head);
  EXPECT_EQ(body.wire, kHeldWire);
  EXPECT_EQ(running.wait_end(Millis(2000)), End::kEof);
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_EQ(daemon.records().count("sigterm", "a"), 1u);
}

TEST(Shutdown, SecondSignalHurries) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  running.send(chat_request("a", held_stream("never")));
  const Head head = running.read_head();
  daemon.records().wait_for("piece", "a");
  daemon.process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return daemon.output().find("stopping") != std::string::npos; }));
  const auto start = Clock::now();
  daemon.process().signal(SIGTERM);
  const Body body = running.read_body(head);
  EXPECT_TRUE(body.end == End::kEof || body.end == End::kReset) << body.end;
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_LT(ms_since(start), 3000);
}

TEST(Shutdown, SecondSignalKillsTheStubborn) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm", "unloadTimeout: 60"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.process().signal(SIGTERM);
  daemon.records().wait_for("sigterm", "a");
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.wait_exit(Millis(4000)), 0);
}

// One that streams for ever, one that is deaf and one that is idle.
std::string three_models(const std::string& top) {
  return config_with({{"stream"}, {"deaf", "--ignore-sigterm", "unloadTimeout: 60"}, {"idle"}},
                     side_by_side("stream, deaf, idle") + "\n" + top);
}

struct Busy {
  explicit Busy(TestDaemon& daemon) : client(daemon.port()) {
    for (const char* model : {"deaf", "idle"}) EXPECT_EQ(chat(daemon.port(), model).status(), 200);
    begin_stream(client, "stream", "never");
    for (const auto& event : daemon.records().of("started")) pids.push_back(event["pid"]);
  }
  bool any_alive() const { return std::any_of(pids.begin(), pids.end(), alive); }

  RawClient client;
  std::vector<pid_t> pids;
};

TEST(Shutdown, EndsWithinItsBudget) {
  TestDaemon daemon(three_models("shutdownTimeout: 2"));
  const Busy busy(daemon);
  ASSERT_EQ(busy.pids.size(), 3u);
  const auto start = Clock::now();
  daemon.process().signal(SIGTERM);
  daemon.records().wait_for("sigterm", "idle");
  EXPECT_EQ(daemon.records().count("sigterm", "stream"), 0u) << "who still answers is left alone";
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_LT(ms_since(start), 2500);
  EXPECT_GE(ms_since(start), 950) << "the stream had half of it";
  EXPECT_FALSE(busy.any_alive());
  EXPECT_NE(daemon.output().find("(1) have 1 s to finish"), std::string::npos) << daemon.output();
}

TEST(Shutdown, SecondSignalIsFasterThanTheBudget) {
  TestDaemon daemon(three_models("shutdownTimeout: 600"));
  const Busy busy(daemon);
  daemon.process().signal(SIGTERM);
  daemon.records().wait_for("sigterm", "idle");
  const auto start = Clock::now();
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.wait_exit(), 0);
  EXPECT_LT(ms_since(start), 3000);
  EXPECT_FALSE(busy.any_alive());
}

TEST(Shutdown, SigintToo) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.process().signal(SIGINT);
  EXPECT_EQ(daemon.wait_exit(), 0);
}

TEST(Shutdown, HangUpIsNoEnd) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return daemon.output().find("SIGHUP") != std::string::npos; }));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Shutdown, IdleClientsAndFollowersDoNotHoldIt) {
  TestDaemon daemon(two_models());
  RawClient silent(daemon.port()), idle(daemon.port()), follower(daemon.port());
  idle.send(chat_request("a"));
  EXPECT_EQ(read_response(idle).status(), 200);
  follower.send(make_request("GET", "/logs/stream"));
  follower.read_head();
  EXPECT_EQ(daemon.stop(Millis(3000)), 0);
}

TEST(Shutdown, WhileAModelLoads) {
  TestDaemon daemon(config_with({{"a", "--health-never"}}));
  auto answer = start_chat(daemon.port(), "a");
  daemon.records().wait_for("listening", "a");
  EXPECT_EQ(daemon.stop(Millis(5000)), 0);
  EXPECT_EQ(answer.get().error_code(), "shutting_down");
}

TEST(Shutdown, KilledDaemonLeavesNoChild) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t pid = daemon.records().wait_for("started", "a")["pid"];
  ASSERT_TRUE(alive(pid));
  daemon.process().signal(SIGKILL);
  EXPECT_EQ(daemon.wait_exit(), -SIGKILL);
  EXPECT_TRUE(eventually([&] { return !alive(pid); }, Millis(2000)));
}

TEST(Shutdown, KilledDaemonLeavesNoLoadingChild) {
  TestDaemon daemon(config_with({{"a", "--health-never"}}));
  RawClient client(daemon.port());
  client.send(chat_request("a"));
  const pid_t pid = daemon.records().wait_for("started", "a")["pid"];
  daemon.process().signal(SIGKILL);
  EXPECT_EQ(daemon.wait_exit(), -SIGKILL);
  EXPECT_TRUE(eventually([&] { return !alive(pid); }, Millis(2000)));
}

// Nobody inherits the door: it is free the moment that the daemon is gone, whatever that left behind.
TEST(Shutdown, TheDoorIsFreeAfterAKill) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm --fork-grandchild --setsid"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.process().signal(SIGKILL);
  EXPECT_EQ(daemon.wait_exit(), -SIGKILL);
  const Listening next(INADDR_LOOPBACK, daemon.port());
  EXPECT_EQ(next.port(), daemon.port());
}

}  // namespace
}  // namespace paddock::test
