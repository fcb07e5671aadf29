// Models are born clean and die completely.
#include <signal.h>
#include <sys/resource.h>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Event started(TestDaemon& daemon) {
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  return daemon.records().wait_for("started", "a");
}

TEST(Children, OnlyThreeDescriptors) {
  TestDaemon daemon(two_models());
  // Clients and other models must not leak into the next child.
  RawClient one(daemon.port()), two(daemon.port());
  chat(daemon.port(), "b");
  const Json fds = started(daemon)["fds"];
  ASSERT_EQ(fds.size(), 3u) << fds;
  EXPECT_EQ(fds[0], "0 /dev/null");
  EXPECT_EQ(fds[1].get<std::string>().substr(2), fds[2].get<std::string>().substr(2)) << "one pipe for both";
}

TEST(Children, EnvironmentWithoutOurs) {
  TestDaemon::Options options;
  options.env = {"PADDOCK_SECRET=1", "FAKE_INHERITED=yes", "FAKE_TWICE=daemon"};
  const std::string extra =
      "env:\n  - FAKE_OWN=a b\n  - FAKE_TWICE=first\n  - FAKE_TWICE=last\n  - FAKE_PORT=${PORT}";
  TestDaemon daemon(config_with({{"a", "", extra}}), options);
  const Event born = started(daemon);
  std::vector<std::string> ours;
  for (const std::string entry : born["environ"]) {
    EXPECT_NE(entry.rfind("PADDOCK_", 0), 0u) << entry;
    if (entry.rfind("FAKE_", 0) == 0) ours.push_back(entry);
  }
  std::sort(ours.begin(), ours.end());
  const std::string port = std::to_string(daemon.records().port_of("a"));
  const std::vector<std::string> expected = {"FAKE_INHERITED=yes", "FAKE_OWN=a b", "FAKE_PORT=" + port,
                                             "FAKE_TWICE=last"};
  EXPECT_EQ(ours, expected);
}

TEST(Children, WhatIsInjectedIsSeenByTheModelAndInItsLaunch) {
  const auto value = [](const Event& born, const std::string& name) {
    for (const std::string entry : born["environ"]) {
      if (entry.rfind(name + "=", 0) == 0) return entry.substr(name.size() + 1);
    }
    return std::string("not set");
  };
  TestDaemon::Options options;
  options.env = {"CUDA_DEVICE_ORDER=FASTEST_FIRST"};
  TestDaemon daemon(config_with({{"a"}, {"b", "", "logVerbosity: keep"}}), options);
  const Event born = started(daemon);
  EXPECT_EQ(value(born, "LLAMA_ARG_LOG_VERBOSITY"), "4");
  EXPECT_EQ(value(born, "CUDA_DEVICE_ORDER"), "FASTEST_FIRST") << "somebody had set it";
  const Json launch = get(daemon.port(), "/api/models/a").json()["launch"];
  EXPECT_EQ(launch["injected"], (Json{{"LLAMA_ARG_LOG_VERBOSITY", "4"}}));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(value(daemon.records().wait_for("started", "b"), "LLAMA_ARG_LOG_VERBOSITY"), "not set");
}

TEST(Children, LimitsSignalsAndGroup) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  TestDaemon daemon(two_models());
  const Event born = started(daemon);
  EXPECT_EQ(born["nofile_soft"], limit.rlim_cur);
  EXPECT_EQ(born["nofile_hard"], limit.rlim_max);
  EXPECT_EQ(born["pgid"], born["pid"]);
  EXPECT_NE(born["ppid"], daemon.process().pid()) << "its keeper stands between";
  EXPECT_EQ(born["blocked"], "0000000000000000");
  const std::string ignored = born["ignored"];
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & (1ull << (SIGPIPE - 1)), 0u);
}

TEST(Children, LimitIsRestoredWhenWeRaisedIt) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit low = before;
  low.rlim_cur = 200;
  ::setrlimit(RLIMIT_NOFILE, &low);
  TestDaemon daemon(two_models());
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(started(daemon)["nofile_soft"], 200);
}

TEST(Children, DeafChildIsKilledAfterTheGrace) {
  TestDaemon daemon(config_with({{"a", "--ignore-sigterm", "unloadTimeout: 1"}}));
  const pid_t pid = started(daemon)["pid"];
  const auto start = Clock::now();
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_GE(ms_since(start), 950);
  EXPECT_LT(ms_since(start), 3000);
  EXPECT_FALSE(alive(pid));
}

TEST(Children, GrandchildInTheGroupDiesToo) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild"}}));
  started(daemon);
  const pid_t grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ASSERT_TRUE(alive(grandchild));
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_TRUE(eventually([&] { return !alive(grandchild); }, Millis(1000)));
}

TEST(Children, GrandchildOfACrashedModelDiesToo) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild"}}));
  const pid_t pid = started(daemon)["pid"];
  const pid_t grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return !alive(grandchild); }, Millis(2000)));
}

TEST(Children, GrandchildThatLeftTheGroupIsGoneBeforeTheNextModelStarts) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild --setsid"}, {"b"}}));
  started(daemon);
  const pid_t grandchild = daemon.records().wait_for("grandchild", "a")["child"];
  ASSERT_TRUE(alive(grandchild));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_FALSE(alive(grandchild));
}

TEST(Children, FloodOfOneModelStallsNobody) {
  TestDaemon daemon(config_with({{"a", "--flood-log 200000000"}, {"b"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const auto start = Clock::now();
  EXPECT_EQ(get(daemon.port(), "/health").status(), 200);
  EXPECT_EQ(get(daemon.port(), "/api/models").status(), 200);
  EXPECT_LT(ms_since(start), 1000);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b", nullptr, true).body.end, End::kComplete);
}

TEST(Children, PortIsSticky) {
  TestDaemon daemon(two_models());
  for (const char* model : {"a", "b", "a", "b"}) EXPECT_EQ(chat(daemon.port(), model).status(), 200);
  const auto ports = daemon.records().of("listening", "a");
  ASSERT_EQ(ports.size(), 2u);
  EXPECT_EQ(ports[0]["port"], ports[1]["port"]);
}

TEST(Children, DeathBeforeTheRequestIsNotTheClientsTrouble) {
  TestDaemon daemon(two_models());
  for (int i = 0; i < 15; ++i) {
    const Response warm = chat(daemon.port(), "a");
    ASSERT_EQ(warm.status(), 200) << warm.error_message();
    const pid_t pid = daemon.records().wait_for("started", "a", i + 1)["pid"];
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    // Dead for the kernel; the daemon may or may not have heard of it when the next request comes.
    ASSERT_TRUE(eventually([&] { return !alive(pid); }));
  }
  EXPECT_EQ(daemon.records().count("started", "a"), 15u);
}

}  // namespace
}  // namespace paddock::test
