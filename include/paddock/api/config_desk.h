// What the daemon can say about its configuration, and do about it. Implemented by the app; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace paddock::api {

class ConfigDesk {
 public:
  virtual ~ConfigDesk() = default;

  // The JSON of GET /api/config: what is in force, secrets masked, and what was found in it and in what was
  // rejected since.
  virtual std::string description() const = 0;

  struct Reloaded {
    bool applied = false;  // false: everything is as it was
    std::string report;    // JSON: what changed and what was found; with an `error` if nothing was applied
  };
  // Reads the files again. `done` is called once, on any thread, when new requests are judged by what was
  // read.
  virtual void reload(std::function<void(Reloaded)> done) = 0;

  // Called once, on any thread. Nothing: there is more to think about already.
  using Answered = std::function<void(std::optional<std::string> json)>;
  // The JSON of POST /api/config/check: what `text` would be as the configuration.
  virtual void check(std::string text, Answered answered) = 0;
  // The JSON of GET /api/matrix: which models may run beside each other, as things are configured.
  virtual void together(Answered answered) = 0;
};

}  // namespace paddock::api
