// hooks.on_startup.preload: at boot, through the scheduler, ready by the health path.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

std::string preload(const std::string& ids) { return "hooks: {on_startup: {preload: [" + ids + "]}}\n"; }

TEST(Preload, AllAreReadySoonAfterTheStart) {
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 200", "aliases: [ay]"}, {"b"}, {"c"}},
                                preload("ay, b") + side_by_side("a, b, c")));
  EXPECT_TRUE(daemon.reaches("a", "ready"));
  EXPECT_TRUE(daemon.reaches("b", "ready"));
  EXPECT_EQ(daemon.state("c"), "stopped");
  EXPECT_GE(daemon.records().count("probe", "a"), 2u) << "the health path decides";
  EXPECT_EQ(daemon.records().count("head"), 0u) << "nothing but probes is asked";
  EXPECT_EQ(daemon.output().find("is not loaded"), std::string::npos) << daemon.output();
}

TEST(Preload, TheDoorIsOpenMeanwhile) {
  TestDaemon daemon(config_with({{"a", "--health-never"}, {"b"}}, preload("a") + side_by_side("a, b")));
  daemon.records().wait_for("listening", "a");
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(daemon.state("a"), "starting");
}

TEST(Preload, AFailureIsALineAndHarmsNobody) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen --exit-code 3"}, {"b"}},
                                preload("a, b") + side_by_side("a, b")));
  EXPECT_TRUE(daemon.reaches("b", "ready"));
  EXPECT_TRUE(eventually([&] {
    return daemon.output().find("model a of hooks.on_startup.preload is not loaded") != std::string::npos;
  })) << daemon.output();
  EXPECT_NE(daemon.output().find("exit code 3"), std::string::npos);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
}

TEST(Preload, WhoDoNotFitTogetherComeInTurn) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, preload("a, b")));
  EXPECT_TRUE(daemon.reaches("b", "ready"));
  EXPECT_EQ(daemon.state("a"), "stopped");
  EXPECT_EQ(names_started(daemon.records()), (std::vector<std::string>{"a", "b"}));
  const std::string said = daemon.output();
  EXPECT_NE(said.find("'preload': loading 'b' stops 'a'"), std::string::npos) << said;
  EXPECT_NE(said.find("stopping model a (swap to b)"), std::string::npos) << said;
}

}  // namespace
}  // namespace paddock::test
