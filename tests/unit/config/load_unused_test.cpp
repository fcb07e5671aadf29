// Keys without effect in this build: said where they ask for something, and only there.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

struct Case {
  const char* name;      // in the message
  const char* asks;      // a file or model that asks for something, the key marked `k`
  const char* does_not;  // the same key, asking for nothing
};

constexpr Case kTop[] = {
    {"logTimeFormat", "$k[[logTimeFormat]]: kitchen", "logTimeFormat: ''"},
    {"metricsMaxInMemory", "$k[[metricsMaxInMemory]]: 9", "metricsMaxInMemory: 1000"},
    {"captureBuffer", "$k[[captureBuffer]]: 9", "captureBuffer: 0"},
    {"store.path", "store: {$k[[path]]: /x}", "store:"},
    {"ui.activity.session_id", "ui: {activity: {$k[[session_id]]: [X]}}", "ui: {activity: {session_id: []}}"},
    {"performance.every", "performance: {$k[[every]]: 9s}", "performance: {every: 9s, disabled: true}"},
    {"peers", "peers: {$k[[p]]: {proxy: http://h, models: [a]}}", "peers: {}"},
    {"selectors", "selectors: {$k[[s]]: {strategy: pin, targets: [m]}}\nmodels: {m: {cmd: 'x ${PORT}'}}",
     "selectors: {}"},
    {"profiles", "profiles: {$k[[s]]: {pins: {x: m}}}\nmodels: {m: {cmd: 'x ${PORT}'}}", "profiles: {}"},
};

constexpr Case kModel[] = {
    {"filters", "$k[[filters]]: {stripParams: a}",
     "filters: {stripParams: '', setParams: {}, setParamsByID: {}}"},
    {"timeouts", "$k[[timeouts]]: {connect: 1}", "timeouts: {connect: 30, responseHeader: 0}"},
};

void check(const Case& one, const std::string& before) {
  const Loaded asks = load(before + one.asks + "\n");
  EXPECT_THAT(asks.diagnostics(), ElementsAre(warning(asks.at("k"), "key '" + std::string(one.name) +
                                                                        "' is not used by this build yet")))
      << one.name;
  EXPECT_NE(asks.result.config, nullptr) << one.name;
  EXPECT_THAT(load(before + one.does_not + "\n").diagnostics(), IsEmpty()) << one.name;
}

TEST(LoadUnused, IsSaidOfTheFilesKeys) {
  for (const Case& one : kTop) check(one, "");
}

TEST(LoadUnused, IsSaidOfModelsKeys) {
  for (const Case& one : kModel) check(one, "models:\n  m:\n    cmd: x ${PORT}\n    ");
}

TEST(LoadUnused, IsNotSaidOfWhatWorks) {
  const Loaded loaded = load(R"(includeAliasesInList: true
logToStdout: none
apiKeys: [a]
shutdownTimeout: 9
vramReleaseTimeout: 9
prefetch: off
upstream: {ignorePaths: [x]}
healthCheckTimeoutMax: 600
hooks: {on_startup: {preload: [m]}}
routing: {scheduler: {use: fair, settings: {fifo: {priority: {m: 1}}, fair: {maxWait: 5s}}}}
models:
  m:
    cmd: x ${PORT}
    concurrencyLimit: 2
    healthCheckTimeout: 60
    metadata: {a: 1}
    capabilities: {in: [text], tools: true}
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
}

}  // namespace
}  // namespace paddock::config
