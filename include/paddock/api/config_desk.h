// What the daemon can say about its configuration, and do about it. Implemented by the app; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "paddock/http/handler.h"

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

  // Called once, on any thread.
  using Replied = std::function<void(http::Reply)>;
  // The answer of GET /api/config/file: the text with its secrets, where `admin.config_write` lets it out.
  virtual void file(Replied replied) = 0;
  // The answer of PUT /api/config: `text` becomes the file and is in force, if the file is still what
  // `if_match` names.
  virtual void write(std::string text, std::string if_match, Replied replied) = 0;
};

}  // namespace paddock::api
