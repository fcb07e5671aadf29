// The keys of the top level: defaults, types, ranges, and what is not a key.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;

TEST(LoadTop, AnEmptyFileGivesTheDefaults) {
  for (const char* text :
       {"", "# nothing\n", "---\n", "models:\n", "macros: ~\nmodels: {}\nstartPort:\nlogLevel: null"}) {
    const Loaded loaded = load(text);
    EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << text;
    const Config& config = loaded.config();
    EXPECT_EQ(config.files, std::vector<std::string>{"c.yaml"});
    EXPECT_EQ(config.log_level, LogLevel::kInfo);
    EXPECT_EQ(config.health_check_timeout, seconds(120));
    EXPECT_EQ(config.start_port, 5800);
    EXPECT_EQ(config.max_connections, 0);
    EXPECT_THAT(config.models, IsEmpty());
  }
}

TEST(LoadTop, ReadsAllKeys) {
  const Loaded loaded = load(
      "healthCheckTimeout: 300\nstartPort: 65535\nlogLevel: ' WARN '\nmaxConnections: 7\n"
      "globalTTL: 60\nunloadTimeout: 3\nmodels: {m: {cmd: 'x ${PORT}'}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const Config& config = loaded.config();
  EXPECT_EQ(config.health_check_timeout, seconds(300));
  EXPECT_EQ(config.start_port, 65535);
  EXPECT_EQ(config.log_level, LogLevel::kWarn);
  EXPECT_EQ(config.max_connections, 7);
  EXPECT_EQ(loaded.model().ttl, seconds(60));
  EXPECT_EQ(loaded.model().unload_timeout, seconds(3));
}

TEST(LoadTop, KnowsTheLogLevels) {
  EXPECT_EQ(load("logLevel: debug").config().log_level, LogLevel::kDebug);
  EXPECT_EQ(load("logLevel: Info").config().log_level, LogLevel::kInfo);
  EXPECT_EQ(load("logLevel: ERROR").config().log_level, LogLevel::kError);
  const Loaded loaded = load("logLevel: $bad[[loud]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("bad"), "'logLevel' 'loud' is not known")));
  EXPECT_EQ(loaded.config().log_level, LogLevel::kInfo);
}

TEST(LoadTop, RaisesAShortHealthCheckTimeout) {
  const Loaded loaded = load("healthCheckTimeout: $low[[-1]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("low"), "below 15")));
  EXPECT_EQ(loaded.config().health_check_timeout, seconds(15));
  EXPECT_THAT(load("healthCheckTimeout: 15").diagnostics(), IsEmpty());
}

TEST(LoadTop, AnUnloadTimeoutOfZeroIsTheDefault) {
  EXPECT_EQ(load("unloadTimeout: 0\nmodels: {m: {cmd: 'x ${PORT}'}}").model().unload_timeout, seconds(10));
}

TEST(LoadTop, ReportsNumbersOutOfRange) {
  const Loaded loaded = load(
      "startPort: $a[[0]]\nglobalTTL: $b[[-1]]\nunloadTimeout: $c[[-2]]\nmaxConnections: $d[[-3]]\n"
      "healthCheckTimeout: $e[[99999999999]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'startPort' must be at least 1, not 0"),
                          error(loaded.at("b"), "'globalTTL' must be at least 0, not -1"),
                          error(loaded.at("c"), "'unloadTimeout' must be at least 0, not -2"),
                          error(loaded.at("d"), "'maxConnections' must be at least 0, not -3"),
                          error(loaded.at("e"), "'healthCheckTimeout' must be at most 1000000000")));
  EXPECT_EQ(loaded.result.config, nullptr);
  const Loaded high = load("startPort: $a[[65536]]");
  EXPECT_THAT(high.diagnostics(), ElementsAre(error(high.at("a"), "at most 65535")));
}

TEST(LoadTop, ReportsWhatIsNotAWholeNumber) {
  for (const char* value : {"x", "1.5", "1e3", "010", "0x10", "+", "--1", "99999999999999999999", "1 2"}) {
    const Loaded loaded = load(std::string("startPort: $v[[") + value + "]]");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "must be a whole number"))) << value;
  }
  EXPECT_EQ(load("startPort: +80").config().start_port, 80);
  const Loaded in_quotes = load("startPort: $v[['80']]");
  EXPECT_THAT(in_quotes.diagnostics(),
              ElementsAre(AllOf(error(in_quotes.at("v"), "text in quotes"), hint("remove the quotes"))));
  const Loaded list = load("startPort: $v[[ [80] ]]");
  EXPECT_THAT(
      list.diagnostics(),
      ElementsAre(testing::Field(&Diagnostic::message, "'startPort' must be a whole number, not a list")));
}

TEST(LoadTop, ReportsValuesOfTheWrongKind) {
  const Loaded root = load("$r[[- a]]");
  EXPECT_THAT(root.diagnostics(), ElementsAre(error(root.at("r"), "must be a mapping of keys, not a list")));
  const Loaded text = load("$r[[hello]]");
  EXPECT_THAT(text.diagnostics(), ElementsAre(error(text.at("r"), "not text")));
  const Loaded models = load("models: $m[[[a]]]");
  EXPECT_THAT(models.diagnostics(), ElementsAre(error(models.at("m"), "'models' must be a mapping")));
  const Loaded macros = load("macros: $m[[x]]");
  EXPECT_THAT(macros.diagnostics(), ElementsAre(error(macros.at("m"), "macros must be a mapping")));
}

TEST(LoadTop, GuessesAtUnknownKeys) {
  const Loaded loaded = load("$a[[strtPort]]: 1\n$b[[zzz-common]]: {cmd: x}\n$c[[model]]: {}\n");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(
          AllOf(warning(loaded.at("a"), "unknown key 'strtPort' is ignored"), hint("'startPort'")),
          AllOf(warning(loaded.at("b"), "unknown key 'zzz-common'"), testing::Field(&Diagnostic::hint, "")),
          AllOf(warning(loaded.at("c"), "unknown key 'model'"), hint("'models'"))));
  EXPECT_EQ(loaded.config().start_port, 5800);
}

TEST(LoadTop, LeavesPlacesForAnchorsAlone) {
  const Loaded loaded = load(
      "defs: {a: &a 7}\nx-more:\n  b: &b {ttl: 5, cmd: x --port ${PORT}}\nmodels: {m: *b, n: {cmd: 'x "
      "${PORT}', ttl: *a}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model(1).ttl, std::chrono::seconds(7));
}

TEST(LoadTop, ReportsInTheOrderOfTheFileWhateverStageFoundIt) {
  const Loaded loaded = load(
      "models:\n  m:\n    cmd: x $a[[${nope}]]\n    ttl: $b[[-5]]\nui: {activity: {$c[[session_id]]: "
      "[X]}}\nstartPort: "
      "$d[[0]]\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "unknown macro"), error(loaded.at("b"), "'ttl'"),
                          warning(loaded.at("c"), "not used"), error(loaded.at("d"), "'startPort'")));
}

}  // namespace
}  // namespace paddock::config
