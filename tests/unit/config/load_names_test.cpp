// Peers, profiles and what is loaded at start.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kModels = R"(models:
  a: {cmd: 'x ${PORT}', aliases: [ay], filters: {setParamsByID: {a-fast: {}}}}
  b: {cmd: 'x ${PORT}'}
)";

Loaded with_models(const std::string& lines) { return load(kModels + lines); }

const auto kNoError = Not(Contains(Field(&Diagnostic::severity, Severity::kError)));

TEST(LoadPeers, ReadsAllKeys) {
  const Loaded loaded = load(
      R"(macros: {key: sk-1}
peers:
  $p[[far]]:
    proxy: https://far.example/api
    models: [m, org/n, m]
    apiKey: ${key}
    filters: {setParams: {a: 1}}
    timeouts: {connect: 5}
  near: {proxy: "http://10.0.0.1:8080", models: [m]}
)");
  ASSERT_EQ(loaded.config().peers.size(), 2u);
  const Peer& far = loaded.config().peers[0];
  EXPECT_EQ(far.id, "far");
  EXPECT_EQ(far.pos, loaded.at("p"));
  EXPECT_EQ(far.proxy, "https://far.example/api");
  EXPECT_THAT(far.models, ElementsAre("m", "org/n"));
  EXPECT_EQ(far.api_key, "sk-1");
  EXPECT_THAT(far.filters.set_params, ElementsAre(Filters::Param{"a", "1"}));
  EXPECT_EQ(far.timeouts.connect, seconds(5));
  EXPECT_EQ(far.timeouts.response_header, seconds(60));
  EXPECT_EQ(loaded.config().peers[1].timeouts.response_header, seconds(60));
  EXPECT_EQ(loaded.config().peers[1].api_key, "");
}

TEST(LoadPeers, NeedAProxyAndModels) {
  const Loaded loaded =
      load("peers:\n  $a[[a]]:\n  b: {proxy: http://h, $m[[models]]: []}\n  c: $c[[text]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("a"), "peer 'a' has no 'proxy'"), hint("URL"))));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("a"), "peer 'a' has no 'models'")));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("m"), "peer 'b' has no 'models'")));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("c"), "'c' must be a mapping, not text")));
  EXPECT_EQ(loaded.diagnostics().size(), 4u);
  const Loaded list = load("peers: $l[[[a]]]");
  EXPECT_THAT(list.diagnostics(), ElementsAre(error(list.at("l"), "'peers' must be a mapping, not a list")));
}

TEST(LoadPeers, ChecksTheirValues) {
  const Loaded loaded = load(R"(peers:
  a: {proxy: "$ftp[[ftp://h]]", models: [x, $blank[[" "]]], apiKey: $key[['sec ret']], $typo[[apikey]]: x}
  b: {proxy: "https://$user[[u:p@h]]", models: [x]}
  $empty[[""]]: {proxy: "http://h", models: $text[[x]], timeouts: {connect: $low[[-1]]}}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found,
              Contains(error(loaded.at("ftp"), "'proxy': the URL must start with http:// or https://")));
  EXPECT_THAT(found, Contains(error(loaded.at("blank"), "a peer's model has no name")));
  EXPECT_THAT(found, Contains(error(loaded.at("key"), "'apiKey' holds a blank")));
  EXPECT_THAT(found, Not(Contains(Field(&Diagnostic::message, HasSubstr("sec")))));
  EXPECT_THAT(found, Contains(AllOf(warning(loaded.at("typo"), "unknown key"), hint("'apiKey'"))));
  EXPECT_THAT(found, Contains(error(loaded.at("user"), "user or a password")));
  EXPECT_THAT(found, Contains(error(loaded.at("empty"), "a peer's name is empty")));
  EXPECT_THAT(found, Contains(error(loaded.at("text"), "'models' must be a list, not text")));
  EXPECT_THAT(found, Contains(error(loaded.at("low"), "'timeouts.connect' must be at least 0")));
}

TEST(LoadPeers, FullNamesAreNobodyElses) {
  const Loaded loaded = load(R"(models:
  p/a: {cmd: 'x ${PORT}', aliases: [p/b]}
selectors:
  p/c: {strategy: pin, targets: [p/a]}
profiles:
  one: {pins: {p/d: p/a}}
peers:
  p: {proxy: http://h, models: [$a[[a]], $b[[b]], $c[[c]], $d[[d]], e/f, free]}
  p/e: {proxy: http://h, models: [$f[[f]]]}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(
      found, Contains(error(loaded.at("a"), "the peer's model 'p/a' is also the id of the model in line 2")));
  EXPECT_THAT(found, Contains(error(loaded.at("b"), "'p/b' is also an alias of model 'p/a', in line 2")));
  EXPECT_THAT(found, Contains(error(loaded.at("c"), "'p/c' is also the selector in line 4")));
  EXPECT_THAT(found, Contains(error(loaded.at("d"), "'p/d' is also the name of the pin in line 6")));
  EXPECT_THAT(found, Contains(error(loaded.at("f"), "'p/e/f' may also be that of peer 'p', in line 8")));
}

TEST(LoadProfiles, ReadsAllKeys) {
  const Loaded loaded = with_models(R"(selectors: {s: {strategy: pin, targets: [a]}}
peers: {p: {proxy: http://h, models: [far]}}
profiles:
  $one[[one]]:
    description: the first
    pins: {gpt: a, other: ay, fast: a-fast, s2: s, p1: far, p2: p/far, off: "", none: ~, b: a}
)");
  EXPECT_THAT(loaded.diagnostics(), kNoError);
  ASSERT_EQ(loaded.config().profiles.size(), 1u);
  const Profile& profile = loaded.config().profiles[0];
  EXPECT_EQ(profile.name, "one");
  EXPECT_EQ(profile.description, "the first");
  EXPECT_EQ(profile.pos, loaded.at("one"));
  std::vector<std::string> pins;
  for (const Profile::Pin& pin : profile.pins) pins.push_back(pin.name + ">" + pin.target);
  EXPECT_THAT(pins, ElementsAre("gpt>a", "other>ay", "fast>a-fast", "s2>s", "p1>far", "p2>p/far", "off>",
                                "none>", "b>a"));
}

TEST(LoadProfiles, NeedPins) {
  const Loaded loaded = load(
      "profiles:\n  $a[[a]]:\n  b: {$b[[pins]]: {}}\n  c: $c[[[x]]]\n  d: {pins: $d[[[x]]]}\n  e: "
      "$e[[text]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("a"), "profile 'a' has no 'pins'"), hint("at least one"))));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("b"), "profile 'b' has no 'pins'")));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("c"), "profile 'c' is a list, which is the old form"),
                             hint("'pins:'"))));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("d"), "'pins' must be a mapping, not a list"),
                             hint("names to targets"))));
  EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("e"), "'e' must be a mapping, not text")));
  EXPECT_EQ(loaded.diagnostics().size(), 5u);
}

TEST(LoadProfiles, ChecksNamesAndTargets) {
  const Loaded loaded = with_models(R"(peers:
  p: {proxy: http://h, models: [far]}
  q: {proxy: http://h, models: [far]}
profiles:
  one: {pins: {x: $near[[a-fasd]], y: $far[[far]], $blank[[" "]]: a, z: $list[[[a]]], chained: $x[[x]]}}
  $empty[[""]]: {pins: {x: a}}
)");
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("near"), "pin 'x' leads to 'a-fasd', which is neither"),
                                    hint("did you mean 'a-fast'?"))));
  EXPECT_THAT(found, Contains(AllOf(error(loaded.at("far"), "'far' is a model of more than one peer"),
                                    hint("<peer>/<model>"))));
  EXPECT_THAT(found, Contains(error(loaded.at("blank"), "a pin's name is empty")));
  EXPECT_THAT(found, Contains(error(loaded.at("list"), "the target of pin 'z' must be text, not a list")));
  EXPECT_THAT(found, Contains(error(loaded.at("x"), "pin 'chained' leads to 'x'")));
  EXPECT_THAT(found, Contains(error(loaded.at("empty"), "a profile's name is empty")));
}

TEST(LoadPreload, ResolvesAliasesAndKeepsTheOrder) {
  const Loaded loaded = with_models("hooks: {on_startup: {preload: [b, ' ay ', '', a-fast, b]}}\n");
  EXPECT_THAT(loaded.config().preload, ElementsAre(ModelId("b"), ModelId("a")));
}

TEST(LoadPreload, GuessesAtUnknownNames) {
  const Loaded loaded = with_models("hooks: {on_startup: {preload: [$x[[a-fst]], $y[[something]], b]}}\n");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(warning(loaded.at("x"), "'a-fst' is no model of this file and is not loaded"),
                             hint("did you mean 'a-fast'?"))));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(warning(loaded.at("y"), "'something' is no model"), hint(""))));
  EXPECT_THAT(loaded.config().preload, ElementsAre(ModelId("b")));
}

TEST(LoadPreload, ReportsValuesOfTheWrongKind) {
  const Loaded list = load("hooks: $v[[[a]]]");
  EXPECT_THAT(list.diagnostics(), ElementsAre(error(list.at("v"), "'hooks' must be a mapping, not a list")));
  const Loaded inner = load("hooks: {on_startup: $v[[x]]}");
  EXPECT_THAT(inner.diagnostics(),
              ElementsAre(error(inner.at("v"), "'on_startup' must be a mapping, not text")));
  const Loaded text = load("hooks: {on_startup: {preload: $v[[a]]}}");
  EXPECT_THAT(text.diagnostics(),
              ElementsAre(AllOf(error(text.at("v"), "'preload' must be a list, not text"), hint("- "))));
  const Loaded typo = load("hooks: {$a[[on_start]]: {}, on_startup: {$b[[preloads]]: []}}");
  EXPECT_THAT(typo.diagnostics(),
              ElementsAre(warning(typo.at("a"), "unknown key"),
                          AllOf(warning(typo.at("b"), "unknown key"), hint("'preload'"))));
}

}  // namespace
}  // namespace paddock::config
