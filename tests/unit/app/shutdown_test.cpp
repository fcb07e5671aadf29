#include "shutdown.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paddock::app {
namespace {

struct ShutdownTest : testing::Test {
  using Log = std::vector<std::string>;

  Shutdown::Hooks hooks() {
    Shutdown::Hooks hooks;
    hooks.close_the_door = [this] { log.push_back("close"); };
    hooks.stop_models = [this](Duration budget, std::function<void()> done) {
      log.push_back("stop " +
                    std::to_string(std::chrono::duration_cast<std::chrono::seconds>(budget).count()));
      pending.push_back(std::move(done));
    };
    hooks.finished = [this] { log.push_back("finished"); };
    return hooks;
  }

  Log log;
  std::vector<std::function<void()>> pending;
  Shutdown shutdown{hooks(), std::chrono::seconds(30)};
};

TEST_F(ShutdownTest, OneRequestIsGraceful) {
  EXPECT_FALSE(shutdown.requested());
  shutdown.request();
  EXPECT_TRUE(shutdown.requested());
  EXPECT_EQ(log, (Log{"close", "stop 30"}));
  pending[0]();
  EXPECT_EQ(log, (Log{"close", "stop 30", "finished"}));
}

TEST_F(ShutdownTest, ASecondRequestHurriesAndAThirdDoesNothing) {
  shutdown.request();
  shutdown.request();
  shutdown.request();
  EXPECT_EQ(log, (Log{"close", "stop 30", "stop 0"}));
  pending[1]();
  pending[0]();
  EXPECT_EQ(log, (Log{"close", "stop 30", "stop 0", "finished"}));
}

TEST_F(ShutdownTest, NothingFollowsTheEnd) {
  shutdown.request();
  pending[0]();
  shutdown.request();
  EXPECT_EQ(log, (Log{"close", "stop 30", "finished"}));
}

}  // namespace
}  // namespace paddock::app
