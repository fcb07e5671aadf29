// Model `a` of a daemon, played by the test's own hand; and what all raw tests call it.
#pragma once

#include "tests/integration/scenario.h"
#include "tests/support/raw_listener.h"

namespace paddock::test {

// The names that are asked for here.
inline constexpr const char* kNames = "allowedHosts: [t, u, a, other, real, x]";

// Loads the model; from here on its requests come to `listener`.
inline void open(const TestDaemon& daemon, RawListener& listener) {
  post(daemon.port(), "/api/models/a/load");
  EXPECT_TRUE(daemon.reaches("a", "ready"));
  listener.listen();
}

}  // namespace paddock::test
