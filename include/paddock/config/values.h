// The small words that the rest of the configuration is made of. Immutable values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace paddock::config {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// Which lines reach standard output: the daemon's own, the upstreams', both or none.
enum class LogTarget { kOwn, kUpstream, kBoth, kNone };

// How much models' servers write about themselves.
enum class LogVerbosity {
  kReport,  // what tells whether a model fits, also of servers that hide that unless they are asked
  kKeep,    // what they write by themselves
};

// What becomes of an answer whose client has left.
enum class OnDisconnect {
  kCancel,  // the upstream's connection is closed
  kDrain,   // it is read to its end and thrown away
};

// Text in which `${PORT}` (and, in a stop command, `${PID}`) still stands as a placeholder: it is bound at
// launch, not when the file is read. All other macros are already expanded.
struct PortText {
  std::string text;
  std::string masked{};  // the same with `***` for what came from `${env.*}`; empty: nothing did

  bool uses_port() const { return text.find("${PORT}") != std::string::npos; }
  // Every `${PORT}` replaced by the decimal number.
  std::string bind(int port) const;
  // What people may see.
  const std::string& shown() const { return masked.empty() ? text : masked; }
  std::string bind_shown(int port) const { return PortText{shown()}.bind(port); }

  friend bool operator==(const PortText&, const PortText&) = default;
};

// One value of free form (metadata, a parameter of a filter), as JSON text: typed as written, macros
// expanded, the order of keys kept, no blanks.
using JsonText = std::string;

// How long each step of talking to an upstream may take; 0: no limit.
struct Timeouts {
  std::chrono::seconds connect{30};
  std::chrono::seconds keepalive{30};  // period of TCP keep-alive
  std::chrono::seconds response_header{0};
  std::chrono::seconds tls_handshake{10};
  std::chrono::seconds expect_continue{1};
  std::chrono::seconds idle_connection{90};

  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

// Whether the conversations in an engine's slots are kept across its launches.
enum class KvSave {
  kOff,
  kAuto,  // of commands whose program is llama-server
  kOn,    // whatever the program is called
};

struct KvCache {
  KvSave save = KvSave::kOff;
  std::string dir;                                   // empty: in the folder of the daemon's traces
  std::uint64_t min_tokens = 2048;                   // of a slot that is worth a file
  std::uint64_t max_disk = std::uint64_t{10} << 30;  // bytes of all files in `dir`
  std::chrono::nanoseconds max_age = std::chrono::hours(7 * 24);
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);  // for saving, and again for restoring

  friend bool operator==(const KvCache&, const KvCache&) = default;
};

}  // namespace paddock::config
