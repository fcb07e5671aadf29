#include "changes.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

config::ModelConfig model(const char* id) {
  config::ModelConfig out;
  out.id = ModelId(id);
  out.argv = {{"server"}, {"--port"}, {"${PORT}"}};
  out.env = {{"CUDA_VISIBLE_DEVICES=0"}};
  out.proxy = {"http://localhost:${PORT}"};
  return out;
}

config::Config config_of(std::vector<config::ModelConfig> models) {
  config::Config out;
  out.models = std::move(models);
  return out;
}

template <class Change>
bool is_another_launch(Change change) {
  config::ModelConfig other = model("a");
  change(other);
  return !changes_between(config_of({model("a")}), config_of({other})).renewed.empty();
}

TEST(Changes, NameWhatCameAndWent) {
  const Changes changes =
      changes_between(config_of({model("a"), model("b")}), config_of({model("b"), model("c")}));
  EXPECT_EQ(changes.added, std::vector<ModelId>{ModelId("c")});
  EXPECT_EQ(changes.removed, std::vector<ModelId>{ModelId("a")});
  EXPECT_TRUE(changes.renewed.empty());
  EXPECT_EQ(sentence(changes), "added c; removed a");
}

TEST(Changes, TheSameFileChangesNothing) {
  const config::Config config = config_of({model("a")});
  EXPECT_EQ(changes_between(config, config), Changes());
  EXPECT_EQ(sentence(Changes()), "no model has changed");
}

TEST(Changes, AnotherLaunchIsAnotherCommandEnvironmentPlaceOrProbe) {
  EXPECT_TRUE(is_another_launch([](auto& m) { m.argv.push_back({"-v"}); }));
  EXPECT_TRUE(is_another_launch([](auto& m) { m.log_verbosity = config::LogVerbosity::kKeep; }));
  EXPECT_TRUE(is_another_launch([](auto& m) { m.env = {{"CUDA_VISIBLE_DEVICES=1"}}; }));
  EXPECT_TRUE(is_another_launch([](auto& m) { m.proxy = {"http://localhost:${PORT}/v2"}; }));
  EXPECT_TRUE(is_another_launch([](auto& m) { m.check_endpoint = "/ready"; }));
  EXPECT_TRUE(is_another_launch([](auto& m) { m.detached = true; }));
  EXPECT_TRUE(is_another_launch([](auto& m) {
    m.argv = {{"server"}, {"--port ${PORT}"}};
  })) << "a border moved";
  EXPECT_TRUE(is_another_launch([](auto& m) { m.env = {{"A=1"}, {"B=2"}}; }));
}

TEST(Changes, WhatIsKeptByUsIsNoOtherLaunch) {
  EXPECT_FALSE(is_another_launch([](auto& m) { m.cmd = {"# a comment"}; }));
  EXPECT_FALSE(is_another_launch([](auto& m) { m.ttl = std::chrono::seconds(7); }));
  EXPECT_FALSE(is_another_launch([](auto& m) { m.aliases = {"x"}; }));
  EXPECT_FALSE(is_another_launch([](auto& m) { m.health_check_timeout = std::chrono::seconds(99); }));
  EXPECT_FALSE(is_another_launch([](auto& m) { m.unload_timeout = std::chrono::seconds(1); }));
}

TEST(Changes, NameTheKeysThatCountFromTheNextStartOn) {
  config::Config now;
  now.start_port = 9000;
  now.state_dir = "/elsewhere";
  now.store_path = "/elsewhere.db";
  EXPECT_EQ(changes_between(config::Config(), now).next_start,
            (std::vector<std::string>{"startPort", "store.path", "stateDir"}));
}

}  // namespace
}  // namespace paddock::app
