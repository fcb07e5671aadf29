#include "options.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <vector>

namespace paddock::sim {

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  double load_seconds = 0;
  CLI::App app("A simulated OpenAI-compatible model server: it answers, but no model runs.",
               "paddock sim-server");
  app.add_option("--listen-ip,--host", options.listen_ip, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port to listen on; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--model,-m", options.model, "Name in listings and answers")->capture_default_str();
  app.add_option("--load-time", load_seconds, "Seconds of pretended loading")
      ->check(CLI::Range(0.0, 86400.0));
  app.add_option("--tokens-per-second", options.tokens_per_second, "Speed of answers; 0 is unlimited")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  try {
    // CLI11 wants the words in reverse order when there is no program name among them.
    std::vector<std::string> words(argv, argv + argc);
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  options.load_time = std::chrono::milliseconds(static_cast<long>(load_seconds * 1000));
  return options;
}

}  // namespace paddock::sim
