// Keys without effect in this build: said where they ask for something, and only there.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

struct Case {
  const char* name;      // in the message
  const char* asks;      // a file that asks for something, the key marked `k`
  const char* does_not;  // the same key, asking for nothing
};

constexpr Case kTop[] = {
    {"ui.activity.session_id", "ui: {activity: {$k[[session_id]]: [X]}}", "ui: {activity: {session_id: []}}"},
};

void check(const Case& one) {
  const Loaded asks = load(std::string(one.asks) + "\n");
  EXPECT_THAT(asks.diagnostics(), ElementsAre(warning(asks.at("k"), "key '" + std::string(one.name) +
                                                                        "' is not used by this build yet")))
      << one.name;
  EXPECT_NE(asks.result.config, nullptr) << one.name;
  EXPECT_THAT(load(std::string(one.does_not) + "\n").diagnostics(), IsEmpty()) << one.name;
}

TEST(LoadUnused, IsSaidOfTheFilesKeys) {
  for (const Case& one : kTop) check(one);
}

TEST(LoadUnused, IsNotSaidOfWhatWorks) {
  const Loaded loaded = load(R"(includeAliasesInList: true
logToStdout: none
logTimeFormat: kitchen
logBuffer: 8MiB
apiKeys: [a]
shutdownTimeout: 9
vramReleaseTimeout: 9
prefetch: off
logVerbosity: keep
performance: {every: 9s}
upstream: {ignorePaths: [x]}
healthCheckTimeoutMax: 600
hooks: {on_startup: {preload: [m]}}
routing: {scheduler: {use: fair, settings: {fifo: {priority: {m: 1}}, fair: {maxWait: 5s}}}}
peers: {p: {proxy: http://h, models: [a]}}
selectors: {s: {strategy: pin, targets: [m]}}
profiles: {night: {pins: {x: m}}}
models:
  m:
    cmd: x ${PORT}
    concurrencyLimit: 2
    filters: {stripParams: a}
    timeouts: {connect: 1}
    sendLoadingState: true
    logVerbosity: auto
    compat: {ignoreWebsockets: true}
    healthCheckTimeout: 60
    metadata: {a: 1}
    capabilities: {in: [text], tools: true}
)");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
}

}  // namespace
}  // namespace paddock::config
