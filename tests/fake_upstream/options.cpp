#include "options.h"

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>

namespace paddock::fake {
namespace {

using Setter = std::function<void(const std::string&)>;

Setter text(std::string& target) {
  return [&target](const std::string& value) { target = value; };
}

template <class T>
Setter number(T& target) {
  return [&target](const std::string& value) { target = std::stoll(value); };
}

std::map<std::string, bool*> flags_of(Options& o) {
  return {{"--keep-off-used-ports", &o.keep_off_used_ports},
          {"--health-never", &o.health_never},
          {"--health-hang", &o.health_hang},
          {"--ignore-sigterm", &o.ignore_sigterm},
          {"--fork-grandchild", &o.fork_grandchild},
          {"--setsid", &o.setsid},
          {"--exit-before-listen", &o.exit_before_listen},
          {"--crash-on-request", &o.crash_on_request}};
}

std::map<std::string, Setter> values_of(Options& o) {
  return {{"--host", text(o.host)},
          {"--port", number(o.port)},
          {"--name", text(o.name)},
          {"--record", text(o.record)},
          {"--lives", text(o.lives)},
          {"--listen-delay-ms", number(o.listen_delay_ms)},
          {"--health-delay-ms", number(o.health_delay_ms)},
          {"--health-gate", text(o.health_gate)},
          {"--sigterm-delay-ms", number(o.sigterm_delay_ms)},
          {"--exit-code", number(o.exit_code)},
          {"--exit-after-ms", number(o.exit_after_ms)},
          {"--die-signal", number(o.die_signal)},
          {"--read-half", text(o.read_half)},
          {"--flood-log", number(o.flood_log)},
          {"--log-every-ms", number(o.log_every_ms)},
          {"--log-line", [&o](const std::string& value) { o.log_lines.push_back(value); }}};
}

// The words of the command line. Those of a file that `--flags-from` names follow: what a launch is like may
// be decided while the command stays as it is. A file that is not there has none.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words, more;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) != "--flags-from" || i + 1 >= argc) {
      words.emplace_back(argv[i]);
      continue;
    }
    std::ifstream file(argv[++i]);
    for (std::string word; file >> word;) more.push_back(word);
  }
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  auto flags = flags_of(options);
  auto values = values_of(options);
  const std::vector<std::string> words = words_of(argc, argv);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& name = words[i];
    if (auto flag = flags.find(name); flag != flags.end()) {
      *flag->second = true;
      continue;
    }
    auto value = values.find(name);
    if (value == values.end() || i + 1 >= words.size()) {
      std::fprintf(stderr, "fake_upstream: what is '%s'?\n", name.c_str());
      return std::nullopt;
    }
    try {
      value->second(words[++i]);
    } catch (const std::exception&) {
      std::fprintf(stderr, "fake_upstream: '%s' is no value for %s\n", words[i].c_str(), name.c_str());
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace paddock::fake
