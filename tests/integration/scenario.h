// What every scenario includes. A scenario is one promise to the user, tested on the real daemon with models
// played by tests/fake_upstream; its folder says which promise.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "tests/support/test_daemon.h"

namespace paddock::test {

// Two models, one place: the usual case.
inline std::string two_models(const std::string& top = {}) { return config_with({{"a"}, {"b"}}, top); }

// The models of all launches, in their order.
inline std::vector<std::string> names_started(const Records& records) {
  std::vector<std::string> names;
  for (const auto& event : records.of("started")) names.push_back(event["name"]);
  return names;
}

// A stream that sends `first` and goes on when `gate` is released.
inline Json held_stream(const std::string& gate) {
  return {{"mode", "chunked"}, {"pieces", {"first", "second"}}, {"gate", gate}, {"gate_after", 1}};
}

// What held_stream() looks like on the wire.
inline constexpr const char* kHeldWire = "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n";

// A request that is being answered: sent, and its first piece has arrived.
inline void begin_stream(RawClient& client, const std::string& model, const std::string& gate) {
  client.send(chat_request(model, held_stream(gate)));
  client.read_until("first\r\n");
}

// While a stream runs on `a`, a request comes for `b`, then one for `c`; then the stream ends and they are
// served. The models of all launches, in their order.
inline std::vector<std::string> started_in_turn(const TestDaemon& daemon) {
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  std::vector<std::future<Response>> others;
  for (const std::string model : {"b", "c"}) {
    others.push_back(start_chat(daemon.port(), model));
    if (!daemon.waiting(model, 1)) {
      ADD_FAILURE() << "nobody waits for " << model;
      return {};
    }
  }
  daemon.release("a", "g");
  for (auto& other : others) EXPECT_EQ(other.get().status(), 200);
  return names_started(daemon.records());
}

}  // namespace paddock::test
