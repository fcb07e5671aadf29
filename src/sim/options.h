// The command line of sim-server as values. Immutable once parsed.
#pragma once

#include <chrono>
#include <string>
#include <variant>

namespace paddock::sim {

struct Options {
  std::string listen_ip = "127.0.0.1";
  int port = 8080;                         // 0: any free port, printed in the log
  std::string model = "simulated";         // the name it answers to in listings
  std::chrono::milliseconds load_time{0};  // /health says 503 for so long
  double tokens_per_second = 50;           // 0: as fast as it goes
};

// The options, or the exit code after help or a message was printed.
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace paddock::sim
