// Records: what the fakes of a test wrote down (tests/fake_upstream/recorder.h), read from their file.
// Thread-safe: every call reads the file anew.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/wait.h"

namespace paddock::test {

using Event = nlohmann::json;

Clock::time_point time_of(const Event& event);

class Records {
 public:
  explicit Records(std::string path) : path_(std::move(path)) {}

  std::vector<Event> all() const;
  // Of that kind, and of that fake when one is named.
  std::vector<Event> of(const std::string& event, const std::string& name = {}) const;
  std::size_t count(const std::string& event, const std::string& name = {}) const;
  // Waits until there are `count` of them; answers the last. Throws when the time is over.
  Event wait_for(const std::string& event, const std::string& name = {}, std::size_t count = 1,
                 Millis time = kPatience) const;
  // Connections on which a request, not only probes, arrived.
  std::size_t request_connections(const std::string& name) const;
  // The port of the newest launch.
  int port_of(const std::string& name) const;
  // Everything, for failure messages.
  std::string text() const;

 private:
  std::string path_;
};

// Lets the scripts that wait at this gate go on.
void release(int fake_port, const std::string& gate);

}  // namespace paddock::test
