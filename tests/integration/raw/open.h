// Model `a` of a daemon, played by the test's own hand.
#pragma once

#include "tests/integration/scenario.h"
#include "tests/support/raw_listener.h"

namespace paddock::test {

// Loads the model; from here on its requests come to `listener`.
inline void open(const TestDaemon& daemon, RawListener& listener) {
  post(daemon.port(), "/api/models/a/load");
  EXPECT_TRUE(daemon.reaches("a", "ready"));
  listener.listen();
}

}  // namespace paddock::test
