// Launches that a command ends: real processes below a real Supervisor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "paddock/process/ports.h"
#include "recorder.h"
#include "stop_command.h"
#include "test_helper.h"
#include "tests/support/child.h"
#include "tests/support/ports.h"
#include "tests/support/temp_dir.h"

namespace paddock::process {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

TEST(BindPid, ReplacesEachPlaceholder) {
  EXPECT_EQ(bind_pid({"kill", "${PID}", "-${PID}-${PID}", "${PI}", ""}, 123),
            (Words{"kill", "123", "-123-123", "${PI}", ""}));
}

class StopCommandTest : public ::testing::Test, public ControlThread {
 protected:
  SpawnSpec helper(const Words& words, const std::string& stop) {
    SpawnSpec spec;
    spec.model = ModelId("m");
    spec.argv = {PADDOCK_CHILD_HELPER};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    spec.endpoint = {"127.0.0.1", 1, ""};
    spec.check_path = "";
    spec.stop_argv = {"/bin/sh", "-c", stop};
    return spec;
  }
  // A launcher that leaves a server behind and ends with `code`; its stop command begins with `stop`.
  SpawnSpec detached(const std::string& code, const std::string& stop) {
    SpawnSpec spec = helper({}, stop);
    Ports ports(test::own_ports());
    spec.endpoint.port = ports.take(spec.model).value();
    const std::string serve =
        std::string(PADDOCK_CHILD_HELPER) + " serve " + std::to_string(spec.endpoint.port) + " 0";
    spec.env = {"PID_FILE=" + dir.path("pid")};
    spec.argv = {"/bin/sh", "-c",
                 "setsid " + serve + " & echo service $!; echo $! > $PID_FILE; exit " + code};
    spec.check_path = "/health";
    spec.detached = true;
    spec.watch_every = 20ms;
    return spec;
  }
  void start(const SpawnSpec& spec) { supervisor->start(spec, Generation{1}); }
  void stop(Duration grace) { supervisor->stop(Generation{1}, grace); }
  const Recorder::Heard& heard() { return recorder.heard[1]; }
  bool until_exited() {
    return run_until([this] { return !heard().empty() && heard().back().starts_with("exited"); });
  }
  bool until_ready() {
    return run_until(
        [this] { return std::find(heard().begin(), heard().end(), "ready 127.0.0.1") != heard().end(); });
  }
  std::string log() { return hub.model(ModelId("m"))->read_from(0, 1 << 20).bytes; }
  bool until_logged(const std::string& text) {
    return run_until([&] { return log().find(text) != std::string::npos; });
  }
  pid_t logged_pid(const std::string& name) {
    return std::stoi(log().substr(log().find(name) + name.size()));
  }

  const test::TempDir dir;
  logs::Hub hub;
  Recorder recorder;
  std::unique_ptr<Supervisor> supervisor = std::make_unique<Supervisor>(io, hub, test_helper(), recorder);
};

TEST_F(StopCommandTest, RunsInTheEnvironmentOfTheModelAndWritesIntoItsLog) {
  SpawnSpec spec = helper({"sleep"}, "echo asked $NAME; kill -INT ${PID}");
  spec.env = {"NAME=nicely"};
  start(spec);
  ASSERT_TRUE(until_ready());
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 2 (SIGINT)");
  EXPECT_EQ(log(), "asked nicely\n");
  EXPECT_THAT(recorder.notes, IsEmpty());
}

TEST_F(StopCommandTest, ThatFailsIsFollowedByTheSignalAtOnce) {
  start(helper({"sleep"}, "exit 3"));
  ASSERT_TRUE(until_ready());
  const TimePoint begin = steady_now();
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 15 (SIGTERM)");
  EXPECT_LT(steady_now() - begin, 5s);
  EXPECT_THAT(recorder.notes,
              ElementsAre("the stop command of model `m` ended with exit code 3; SIGTERM follows"));
}

TEST_F(StopCommandTest, ThatCannotBeStartedIsFollowedByTheSignal) {
  SpawnSpec spec = helper({"sleep"}, "");
  spec.stop_argv = {"/nowhere/stop"};
  start(spec);
  ASSERT_TRUE(until_ready());
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 15 (SIGTERM)");
  EXPECT_THAT(recorder.notes, ElementsAre("the stop command of model `m` could not be started: "
                                          "`/nowhere/stop` does not exist; SIGTERM follows"));
}

TEST_F(StopCommandTest, ThatHangsIsEndedWithAllThatItStarted) {
  SpawnSpec spec = helper({"sleep"}, "setsid sleep 60 & echo left $!; wait");
  spec.stop_timeout = 300ms;
  start(spec);
  ASSERT_TRUE(until_ready());
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 15 (SIGTERM)");
  EXPECT_FALSE(test::alive(logged_pid("left ")));
  EXPECT_THAT(recorder.notes,
              ElementsAre("the stop command of model `m` did not end in time; SIGTERM follows"));
}

TEST_F(StopCommandTest, AModelThatIsDeafToEverythingIsKilled) {
  SpawnSpec spec = helper({"ignore-term", "print", "deaf", "sleep"}, "kill -TERM ${PID}");
  spec.stop_timeout = 200ms;
  spec.stop_grace = 100ms;
  start(spec);
  ASSERT_TRUE(until_logged("deaf\n"));
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 9 (SIGKILL)");
  EXPECT_THAT(recorder.notes,
              ElementsAre("the stop command of model `m` ended well, but not the model; SIGTERM follows"));
}

TEST_F(StopCommandTest, MayTidyUpBehindTheModel) {
  start(helper({"sleep"}, "kill ${PID}; while kill -0 ${PID} 2>/dev/null; do sleep 0.01; done; echo tidy"));
  ASSERT_TRUE(until_ready());
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(heard().back(), "exited signal 15 (SIGTERM)");
  EXPECT_EQ(log(), "tidy\n");
  EXPECT_THAT(recorder.notes, IsEmpty());
}

TEST_F(StopCommandTest, AlsoEndsAStartThatFails) {
  SpawnSpec spec = helper({"sleep"}, "echo asked; kill -INT ${PID}");
  spec.check_path = "/health";
  spec.start_timeout = 200ms;
  start(spec);
  ASSERT_TRUE(until_exited());
  EXPECT_THAT(heard(), ElementsAre("spawned", "failed timeout", "exited signal 2 (SIGINT)"));
  EXPECT_EQ(log(), "asked\n");
}

TEST_F(StopCommandTest, DiesWithTheSupervisor) {
  start(helper({"ignore-term", "sleep"}, "echo command $$; exec sleep 60"));
  ASSERT_TRUE(until_ready());
  stop(20s);
  ASSERT_TRUE(until_logged("command "));
  const pid_t command = logged_pid("command ");
  supervisor.reset();
  EXPECT_FALSE(test::alive(command));
}

TEST_F(StopCommandTest, ADetachedModelOutlivesItsLauncherAndEndsByItsCommand) {
  start(detached("0", "echo asked; kill $(cat $PID_FILE)"));
  ASSERT_TRUE(until_ready());
  const pid_t service = logged_pid("service ");
  EXPECT_FALSE(recorder.pidfds[1]) << "the leader's end says nothing";
  EXPECT_TRUE(run_until([&] { return !test::alive(recorder.pids[1]); }));
  EXPECT_TRUE(test::alive(service));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_FALSE(test::alive(service));
  EXPECT_THAT(log(), HasSubstr("asked\n"));
}

TEST_F(StopCommandTest, ADetachedModelWhoseCommandFailsIsEndedAsFarAsItIsOurs) {
  start(detached("0", "exit 1"));
  ASSERT_TRUE(until_ready());
  const pid_t service = logged_pid("service ");
  EXPECT_TRUE(run_until([&] { return !test::alive(recorder.pids[1]); }));
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_FALSE(test::alive(service));
  EXPECT_THAT(recorder.notes, ElementsAre("the stop command of model `m` ended with exit code 1; SIGTERM "
                                          "follows; what it started elsewhere may still run"));
}

TEST_F(StopCommandTest, ADetachedModelThatLeftNothingHereIsNotWaitedFor) {
  SpawnSpec spec = detached("0", "exit 1");
  start(spec);
  ASSERT_TRUE(until_ready());
  EXPECT_TRUE(run_until([&] { return !test::alive(recorder.pids[1]); }));
  ::kill(logged_pid("service "), SIGKILL);
  const TimePoint begin = steady_now();
  stop(20s);
  ASSERT_TRUE(until_exited());
  EXPECT_LT(steady_now() - begin, 5s);
}

TEST_F(StopCommandTest, ADetachedModelThatNoLongerAnswersIsGone) {
  start(detached("0", "echo tidied up"));
  ASSERT_TRUE(until_ready());
  ::kill(logged_pid("service "), SIGKILL);
  ASSERT_TRUE(until_exited());
  EXPECT_EQ(recorder.last_ending.kind, FailureClass::kNoAnswer);
  EXPECT_THAT(recorder.last_ending.message, HasSubstr("model `m` does not answer at /health any more"));
  EXPECT_THAT(log(), HasSubstr("tidied up\n"));
}

TEST_F(StopCommandTest, ADetachedModelWhoseLauncherFailsIsAFailedStart) {
  SpawnSpec spec = detached("0", "echo tidied up");
  spec.argv = {"/bin/sh", "-c", "echo name is in use; exit 125"};
  start(spec);
  ASSERT_TRUE(until_exited());
  EXPECT_THAT(heard(), ElementsAre("spawned", "failed exit", "exited exit code 125"));
  EXPECT_EQ(recorder.last_failure.message,
            "model `m` ended with exit code 125 before it was ready: name is in use");
  EXPECT_EQ(log(), "name is in use\ntidied up\n");
}

TEST_F(StopCommandTest, ALauncherThatFailsLaterIsOnlyNoted) {
  SpawnSpec spec = detached("0", "exit 0");
  spec.argv[2].replace(spec.argv[2].find("exit 0"), 6, "sleep 60 & echo sleeper $!; wait $!; exit 7");
  start(spec);
  ASSERT_TRUE(until_ready());
  ASSERT_TRUE(until_logged("sleeper "));
  ::kill(logged_pid("sleeper "), SIGKILL);
  ASSERT_TRUE(run_until([this] { return !recorder.notes.empty(); }));
  EXPECT_THAT(recorder.notes, ElementsAre("what started model `m` ended with exit code 7; its health path "
                                          "says whether it lives"));
  EXPECT_EQ(heard().back(), "ready 127.0.0.1");
}

}  // namespace
}  // namespace paddock::process
