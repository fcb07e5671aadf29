// ConfigWriter hands the configuration file out as it is and puts another text in its place, for admins and
// only where `admin.config_write` is on: the answers of GET /api/config/file and PUT /api/config.
//
// A text is judged first, as POST /api/config/check does; nothing of a wrong one reaches the disk. Who writes
// says which text he started from, so that nobody's change is lost. The files are read and written where the
// Reloader reads them, one after the other, and what was written is read before anything else is.
// Where the configuration comes from several files none is written: a text alone would not mean what it does
// beside the others.
// file() and write() on any thread; answers come on any. Outlives the Reloader.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "live_config.h"
#include "paddock/http/handler.h"

namespace paddock::app {

class ConfigWriter {
 public:
  using Replied = std::function<void(http::Reply)>;
  using Reload = std::function<void(LiveConfig::Done)>;
  using Job = std::function<void(const Reload& reload)>;

  struct Wires {
    LiveConfig::Ask ask;             // where texts are judged
    std::function<void(Job)> files;  // does it where files are read; `reload` is for that time and
                                     // place, and empty while paddock shuts down
  };

  ConfigWriter(const LiveConfig& live, Wires wires) : live_(live), wires_(std::move(wires)) {}

  void file(Replied replied) const;
  void write(std::string text, std::string if_match, Replied replied) const;

 private:
  const LiveConfig& live_;
  const Wires wires_;
};

// The parts that decide; pure.

// Why nobody may write, as a sentence; nothing: admins may.
std::optional<http::Reply> refused_to_write(const config::Config& config);
std::string why_not_written(const config::Config& config);  // the sentence alone; empty: admins may

// An entity tag, with its quotes. Texts that differ have different ones.
std::string version_of(std::string_view text);
// `if_match` as the header says it: tags, of which one must do, or `*`. A tag that a proxy has made weak on
// its way, as nginx does when it compresses, still counts.
bool names_version(std::string_view if_match, std::string_view version);

}  // namespace paddock::app
