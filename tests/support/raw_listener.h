// RawListener: a model's server as nothing but its socket. The test accepts the daemon's connections itself
// and says on them what it wants, byte by byte; see RawClient. One thread.
//
// A port that somebody listens on is no model's to start on: it is held from the beginning, and listens once
// the model counts as ready.
#pragma once

#include <string>

#include "tests/support/raw_client.h"

namespace paddock::test {

class RawListener {
 public:
  RawListener();  // holds a free port of 127.0.0.1

  int port() const { return port_; }
  void listen();
  // The next connection; throws when none comes.
  RawClient accept(Millis time = kPatience);
  // The lines of a model whose requests come here; its `cmd` runs beside, unasked.
  std::string model_lines() const;

 private:
  UniqueFd fd_;
  int port_ = 0;
};

}  // namespace paddock::test
