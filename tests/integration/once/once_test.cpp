// No model ever has two processes, and none begins before the one it takes the place of is gone.
#include <poll.h>

#include "tests/integration/scenario.h"
#include "tests/support/lives.h"

namespace paddock::test {
namespace {

class Once : public ::testing::Test {
 protected:
  // Each launch looks who else is there, a zombie included.
  std::string looking() const { return "--lives " + folder_.path("lives"); }

  void expect_alone(std::size_t at_least) const {
    const auto sightings = Lives(folder_.path("lives")).sightings();
    EXPECT_GE(sightings.size(), at_least);
    for (const Sighting& sighting : sightings) {
      for (const Life& other : sighting.others) {
        ADD_FAILURE() << sighting.self.name << ", pid " << sighting.self.pid << ", began beside "
                      << other.name << ", pid " << other.pid;
      }
    }
  }

  const TempDir folder_;
};

TEST_F(Once, FiftyFirstRequestsStartOneProcess) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 100 " + looking()}}));
  std::vector<std::future<Response>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(start_chat(daemon.port(), "a"));
  for (auto& answer : answers) EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
  expect_alone(1);
}

// Each request comes about when the model's time is over: before, at and after the decision to stop it.
TEST_F(Once, RequestsAtTheEdgeOfTheTtlAreAnsweredByOneProcess) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 20 " + looking(), "ttl: 1"}}));
  for (const int offset : {-30, -10, -3, 0, 2, 5, 10, 25}) {
    std::vector<std::future<Response>> answers;
    for (int i = 0; i < 5; ++i) answers.push_back(start_chat(daemon.port(), "a"));
    for (auto& answer : answers) EXPECT_EQ(answer.get().status(), 200);
    // The time itself is what this is about.
    ::poll(nullptr, 0, 1000 + offset);
  }
  expect_alone(2);
}

// Whatever the old one does when it is asked to go, it is reaped before the new one's first instruction.
TEST_F(Once, ASwapNeverHasBothAlive) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 15 --fork-grandchild --setsid " + looking()},
                                 {"b", "--fork-grandchild " + looking()}}));
  for (int i = 0; i < 20; ++i) {
    for (const char* model : {"a", "b"}) ASSERT_EQ(chat(daemon.port(), model).status(), 200);
  }
  expect_alone(40);
}

TEST_F(Once, ACrashAndANewRequestNeverMeet) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild --setsid " + looking()}}));
  for (std::size_t i = 1; i <= 20; ++i) {
    ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
    ::kill(daemon.records().wait_for("started", "a", i)["pid"], SIGKILL);
    // Until it is known, a load finds the model ready.
    ASSERT_TRUE(eventually([&] {
      post(daemon.port(), "/api/models/a/load");
      return daemon.records().count("started", "a") == i + 1;
    }));
  }
  expect_alone(20);
}

// The daemon loses sight of the launch, but not of what it promised.
TEST_F(Once, AKilledKeepersModelIsGoneBeforeTheNextBegins) {
  TestDaemon daemon(config_with({{"a", "--fork-grandchild --setsid " + looking()}, {"b", looking()}}));
  for (std::size_t i = 1; i <= 10; ++i) {
    ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
    const pid_t keeper = daemon.records().wait_for("started", "a", i)["ppid"];
    auto next = start_chat(daemon.port(), "b", {{"delay_head_ms", 1}});
    ::kill(keeper, SIGKILL);
    EXPECT_EQ(next.get().status(), 200);
  }
  expect_alone(20);
}

}  // namespace
}  // namespace paddock::test
