#include "paddock/process/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "paddock/process/limits.h"
#include "paddock/process/ports.h"
#include "recorder.h"
#include "test_helper.h"
#include "tests/support/child.h"
#include "tests/support/ports.h"
#include "tests/support/wait.h"

namespace paddock::process {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

using Words = std::vector<std::string>;

class SupervisorTest : public ::testing::Test, public ControlThread {
 protected:
  // A launch of `child_helper` that counts as ready once spawned.
  SpawnSpec helper(const Words& words) {
    SpawnSpec spec;
    spec.model = ModelId("m");
    spec.argv = {PADDOCK_CHILD_HELPER};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    spec.endpoint.host = "127.0.0.1";
    spec.endpoint.port = 1;
    spec.check_path = "";
    return spec;
  }
  // One that never becomes ready: nobody listens on port 1.
  SpawnSpec never_ready(const Words& words) {
    SpawnSpec spec = helper(words);
    spec.check_path = "/health";
    return spec;
  }
  void start(const SpawnSpec& spec) { supervisor->start(spec, Generation{++generation}); }
  void stop(Duration grace) { supervisor->stop(Generation{generation}, grace); }
  const Recorder::Heard& heard() { return recorder.heard[generation]; }
  bool until_exited() {
    return run_until([this] { return !heard().empty() && heard().back().starts_with("exited"); });
  }
  bool until_heard(const std::string& what) {
    return run_until([&] { return std::find(heard().begin(), heard().end(), what) != heard().end(); });
  }
  std::string log() { return hub.model(ModelId("m"))->read_from(0, 1 << 20).bytes; }
  bool until_logged(const std::string& text) {
    return run_until([&] { return log().find(text) != std::string::npos; });
  }
  // The number that the helper printed behind `name`.
  pid_t logged_pid(const std::string& name) {
    return std::stoi(log().substr(log().find(name) + name.size()));
  }
  const Recorder::Heard& run_to_end(const SpawnSpec& spec) {
    start(spec);
    EXPECT_TRUE(until_exited());
    return heard();
  }

  logs::Hub hub;
  Recorder recorder;
  std::unique_ptr<Supervisor> supervisor = std::make_unique<Supervisor>(io, hub, test_helper(), recorder);
  std::uint64_t generation = 0;
};

UniqueFd pidfd_of(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

int children_of(pid_t parent) {
  const std::string pid = std::to_string(parent);
  std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
  return static_cast<int>(std::distance(std::istream_iterator<pid_t>(file), {}));
}

bool ends(const UniqueFd& pidfd) {
  pollfd fds = {pidfd.get(), POLLIN, 0};
  return ::poll(&fds, 1, 20000) == 1;
}

TEST_F(SupervisorTest, TellsHowFarALoadIs) {
  const auto told = [this](LoadStage stage, std::optional<int> percent) {
    return run_until([&] {
      return supervisor->loading(Generation{generation}) == LoadProgress{stage, percent};
    });
  };
  EXPECT_EQ(supervisor->loading(Generation{7}), std::nullopt);
  start(never_ready({"print", "load_tensors: loading model tensors", "print", "...", "sleep"}));
  EXPECT_TRUE(told(LoadStage::kWeights, 3));
  stop(10s);
  EXPECT_EQ(supervisor->loading(Generation{generation}), std::nullopt);
  EXPECT_TRUE(until_exited());
  start(never_ready({"sleep"}));
  EXPECT_TRUE(told(LoadStage::kStarting, std::nullopt)) << "what an earlier launch said does not count";
  start(helper({"sleep"}));
  EXPECT_TRUE(until_heard("ready 127.0.0.1"));
  EXPECT_EQ(supervisor->loading(Generation{generation}), std::nullopt);
}

TEST_F(SupervisorTest, TellsByTheBytesReadHowFarASilentLoadIs) {
  std::vector<std::string> weighed;
  supervisor =
      std::make_unique<Supervisor>(io, hub, test_helper(), recorder, [&](const Words& argv, const Words&) {
        weighed = argv;
        return std::uint64_t{1};
      });
  start(never_ready({"sleep"}));
  EXPECT_TRUE(run_until([&] {
    return supervisor->loading(Generation{generation}) == LoadProgress{LoadStage::kWeights, 99};
  })) << "it has read its libraries at least";
  EXPECT_THAT(weighed, ElementsAre(PADDOCK_CHILD_HELPER, "sleep"));
}

TEST_F(SupervisorTest, ARealChildBecomesReadyWhenItsHealthFlips) {
  SpawnSpec spec = helper({"serve"});
  Ports ports(test::own_ports());
  spec.endpoint = {"localhost", ports.take(spec.model).value(), "/base"};
  spec.check_path = "/health";
  spec.argv.insert(spec.argv.end(), {std::to_string(spec.endpoint.port), "100"});
  start(spec);
  ASSERT_TRUE(until_heard("ready 127.0.0.1"));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
  EXPECT_THAT(log(), HasSubstr("asked GET /base/health HTTP/1.1\n"));
}

TEST_F(SupervisorTest, AStartThatGetsOnHasTimeUpToTheMaximum) {
  SpawnSpec spec = never_ready({"print", "loading", "sleep"});
  spec.start_timeout = 1s;
  spec.start_timeout_max = 1200ms;
  const TimePoint begin = steady_now();
  EXPECT_THAT(run_to_end(spec), ElementsAre("spawned", "failed timeout", "exited signal 15 (SIGTERM)"));
  EXPECT_GE(steady_now() - begin, 1200ms);
  EXPECT_THAT(recorder.last_failure.message, HasSubstr("within 1.2 s (healthCheckTimeoutMax)"));
}

TEST_F(SupervisorTest, AServerThatOnlyTellsOfProbesMakesNoProgress) {
  SpawnSpec spec = helper({"serve"});
  Ports ports(test::own_ports());
  spec.endpoint = {"127.0.0.1", ports.take(spec.model).value(), ""};
  spec.check_path = "/health";
  spec.argv.insert(spec.argv.end(), {std::to_string(spec.endpoint.port), "3600000"});
  spec.start_timeout = 500ms;
  spec.start_timeout_max = 1h;
  EXPECT_THAT(run_to_end(spec), ElementsAre("spawned", "failed timeout", "exited signal 15 (SIGTERM)"));
  EXPECT_THAT(log(), HasSubstr("asked GET /health"));
  EXPECT_THAT(recorder.last_failure.message, HasSubstr("within 0.5 s (healthCheckTimeout)"));
}

TEST_F(SupervisorTest, ReportsNothingBeforeStartReturned) {
  start(helper({"sleep"}));
  EXPECT_THAT(heard(), ElementsAre());
  EXPECT_TRUE(until_heard("ready 127.0.0.1"));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
}

TEST_F(SupervisorTest, TheGoodLifeEndsWithTerm) {
  start(helper({"sleep"}));
  ASSERT_TRUE(until_heard("ready 127.0.0.1"));
  stop(10s);
  ASSERT_TRUE(until_exited());
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1", "exited signal 15 (SIGTERM)"));
  EXPECT_TRUE(ends(recorder.pidfds[generation]));
  stop(0s);  // ended: ignored
}

TEST_F(SupervisorTest, EndOfItselfWhileReady) {
  EXPECT_THAT(run_to_end(helper({"exit", "7"})),
              ::testing::AnyOf(ElementsAre("spawned", "ready 127.0.0.1", "exited exit code 7"),
                               ElementsAre("spawned", "failed exit", "exited exit code 7")));
}

TEST_F(SupervisorTest, AKillFromOutsideIsToldWithTheLastLines) {
  start(helper({"print", "one", "print", "two", "sleep"}));
  ASSERT_TRUE(until_heard("ready 127.0.0.1"));
  ASSERT_TRUE(until_logged("two\n"));
  ::kill(recorder.pids[generation], SIGKILL);
  ASSERT_TRUE(until_exited());
  const Ending& ending = recorder.last_ending;
  EXPECT_EQ(ending.status, (ExitStatus{.code = {}, .signal = 9}));
  EXPECT_STREQ(class_name(ending.kind), "signal");
  EXPECT_EQ(ending.line, "two");
  EXPECT_EQ(ending.tail, "one\ntwo\n");
  EXPECT_EQ(
      ending.message,
      "model `m` ended by itself with signal 9 (SIGKILL) (the kernel's OOM killer is a likely reason): two");
}

TEST_F(SupervisorTest, ExecutableMissing) {
  SpawnSpec spec = helper({});
  spec.argv = {"/nowhere/llama-server"};
  EXPECT_THAT(run_to_end(spec), ElementsAre("failed file_missing", "exited not started"));
  EXPECT_EQ(recorder.last_failure.message,
            "model `m` could not be started: `/nowhere/llama-server` does not exist.");
  spec.argv = {"no-such-program-anywhere"};
  spec.env = {"PATH=/nowhere:/bin"};
  EXPECT_THAT(run_to_end(spec), ElementsAre("failed file_missing", "exited not started"));
  EXPECT_EQ(recorder.last_failure.message,
            "model `m` could not be started: `no-such-program-anywhere` is not in PATH (/nowhere:/bin).");
}

TEST_F(SupervisorTest, NotExecutable) {
  SpawnSpec spec = helper({});
  spec.argv = {"/etc/passwd"};
  EXPECT_THAT(run_to_end(spec), ElementsAre("failed file_missing", "exited not started"));
  EXPECT_EQ(recorder.last_failure.message,
            "model `m` could not be started: `/etc/passwd` cannot be executed (Permission denied).");
}

TEST_F(SupervisorTest, EndBeforeReadyTellsTheLineAndTheClass) {
  const SpawnSpec spec =
      never_ready({"print", "loading", "complain", "CUDA error: out of memory", "exit", "3"});
  EXPECT_THAT(run_to_end(spec), ElementsAre("spawned", "failed out_of_vram", "exited exit code 3"));
  EXPECT_EQ(
      recorder.last_failure.message,
      "model `m` ended with exit code 3 before it was ready (out of GPU memory): CUDA error: out of memory");
  EXPECT_EQ(recorder.last_failure.line, "CUDA error: out of memory");
  EXPECT_EQ(recorder.last_failure.exit.code, 3);
  EXPECT_EQ(recorder.last_failure.tail, "loading\nCUDA error: out of memory\n");
  EXPECT_EQ(recorder.last_ending.tail, recorder.last_failure.tail);
}

TEST_F(SupervisorTest, AnOlderLaunchsLinesDoNotExplainANewOne) {
  run_to_end(never_ready({"print", "out of memory", "exit", "1"}));
  EXPECT_THAT(run_to_end(never_ready({"exit", "1"})),
              ElementsAre("spawned", "failed exit", "exited exit code 1"));
  EXPECT_EQ(recorder.last_failure.message, "model `m` ended with exit code 1 before it was ready.");
}

TEST_F(SupervisorTest, DeathBySignal) {
  EXPECT_THAT(run_to_end(never_ready({"raise", "10"})),
              ElementsAre("spawned", "failed signal", "exited signal 10 (SIGUSR1)"));
}

TEST_F(SupervisorTest, NotReadyInTime) {
  SpawnSpec spec = never_ready({"print", "still loading", "sleep"});
  spec.start_timeout = 300ms;
  EXPECT_THAT(run_to_end(spec), ElementsAre("spawned", "failed timeout", "exited signal 15 (SIGTERM)"));
  EXPECT_THAT(recorder.last_failure.message, HasSubstr("model `m` was not ready within 0.3 s"));
  EXPECT_EQ(recorder.last_failure.exit, ExitStatus{});
}

TEST_F(SupervisorTest, NotReadyInTimeAndDeafIsKilled) {
  SpawnSpec spec = never_ready({"ignore-term", "sleep"});
  spec.start_timeout = 300ms;
  spec.abort_grace = 50ms;
  EXPECT_THAT(run_to_end(spec), ElementsAre("spawned", "failed timeout", "exited signal 9 (SIGKILL)"));
}

TEST_F(SupervisorTest, StopDuringTheStartIsNoFailure) {
  start(never_ready({"print", "up", "sleep"}));
  ASSERT_TRUE(until_logged("up\n"));
  stop(10s);
  ASSERT_TRUE(until_exited());
  EXPECT_THAT(heard(), ElementsAre("spawned", "exited signal 15 (SIGTERM)"));
}

TEST_F(SupervisorTest, StopRightAfterStartIsNoFailure) {
  start(never_ready({"sleep"}));
  stop(0s);
  ASSERT_TRUE(until_exited());
  EXPECT_THAT(heard(), ElementsAre("spawned", "exited signal 9 (SIGKILL)"));
}

TEST_F(SupervisorTest, ADeafOneIsKilledAfterTheGrace) {
  start(helper({"ignore-term", "print", "deaf", "sleep"}));
  ASSERT_TRUE(until_logged("deaf\n"));
  const TimePoint asked = steady_now();
  stop(200ms);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 9 (SIGKILL)");
  EXPECT_GE(steady_now() - asked, 200ms);
}

TEST_F(SupervisorTest, ASecondStopShortensTheGrace) {
  start(helper({"ignore-term", "print", "deaf", "sleep"}));
  ASSERT_TRUE(until_logged("deaf\n"));
  stop(1h);
  stop(50ms);
  stop(1h);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 9 (SIGKILL)");
}

TEST_F(SupervisorTest, TheGroupEndsWithItsLeader) {
  start(never_ready({"ignore-term", "grandchild", "print", "ready to die", "serve", "0", "0"}));
  ASSERT_TRUE(until_logged("ready to die\n"));
  ASSERT_TRUE(until_heard("spawned"));
  const UniqueFd grandchild = pidfd_of(logged_pid("grandchild "));
  ASSERT_TRUE(grandchild);
  ASSERT_EQ(::kill(recorder.pids[generation], SIGKILL), 0);  // the leader alone
  ASSERT_TRUE(until_exited());
  EXPECT_TRUE(ends(grandchild));
}

TEST_F(SupervisorTest, WhoLeftTheGroupEndsWithTheLaunch) {
  start(never_ready({"escapee", "print", "bye", "exit", "0"}));
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(recorder.last_failure.line, "bye");
  EXPECT_FALSE(test::alive(logged_pid("escapee ")));
}

TEST_F(SupervisorTest, ChildrenGetACleanStart) {
  ::setenv("PADDOCK_LISTEN", "secret", 1);
  ::setenv("PROCESS_TEST", "daemon", 1);
  ::signal(SIGPIPE, SIG_IGN);
  SpawnSpec spec = never_ready({"fds", "signals", "group", "env", "PADDOCK_LISTEN", "env", "PROCESS_TEST",
                                "env", "TWICE", "env", "HOME_OF_NOBODY"});
  spec.env = {"PROCESS_TEST=model", "TWICE=1", "TWICE=2=2"};
  const UniqueFd inheritable(::dup(1));
  run_to_end(spec);
  ::signal(SIGPIPE, SIG_DFL);
  ::unsetenv("PADDOCK_LISTEN");
  ::unsetenv("PROCESS_TEST");
  EXPECT_EQ(log(),
            "fds 0 1 2\nsignals blocked=0 ignored=0\ngroup yes\nPADDOCK_LISTEN unset\nPROCESS_TEST=model\n"
            "TWICE=2=2\nHOME_OF_NOBODY unset\n");
}

TEST_F(SupervisorTest, ChildrenGetTheOldFileLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 200;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  raise_file_limit();
  rlimit raised{};
  ::getrlimit(RLIMIT_NOFILE, &raised);
  EXPECT_EQ(raised.rlim_cur, before.rlim_max);
  run_to_end(never_ready({"limit"}));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(log(), "limit 200\n");
}

TEST_F(SupervisorTest, AHundredCyclesLeaveNothingBehind) {
  run_to_end(never_ready({"exit", "0"}));
  recorder.pidfds.clear();
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 100; ++round) {
    start(helper({"sleep"}));
    if (round % 2 == 0) {
      ASSERT_TRUE(until_heard("ready 127.0.0.1"));
    }
    stop(round % 3 == 0 ? 0s : 10s);
    ASSERT_TRUE(until_exited());
    recorder.pidfds.clear();
  }
  EXPECT_TRUE(run_until([&] { return open_descriptors() <= before; }))
      << open_descriptors() << " > " << before;
  EXPECT_TRUE(test::eventually([] { return children_of(test_helper().pid()) == 0; })) << "a keeper stays";
}

TEST_F(SupervisorTest, AFloodStallsNobody) {
  constexpr std::uint64_t kBytes = 50'000'000;
  const auto channel = hub.model(ModelId("m"));
  logs::Reader slow(*channel, 0, [] {});
  slow.read(1);
  TimePoint last_tick = steady_now();
  Duration longest{};
  boost::asio::steady_timer ticker(io);
  std::function<void()> tick = [&] {
    longest = std::max(longest, steady_now() - last_tick);
    last_tick = steady_now();
    ticker.expires_after(5ms);
    ticker.async_wait([&](boost::system::error_code error) {
      if (!error) tick();
    });
  };
  tick();
  start(helper({"flood", std::to_string(kBytes), "exit", "0"}));
  ASSERT_TRUE(run_until([&] { return recorder.exits == 1; }, 60s));
  EXPECT_EQ(channel->end_offset(), kBytes);
  EXPECT_LT(longest, 1s);
  EXPECT_GT(slow.read(1).lost, 0u);
}

TEST_F(SupervisorTest, DestructionEndsAllAndReportsNothing) {
  for (int i = 0; i < 5; ++i) start(helper({"ignore-term", "print", "deaf", "sleep"}));
  ASSERT_TRUE(run_until([&] { return recorder.pidfds.size() == 5; }));
  const auto before = recorder.heard;
  const TimePoint began = steady_now();
  supervisor.reset();
  EXPECT_LT(steady_now() - began, 3s);
  for (const auto& [number, pidfd] : recorder.pidfds) EXPECT_TRUE(ends(pidfd));
  io.poll();
  EXPECT_EQ(recorder.heard, before);
}

TEST_F(SupervisorTest, LastWordsAreLoggedBeforeDestructionReturns) {
  start(helper({"print", "hello", "sleep"}));
  ASSERT_TRUE(until_logged("hello\n"));
  supervisor.reset();
  EXPECT_THAT(hub.upstream().tail_lines(1000), EndsWith("[m] hello\n"));
}

TEST(SupervisorDeath, ChildrenDieWithTheDaemon) {
  test::Child daemon({PADDOCK_SPAWNER_HELPER, PADDOCK_CHILD_HELPER, "sleep"});
  ASSERT_TRUE(test::eventually([&] { return daemon.output().find('\n') != std::string::npos; }));
  int pid = 0;
  ASSERT_EQ(std::sscanf(daemon.output().c_str(), "pid %d", &pid), 1) << daemon.output();
  const UniqueFd child = pidfd_of(pid);
  ASSERT_TRUE(child);
  daemon.signal(SIGKILL);
  EXPECT_TRUE(ends(child));
}

}  // namespace
}  // namespace paddock::process
