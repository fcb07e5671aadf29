// Who may do what: apiKeys, cors, allowedHosts, trustedProxies.
#include "load_support.h"

namespace paddock::config {
namespace {

using testing::HasSubstr;

const std::string kModels = "\nmodels: {m: {cmd: x ${PORT}, aliases: [em]}, n: {cmd: x ${PORT}}}";

TEST(LoadAccess, AKeyMayHaveANameRolesAndModels) {
  const Loaded loaded = load(R"(apiKeys:
  - plain
  - key: one
    name: frontend
    roles: [Infer, observe]
  - {key: two, roles: [admin]}
  - {key: three, models: [em, n, m]}
  - key: "${env.K}")" + kModels,
                             {{"K", "four"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.config().access.api_keys,
              ElementsAre(ApiKey{"plain"}, ApiKey{"one", "frontend", {true, true, false}},
                          ApiKey{"two", "", {false, false, true}},
                          ApiKey{"three", "", {true, false, false}, {"m", "n"}}, ApiKey{"four"}));
}

TEST(LoadAccess, WhatIsWrongWithAKeyIsSaidAtItsPlaceAndWithoutIt) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& one : {
           Case{"[$v[[{name: a}]]]", "'apiKeys[0]' has no 'key'"},
           Case{"[{key: $v[['']]}]", "'apiKeys[0]' is empty"},
           Case{"[x, {key: $v[['hush hush']]}]", "'apiKeys[1]' holds a blank"},
           Case{"[{key: hush, $v[[role]]: [infer]}]", "an entry of 'apiKeys' has no key 'role'"},
           Case{"[{key: hush, roles: [$v[[infr]]]}]", "there is no role 'infr'"},
           Case{"[{key: hush, $v[[roles]]: []}]", "its 'roles' is empty, so it opens nothing"},
           Case{"[{key: hush, $v[[roles]]: }]", "its 'roles' is empty, so it opens nothing"},
           Case{"[{key: hush, roles: $v[[infer]]}]", "'roles' must be a list, not text"},
           Case{"[{key: hush, $v[[models]]: []}]", "its 'models' is empty"},
           Case{"[{key: hush, models: [$v[[mm]]]}]", "'mm' of its 'models' is no model here"},
           Case{"[{key: hush, name: a}, {key: other, name: $v[[a]]}]", "another key has the same 'name'"},
           Case{"[hush, $v[[{key: hush, roles: [infer]}]]]", "'apiKeys[1]' is the same key as one before it"},
           Case{"$v[[hush]]", "'apiKeys' must be a list, not text"},
       }) {
    SCOPED_TRACE(one.text);
    const Loaded loaded = load(std::string("apiKeys: ") + one.text + kModels);
    ASSERT_EQ(loaded.diagnostics().size(), 1u);
    EXPECT_THAT(loaded.diagnostics()[0], error(loaded.at("v"), one.message));
    EXPECT_EQ(format(loaded.diagnostics()[0]).find("hush"), std::string::npos);
    EXPECT_EQ(loaded.result.config, nullptr);
  }
}

TEST(LoadAccess, ModelsRestrictInferOnlyAndThatIsSaid) {
  const Loaded loaded = load("apiKeys: [{key: k, roles: $v[[[infer, admin]]], models: [m]}]" + kModels);
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("v"), "restricts infer only")));
  EXPECT_EQ(loaded.config().access.api_keys[0].models, std::vector<std::string>{"m"});
}

TEST(LoadAccess, OriginsAreWrittenAsBrowsersDo) {
  const Loaded loaded = load(
      "cors: {origins: ['http://Localhost:3000', 'https://a.example:443', 'http://a:80', '*', "
      "'chrome-extension://abc']}");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.config().access.cors_origins, ElementsAre("http://localhost:3000", "https://a.example",
                                                               "http://a", "*", "chrome-extension://abc"));
  for (const char* bad :
       {"localhost:3000", "http://a/", "http://a/x", "http://*.a", "'null'", "'http://'", "''"}) {
    const Loaded wrong = load(std::string("cors: {origins: [$v[[") + bad + "]]]}");
    EXPECT_THAT(wrong.diagnostics(),
                ElementsAre(AllOf(error(wrong.at("v"), "is no origin"), hint("http://localhost:3000"))))
        << bad;
  }
}

TEST(LoadAccess, WritingTheFileIsOffUnlessItIsAskedForAndNeverOpenToTheWorld) {
  EXPECT_FALSE(load("").config().access.config_write);
  EXPECT_FALSE(load("admin: {config_write: }").config().access.config_write);
  EXPECT_FALSE(load("admin: {config_write: false}").config().access.config_write);
  EXPECT_TRUE(load("apiKeys: [k]\nadmin: {config_write: true}").config().access.config_write);
  EXPECT_THAT(load("apiKeys: [k]\nadmin: {config_write: true}").diagnostics(), IsEmpty());
  const Loaded open = load("admin: {config_write: $v[[true]]}");
  EXPECT_TRUE(open.config().access.config_write);
  EXPECT_THAT(open.diagnostics(), ElementsAre(warning(open.at("v"), "there are no 'apiKeys'")));
  const Loaded world = load("apiKeys: [k]\ncors: {origins: ['*']}\nadmin: {config_write: $v[[true]]}");
  EXPECT_THAT(world.diagnostics(), ElementsAre(AllOf(error(world.at("v"), "'cors.origins' has '*'"),
                                                     hint("name the origins"))));
  const Loaded word = load("admin: {config_write: $v[[always]]}");
  EXPECT_THAT(word.diagnostics(), ElementsAre(error(word.at("v"), "must be true or false")));
}

TEST(LoadAccess, HostsAreNamesAlone) {
  const Loaded loaded = load("allowedHosts: [Paddock, '*.box.lan', '*', 10.1.2.3, 'fd00::1']");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.config().access.allowed_hosts,
              ElementsAre("paddock", "*.box.lan", "*", "10.1.2.3", "fd00::1"));
  for (const char* bad : {"'paddock:8080'", "http://paddock", "'a b'", "''", "'*.'", "'a.*'", "'[::1]'"}) {
    const Loaded wrong = load(std::string("allowedHosts: [$v[[") + bad + "]]]");
    EXPECT_THAT(wrong.diagnostics(),
                ElementsAre(AllOf(error(wrong.at("v"), "is no name of a host"), hint("without http://"))))
        << bad;
  }
}

TEST(LoadAccess, ProxiesAreRanges) {
  const Loaded loaded = load("trustedProxies: [127.0.0.1, 10.0.0.0/8, 'fd00::/8']");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.config().access.trusted_proxies, ElementsAre("127.0.0.1", "10.0.0.0/8", "fd00::/8"));
  const Loaded name = load("trustedProxies: [$v[[nginx]]]");
  EXPECT_THAT(name.diagnostics(), ElementsAre(error(name.at("v"), "is no address and no range")));
  const Loaded bits = load("trustedProxies: [$v[[10.0.0.0/33]]]");
  EXPECT_THAT(bits.diagnostics(),
              ElementsAre(error(bits.at("v"), "no number from 0 to 32 behind the slash")));
}

}  // namespace
}  // namespace paddock::config
