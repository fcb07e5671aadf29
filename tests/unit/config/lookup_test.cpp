#include "paddock/config/lookup.h"

#include <gmock/gmock.h>

namespace paddock::config {
namespace {

Lookup make_lookup(const std::vector<std::pair<std::string, std::vector<std::string>>>& models) {
  Config config;
  for (const auto& [id, aliases] : models) {
    ModelConfig model;
    model.id = ModelId(id);
    model.aliases = aliases;
    config.models.push_back(model);
  }
  return Lookup(std::make_shared<const Config>(std::move(config)));
}

std::string id_of(const ModelConfig* model) { return model == nullptr ? "" : model->id.str(); }

TEST(Lookup, FindsIdsAndAliasesAndIdsWin) {
  const Lookup lookup = make_lookup({{"a", {"x", "b"}}, {"b", {"y"}}});
  EXPECT_EQ(id_of(lookup.find("a")), "a");
  EXPECT_EQ(id_of(lookup.find("b")), "b");
  EXPECT_EQ(id_of(lookup.find("x")), "a");
  EXPECT_EQ(id_of(lookup.find("y")), "b");
  EXPECT_EQ(lookup.find("z"), nullptr);
  EXPECT_EQ(lookup.find(""), nullptr);
}

TEST(Lookup, KnowsWhatEachCommandSaysWithoutReadingItAgain) {
  Config config;
  config.models.resize(2);
  config.models[0].argv = {{"llama-server"}, {"-c"}, {"100"}};
  config.models[1].argv = {{"llama-server"}, {"--embedding"}};
  const Lookup lookup(std::make_shared<const Config>(std::move(config)));
  const std::vector<ModelConfig>& models = lookup.config().models;
  EXPECT_EQ(lookup.command(models[0]), (CommandFacts{100, false, false, false}));
  EXPECT_EQ(lookup.command(models[1]), (CommandFacts{0, false, true, false}));
  EXPECT_EQ(&lookup.command(models[0]), &lookup.command(models[0]));
}

TEST(Lookup, GuessesAtNames) {
  const Lookup lookup = make_lookup({{"gemma-31b", {"small"}}, {"qwen", {}}});
  EXPECT_EQ(lookup.nearest_name("gemma-32b"), "gemma-31b");
  EXPECT_EQ(lookup.nearest_name("smal"), "small");
  EXPECT_EQ(lookup.nearest_name("something else"), "");
}

TEST(Lookup, FindsTheLongestNameInAPath) {
  const Lookup lookup = make_lookup({{"a", {}}, {"a/b", {}}, {"org/model/q4", {"alias/x"}}});
  const auto check = [&](std::string_view path, const std::string& id, std::size_t matched) {
    const Lookup::PathMatch match = lookup.find_prefix(path);
    EXPECT_EQ(id_of(match.model), id) << path;
    EXPECT_EQ(match.matched, matched) << path;
  };
  check("a", "a", 1);
  check("a/", "a", 1);
  check("a/c/d", "a", 1);
  check("a/b", "a/b", 3);
  check("a/b/v1/chat", "a/b", 3);
  check("a/bc", "a", 1);
  check("org/model/q4/v1/x", "org/model/q4", 12);
  check("org/model/q45", "", 0);
  check("org/model", "", 0);
  check("alias/x/y", "org/model/q4", 7);
  check("ab", "", 0);
  check("", "", 0);
  check("/a", "", 0);
  check(std::string(100000, '/'), "", 0);
}

TEST(Lookup, KnowsTheIgnoredPaths) {
  auto config = std::make_shared<Config>();
  config->ignore_paths = {"^/metrics$", "[.]js$"};
  const Lookup lookup(std::move(config));
  EXPECT_TRUE(lookup.ignores("/metrics"));
  EXPECT_TRUE(lookup.ignores("/a/b.js"));
  EXPECT_FALSE(lookup.ignores("/metrics/x"));
}

class OtherNames : public ::testing::Test {
 protected:
  static Peer peer(const std::string& id, const std::vector<std::string>& models) {
    Peer out;
    out.id = id;
    out.models = models;
    return out;
  }
  static Lookup make() {
    Config config;
    ModelConfig model;
    model.id = ModelId("mine");
    model.aliases = {"both"};
    config.models.push_back(model);
    config.peers.push_back(peer("east", {"both", "big", "far"}));
    config.peers.push_back(peer("west", {"big", "west-only"}));
    Selector selector;
    selector.id = "far";
    config.selectors.push_back(selector);
    Profile profile;
    profile.name = "night";
    config.profiles.push_back(profile);
    return Lookup(std::make_shared<const Config>(std::move(config)));
  }
  // `mine`, `selector far`, `east/big`, or nothing.
  std::string stands_for(const std::string& name) const {
    const Lookup::Found found = lookup.find_any(name);
    if (found.model) return found.model->id.str();
    if (found.selector) return "selector " + found.selector->id;
    return found.peer ? found.peer->id + "/" + std::string(found.peer_model) : "";
  }
  const Lookup lookup = make();
};

TEST_F(OtherNames, AModelComesBeforeASelectorAndThatBeforeAPeer) {
  EXPECT_EQ(stands_for("mine"), "mine");
  EXPECT_EQ(stands_for("both"), "mine");
  EXPECT_EQ(stands_for("far"), "selector far");
  EXPECT_EQ(stands_for("nobody"), "");
}

TEST_F(OtherNames, APeersModelHasAFullNameAndABareOneIfNobodyElseHasIt) {
  EXPECT_EQ(stands_for("east/both"), "east/both");
  EXPECT_EQ(stands_for("east/far"), "east/far");
  EXPECT_EQ(stands_for("west-only"), "west/west-only");
  EXPECT_EQ(stands_for("big"), "") << "two peers have it";
  EXPECT_EQ(stands_for("west/big"), "west/big");
}

TEST_F(OtherNames, ProfilesAreFoundByName) {
  ASSERT_NE(lookup.profile("night"), nullptr);
  EXPECT_EQ(lookup.profile("night")->name, "night");
  EXPECT_EQ(lookup.profile("day"), nullptr);
}

}  // namespace
}  // namespace paddock::config
