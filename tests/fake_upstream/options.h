// The command line of fake_upstream: how this launch misbehaves as a process. What single requests do is the
// script's business (script.h). Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace paddock::fake {

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string name = "fake";  // the `model` of the answers and the `name` of the records
  std::string record;         // file to which events are appended; empty: nowhere
  std::string lives;          // folder of tests/support/lives.h; empty: none

  int listen_delay_ms = 0;
  int health_delay_ms = 0;           // /health answers 503 until then, counted from listening
  bool keep_off_used_ports = false;  // binds without SO_REUSEADDR
  bool health_never = false;
  std::string health_gate;   // /health answers 503 until that gate is released
  bool health_hang = false;  // /health is accepted and never answered

  bool ignore_sigterm = false;
  int sigterm_delay_ms = 0;  // time between SIGTERM and the end
  bool fork_grandchild = false;
  bool setsid = false;  // the grandchild leaves the process group

  int exit_code = 0;
  bool exit_before_listen = false;
  std::optional<int> exit_after_ms;
  std::optional<int> die_signal;  // the exits above kill with this signal instead

  std::string read_half;               // file whose first half is read before anything else
  std::int64_t flood_log = 0;          // bytes of log written as fast as they are taken
  std::vector<std::string> log_lines;  // printed to stderr first
  int log_every_ms = 0;                // a line of progress again and again; 0: none
  bool crash_on_request = false;       // dies when a request (not a probe) is complete
};

// Prints what is wrong to stderr and answers nothing when the line cannot be understood.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace paddock::fake
