#include "paddock/keeper/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "proc.h"
#include "record.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace paddock::keeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string folder_for(const std::map<std::string, std::string>& environment, bool is_root = false) {
  return default_state_folder(
      [&](const char* name) -> std::optional<std::string> {
        const auto it = environment.find(name);
        return it == environment.end() ? std::nullopt : std::optional(it->second);
      },
      is_root);
}

TEST(StateFolder, WhoSaysIt) {
  EXPECT_EQ(folder_for({{"STATE_DIRECTORY", "/a:/b"}, {"XDG_STATE_HOME", "/x"}}, true), "/a");
  EXPECT_EQ(folder_for({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, true), "/var/lib/paddock");
  EXPECT_EQ(folder_for({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}), "/x/paddock");
  EXPECT_EQ(folder_for({{"XDG_STATE_HOME", ""}, {"HOME", "/h"}}), "/h/.local/state/paddock");
  EXPECT_EQ(folder_for({}), "");
}

// A process that sleeps until it is killed, in a group of its own.
class Sleeper {
 public:
  explicit Sleeper(pid_t group = 0) : pid_(::fork()) {
    if (pid_ == 0) {
      ::setpgid(0, group);
      for (;;) ::pause();
    }
    ::setpgid(pid_, group);
  }
  ~Sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }
  bool lives() const { return process(pid_)->state != 'Z'; }

 private:
  pid_t pid_;
};

class StateTest : public ::testing::Test {
 protected:
  State open() {
    Result<State, std::string> state = State::open(folder.path("state"));
    EXPECT_TRUE(state.has_value()) << state.error();
    return std::move(*state);
  }
  Trace trace_of(const Sleeper& leader) const {
    return {boot_id(), ::getsid(0), 999'999'999, 1, leader.pid(), process(leader.pid())->started, "", "m"};
  }
  void leave(const std::string& name, const std::string& text) {
    test::write_file(folder.path("state") + "/launches/" + name, text);
  }

  test::TempDir folder;
};

TEST_F(StateTest, NothingLeftIsNothingToSay) {
  State state = open();
  EXPECT_THAT(state.sweep(), IsEmpty());
}

TEST_F(StateTest, WhatWasLeftIsEndedWithItsGroup) {
  State state = open();
  Sleeper leader, member(leader.pid());
  leave("5", format(trace_of(leader)));
  EXPECT_THAT(state.sweep(), ElementsAre("model m was left by an earlier paddock (pid " +
                                         std::to_string(leader.pid()) + "): killed"));
  EXPECT_FALSE(leader.lives());
  EXPECT_FALSE(member.lives());
  EXPECT_TRUE(std::filesystem::is_empty(state.records()));
}

TEST_F(StateTest, ANumberThatWasGivenAwayIsLeftAlone) {
  State state = open();
  Sleeper stranger, friend_of_his(stranger.pid());
  Trace trace = trace_of(stranger);
  trace.leader_started -= 1;
  leave("5", format(trace));
  EXPECT_THAT(state.sweep(), IsEmpty());
  EXPECT_TRUE(stranger.lives());
  EXPECT_TRUE(friend_of_his.lives());
}

// Its number was another leader's since, who has gone and left somebody of his group.
TEST_F(StateTest, AGroupOfAnotherSessionIsLeftAlone) {
  State state = open();
  Sleeper stranger;
  Trace trace = trace_of(stranger);
  trace.session += 1;
  Sleeper member(stranger.pid());
  ::kill(stranger.pid(), SIGKILL);
  ASSERT_TRUE(test::eventually([&] { return !stranger.lives(); }));
  leave("5", format(trace));
  EXPECT_THAT(state.sweep(), IsEmpty());
  EXPECT_TRUE(member.lives());
}

TEST_F(StateTest, TracesOfAnotherBootAreForgotten) {
  State state = open();
  Sleeper stranger;
  Trace trace = trace_of(stranger);
  trace.boot = "another";
  leave("5", format(trace));
  leave("6", "not a trace");
  leave("7.new", "");
  EXPECT_THAT(state.sweep(), IsEmpty());
  EXPECT_TRUE(stranger.lives());
  EXPECT_TRUE(std::filesystem::is_empty(state.records()));
}

// Whatever a trace says, only a keeper's folder is killed.
TEST_F(StateTest, AForeignCgroupIsLeftAlone) {
  State state = open();
  Sleeper leader;
  Trace trace = trace_of(leader);
  trace.cgroup = folder.path("group");
  std::filesystem::create_directories(trace.cgroup);
  test::write_file(trace.cgroup + "/cgroup.kill", "");
  leave("5", format(trace));
  state.sweep();
  EXPECT_EQ(test::read_file(trace.cgroup + "/cgroup.kill"), "");
}

TEST_F(StateTest, OneDaemonAtATime) {
  {
    const State first = open();
    const auto second = State::open(folder.path("state"));
    ASSERT_TRUE(second.has_error());
    EXPECT_THAT(second.error(), HasSubstr("is in use by another paddock (pid " + std::to_string(::getpid()) +
                                          "); give this one a stateDir of its own"));
  }
  open();
}

TEST_F(StateTest, APlaceThatCannotBeMade) {
  EXPECT_THAT(State::open("").error(), HasSubstr("set stateDir"));
  test::write_file(folder.path("file"), "");
  const auto refused = State::open(folder.path("file/state"));
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error(), HasSubstr("file/state cannot be made ("));
}

}  // namespace
}  // namespace paddock::keeper
