#include "directions.h"

#include <gtest/gtest.h>

#include <map>

namespace paddock::http {
namespace {

using config::Strategy;
using router::ModelState;

class DirectionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"a", "b", "c"}) {
      config::ModelConfig model;
      model.id = ModelId(id);
      model.aliases = {std::string(id) + "-alias"};
      config.models.push_back(model);
    }
    config::Peer peer;
    peer.id = "box";
    peer.models = {"far"};
    config.peers.push_back(peer);
  }
  void selector(const std::string& id, Strategy strategy, std::vector<std::string> targets,
                std::vector<std::string> failover = {}, int spillover = 1) {
    config::Selector selector;
    selector.id = id;
    selector.strategy = strategy;
    selector.targets = std::move(targets);
    selector.failover = std::move(failover);
    selector.spillover = spillover;
    config.selectors.push_back(selector);
  }
  void pin(const std::string& name, const std::string& target) { profile.pins.push_back({name, target}); }

  Directions directions() {
    if (!lookup) lookup.emplace(std::make_shared<const config::Config>(config));
    return Directions(*lookup, profile.pins.empty() ? nullptr : &profile, reservations,
                      [this](const ModelId& model) { return states[model.str()]; });
  }
  // The destination, or the code of the error.
  std::string leads(Directions& way, const std::string& asked) {
    const std::optional<ApiError> error = way.begin(asked);
    return error ? error->code : way.name();
  }
  std::string leads(const std::string& asked) {
    Directions way = directions();
    return leads(way, asked);
  }

  config::Config config;
  config::Profile profile{"night", "", {}, {}};
  Reservations reservations;
  std::map<std::string, ModelState> states;
  std::optional<config::Lookup> lookup;
};

TEST_F(DirectionsTest, AModelsOwnNamesNeedNoRewriting) {
  Directions way = directions();
  EXPECT_EQ(leads(way, "a-alias"), "a-alias");
  EXPECT_EQ(way.found().model->id.str(), "a");
  EXPECT_FALSE(way.renamed());
  EXPECT_FALSE(way.next());
}

TEST_F(DirectionsTest, AnUnknownNameGetsAHint) {
  Directions way = directions();
  const std::optional<ApiError> error = way.begin("a-alia");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->status, 404);
  EXPECT_NE(error->message.find("did you mean `a-alias`"), std::string::npos);
}

TEST_F(DirectionsTest, AProfilePinsOnceBeforeSelectorsAndAliases) {
  selector("any", Strategy::kPin, {"b"});
  pin("gpt", "any");
  pin("a", "gpt");
  pin("c", "");
  Directions way = directions();
  EXPECT_EQ(leads(way, "gpt"), "b");
  EXPECT_TRUE(way.renamed());
  EXPECT_EQ(leads("a"), "model_not_found") << "pins do not chain";
  EXPECT_EQ(leads("a-alias"), "a-alias") << "the name is matched before aliases";
  Directions off = directions();
  const std::optional<ApiError> error = off.begin("c");
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("switched off while profile `night`"), std::string::npos);
}

TEST_F(DirectionsTest, ASelectorSeesTheStatesOfItsTargets) {
  selector("warm", Strategy::kWarm, {"a", "b-alias"});
  EXPECT_EQ(leads("warm"), "a");
  states["b"] = ModelState::kReady;
  EXPECT_EQ(leads("warm"), "b-alias");
}

TEST_F(DirectionsTest, SpilloverCountsWhatItHasSent) {
  selector("spill", Strategy::kSpillover, {"a", "box/far"}, {}, 1);
  Directions first = directions();
  Directions second = directions();
  EXPECT_EQ(leads(first, "spill"), "a");
  EXPECT_EQ(leads(second, "spill"), "box/far");
  EXPECT_EQ(second.found().peer->id, "box");
  EXPECT_EQ(reservations.count("spill", "a"), 1);
  { Directions ended = std::move(first); }
  EXPECT_EQ(reservations.count("spill", "a"), 0);
  EXPECT_EQ(leads("spill"), "a") << "its place is free again";
}

TEST_F(DirectionsTest, NothingUsableIsSaid) {
  selector("spill", Strategy::kSpillover, {"a"});
  states["a"] = ModelState::kStopping;
  EXPECT_EQ(leads("spill"), "no_target");
}

TEST_F(DirectionsTest, FailsOverInTurnAndNeverToTheSameOne) {
  selector("safe", Strategy::kWarm, {"a", "b"}, {"a", "c", "box/far"});
  Directions way = directions();
  EXPECT_EQ(leads(way, "safe"), "a");
  EXPECT_EQ(reservations.count("safe", "a"), 1);
  ASSERT_TRUE(way.next());
  EXPECT_EQ(way.name(), "c");
  EXPECT_EQ(reservations.count("safe", "a"), 0);
  ASSERT_TRUE(way.next());
  EXPECT_EQ(way.found().peer_model, "far");
  EXPECT_FALSE(way.next());
}

}  // namespace
}  // namespace paddock::http
