// The keys of the top level that say how the daemon logs, remembers and guards.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;

TEST(LoadValues, HaveDefaults) {
  const Loaded loaded = load("");
  const Config& config = loaded.config();
  EXPECT_EQ(config.log_to_stdout, LogTarget::kOwn);
  EXPECT_EQ(config.log_time_format, "");
  EXPECT_EQ(config.metrics_max_in_memory, 1000);
  EXPECT_EQ(config.capture_buffer, 0);
  EXPECT_EQ(config.store_path, "");
  EXPECT_THAT(config.session_id_headers, ElementsAre("X-Session-ID", "X-Litellm-Session-Id"));
  EXPECT_FALSE(config.performance.disabled);
  EXPECT_EQ(config.performance.every, seconds(5));
  EXPECT_FALSE(config.include_aliases_in_list);
  EXPECT_TRUE(config.ollama);
  EXPECT_EQ(config.access, Access());
  EXPECT_THAT(config.ignore_paths, ElementsAre(R"(\.(js|json|css|png|gif|jpe?g|ico|txt)$)"));
  EXPECT_THAT(config.preload, IsEmpty());
}

TEST(LoadValues, AreAllRead) {
  const Loaded loaded = load(R"(logTimeFormat: ' RFC3339 '
logToStdout: both
metricsMaxInMemory: 5
captureBuffer: 7
store: {path: /var/lib/p.db}
ui: {activity: {session_id: [X-A]}}
performance: {disabled: true, every: 1m30s}
includeAliasesInList: true
ollama: {enabled: false}
upstream: {ignorePaths: ['^/a', 'b$']}
apiKeys: [one, two]
)");
  const Config& config = loaded.config();
  EXPECT_EQ(config.log_time_format, "rfc3339");
  EXPECT_EQ(config.log_to_stdout, LogTarget::kBoth);
  EXPECT_EQ(config.metrics_max_in_memory, 5);
  EXPECT_EQ(config.capture_buffer, 7);
  EXPECT_EQ(config.store_path, "/var/lib/p.db");
  EXPECT_THAT(config.session_id_headers, ElementsAre("X-A"));
  EXPECT_TRUE(config.performance.disabled);
  EXPECT_EQ(config.performance.every, seconds(90));
  EXPECT_TRUE(config.include_aliases_in_list);
  EXPECT_FALSE(config.ollama);
  EXPECT_THAT(config.ignore_paths, ElementsAre("^/a", "b$"));
  EXPECT_THAT(config.access.api_keys, ElementsAre(ApiKey{"one"}, ApiKey{"two"}));
}

TEST(LoadValues, NullKeepsTheDefaults) {
  for (const char* text :
       {"logToStdout:", "store:", "ui:", "ui: {activity: }", "ui: {activity: {session_id: }}",
        "performance:", "performance: {every: , disabled: ~}", "upstream:", "upstream: {ignorePaths: }",
        "hooks:", "hooks: {on_startup: }", "ollama:", "ollama: {enabled: }",
        "apiKeys:", "peers:", "selectors:", "profiles:", "captureBuffer: ~"}) {
    EXPECT_THAT(load(text).diagnostics(), IsEmpty()) << text;
  }
  EXPECT_EQ(load("ui: {activity: }").config().session_id_headers.size(), 2u);
}

TEST(LoadValues, ReportWrongKinds) {
  for (const char* key :
       {"store", "ui", "performance", "ollama", "upstream", "hooks", "peers", "selectors", "profiles"}) {
    const Loaded loaded = load(std::string(key) + ": $v[[[a]]]");
    EXPECT_THAT(
        loaded.diagnostics(),
        ElementsAre(error(loaded.at("v"), "'" + std::string(key) + "' must be a mapping, not a list")));
  }
  const Loaded loaded = load(R"(logToStdout: $a[[[x]]]
includeAliasesInList: $b[[2]]
ollama: {enabled: $o[[on and off]]}
captureBuffer: $c[[much]]
apiKeys: $d[[secret]]
upstream: {ignorePaths: $e[[x]]}
performance: {every: $f[[[5]]], $g[[enable]]: true}
)");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'logToStdout' must be text, not a list"),
                          error(loaded.at("b"), "'includeAliasesInList' must be true or false"),
                          error(loaded.at("o"), "'enabled' must be true or false"),
                          error(loaded.at("c"), "'captureBuffer' must be a whole number"),
                          error(loaded.at("d"), "'apiKeys' must be a list, not text"),
                          error(loaded.at("e"), "'ignorePaths' must be a list, not text"),
                          error(loaded.at("f"), "'every' must be text, not a list"),
                          warning(loaded.at("g"), "unknown key 'enable'")));
}

TEST(LoadValues, LogRequestsIsDeprecated) {
  const Loaded loaded = load("$k[[logRequests]]: true");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("k"), "deprecated"), hint("logLevel"))));
}

TEST(LoadValues, LogToStdoutIsOneOfFour) {
  EXPECT_EQ(load("logToStdout: proxy").config().log_to_stdout, LogTarget::kOwn);
  EXPECT_EQ(load("logToStdout: Upstream").config().log_to_stdout, LogTarget::kUpstream);
  EXPECT_EQ(load("logToStdout: none").config().log_to_stdout, LogTarget::kNone);
  const Loaded loaded = load("logToStdout: $v[[all]]");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("v"), "'logToStdout' 'all' is not known"), hint("both"))));
}

TEST(LoadValues, LogTimeFormatHasNames) {
  for (const char* name :
       {"ansic", "unixdate", "rubydate", "rfc822", "rfc822z", "rfc850", "rfc1123", "rfc1123z", "rfc3339",
        "rfc3339nano", "kitchen", "stamp", "stampmilli", "stampmicro", "stampnano"}) {
    EXPECT_EQ(load("logTimeFormat: " + std::string(name)).config().log_time_format, name);
  }
  const Loaded near = load("logTimeFormat: $v[[rfc339]]");
  EXPECT_THAT(near.diagnostics(),
              ElementsAre(AllOf(warning(near.at("v"), "'logTimeFormat' 'rfc339' is not known"),
                                hint("did you mean 'rfc3339'?"))));
  EXPECT_EQ(near.config().log_time_format, "");
  const Loaded far = load("logTimeFormat: $v[['%H:%M']]");
  EXPECT_THAT(far.diagnostics(),
              ElementsAre(AllOf(warning(far.at("v"), "is ignored"), hint("like rfc3339"))));
}

TEST(LoadValues, NumbersHaveRanges) {
  const Loaded metrics = load("metricsMaxInMemory: $v[[0]]");
  EXPECT_THAT(metrics.diagnostics(), ElementsAre(warning(metrics.at("v"), "below 1, 1000 is used")));
  EXPECT_EQ(metrics.config().metrics_max_in_memory, 1000);
  EXPECT_EQ(load("captureBuffer: -5").config().capture_buffer, 0);
  const Loaded capture = load("captureBuffer: $v[[1048577]]");
  EXPECT_THAT(capture.diagnostics(),
              ElementsAre(error(capture.at("v"), "'captureBuffer' must be at most 1048576")));
}

TEST(LoadValues, TheLogBufferIsASize) {
  EXPECT_EQ(load("models: {}").config().log_buffer, 4u << 20);
  EXPECT_EQ(load("logBuffer: 128KiB").config().log_buffer, 128u << 10);
  const Loaded small = load("logBuffer: $v[[1000]]");
  EXPECT_THAT(small.diagnostics(),
              ElementsAre(error(small.at("v"), "'logBuffer' must be at least 65536 bytes")));
}

TEST(LoadValues, AStoreNeedsAPath) {
  const Loaded missing = load("$k[[store]]: {}");
  EXPECT_THAT(missing.diagnostics(),
              ElementsAre(AllOf(error(missing.at("k"), "'store' has no 'path'"), hint("in memory"))));
  const Loaded blank = load("store: {path: $v[['  ']]}");
  EXPECT_THAT(blank.diagnostics(), Contains(error(blank.at("v"), "'store.path' is empty")));
}

TEST(LoadValues, SessionHeadersAreNamesEachOnce) {
  const Loaded loaded = load("ui: {activity: {session_id: [' X-A ', '', x-a, $v[[a b]], X-B]}}");
  EXPECT_THAT(loaded.config().session_id_headers, ElementsAre("X-A", "X-B"));
  EXPECT_THAT(loaded.diagnostics(),
              Contains(warning(loaded.at("v"), "'a b' cannot be the name of a header")));
  EXPECT_THAT(load("ui: {activity: {session_id: []}}").config().session_id_headers, IsEmpty());
  std::string many = "ui: {activity: {session_id: [";
  for (int i = 0; i < 32; ++i) many += "h" + std::to_string(i) + ", ";
  const Loaded too_many = load(many + "$v[[one-more]]]}}");
  EXPECT_THAT(too_many.diagnostics(), Contains(error(too_many.at("v"), "more than 32")));
}

TEST(LoadValues, PerformanceEveryIsATime) {
  const auto every = [](const std::string& value) {
    return load("macros: {n: 20}\nperformance: {every: " + value + "}").config().performance.every;
  };
  EXPECT_EQ(every("7"), seconds(7));
  EXPECT_EQ(every("'${n}'"), seconds(20));
  EXPECT_EQ(every("5500ms"), milliseconds(5500));
  EXPECT_EQ(every("'1h'"), seconds(3600));
  EXPECT_EQ(every("0s"), seconds(5));
  EXPECT_EQ(every("0"), seconds(5));
  for (const char* low : {"4999ms", "4", "-10s"}) {
    const Loaded loaded = load("performance: {every: $v[[" + std::string(low) + "]]}");
    EXPECT_THAT(loaded.diagnostics(), Contains(error(loaded.at("v"), "must be at least 5 seconds"))) << low;
  }
  for (const char* bad : {"'7'", "soon", "''", "1.5", "99999999999999999999"}) {
    const Loaded loaded = load("performance: {every: $v[[" + std::string(bad) + "]]}");
    EXPECT_THAT(loaded.diagnostics(),
                Contains(AllOf(error(loaded.at("v"), "must be a length of time"), hint("15s"))))
        << bad;
  }
}

TEST(LoadValues, ApiKeysAreCheckedAndNeverShown) {
  const Loaded loaded =
      load("apiKeys: [good, $a[['']], $b[['se cret']], \"$c[[se\\tcret]]\", $d[[[secret]]], $e[[~]]]");
  ASSERT_EQ(loaded.diagnostics().size(), 5u);
  const auto& found = loaded.diagnostics();
  EXPECT_THAT(found[0], AllOf(error(loaded.at("a"), "'apiKeys[1]' is empty"), hint("everybody")));
  EXPECT_THAT(found[1], error(loaded.at("b"), "'apiKeys[2]' holds a blank"));
  EXPECT_THAT(found[2].message, testing::HasSubstr("'apiKeys[3]' holds a blank"));
  EXPECT_THAT(found[3], error(loaded.at("d"), "an entry of 'apiKeys' must be text or a mapping, not a list"));
  EXPECT_THAT(found[4], error(loaded.at("e"), "an entry of 'apiKeys' must be text or a mapping, not null"));
  for (const Diagnostic& one : found) EXPECT_EQ(format(one).find("cret"), std::string::npos) << format(one);
  EXPECT_EQ(loaded.result.config, nullptr);
}

TEST(LoadValues, ApiKeysAreEachOnceAndMayComeFromTheEnvironment) {
  const Loaded loaded = load("apiKeys: [b, '${env.K}', b, 12]", {{"K", "a"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(loaded.config().access.api_keys, ElementsAre(ApiKey{"b"}, ApiKey{"a"}, ApiKey{"12"}));
  EXPECT_THAT(load("apiKeys: []").config().access.api_keys, IsEmpty());
  // A variable that is set but empty must not open the door.
  const Loaded empty = load("apiKeys: [$v[['${env.K}']]]", {{"K", ""}});
  EXPECT_THAT(empty.diagnostics(), ElementsAre(error(empty.at("v"), "'apiKeys[0]' is empty")));
}

TEST(LoadValues, IgnorePathsAreRegularExpressions) {
  const Loaded loaded = load("upstream: {ignorePaths: [ok, $v[['a(b']]]}");
  EXPECT_THAT(loaded.diagnostics(),
              Contains(AllOf(error(loaded.at("v"), "invalid regular expression: missing )"), hint("RE2"))));
  EXPECT_EQ(load("upstream: {ignorePaths: []}").config().ignore_paths.size(), 1u);
}

}  // namespace
}  // namespace paddock::config
