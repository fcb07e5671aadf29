#include "command_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "paddock/base/text.h"
#include "paddock/config/mask.h"

namespace paddock::app {

namespace {

using config::PortText;
using Words = std::vector<PortText>;

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 6> kShells = {"sh", "bash", "dash", "ash", "zsh", "ksh"};
constexpr std::array<std::string_view, 8> kElsewhere = {"docker", "podman",  "nerdctl",   "docker-compose",
                                                        "ssh",    "kubectl", "distrobox", "toolbox"};
constexpr std::array<std::string_view, 3> kServers = {"llama-server", "sd-server", "whisper-server"};
constexpr std::array<std::string_view, 38> kFileFlags = {"-m",
                                                         "--model",
                                                         "-md",
                                                         "--model-draft",
                                                         "-mm",
                                                         "--mmproj",
                                                         "-mv",
                                                         "--model-vocoder",
                                                         "-vm",
                                                         "--vad-model",
                                                         "--models-dir",
                                                         "--models-preset",
                                                         "--lora",
                                                         "--lora-model-dir",
                                                         "--control-vector",
                                                         "--grammar-file",
                                                         "--json-schema-file",
                                                         "--chat-template-file",
                                                         "--api-key-file",
                                                         "--ssl-key-file",
                                                         "--ssl-cert-file",
                                                         "--diffusion-model",
                                                         "--high-noise-diffusion-model",
                                                         "--vae",
                                                         "--tae",
                                                         "--taesd",
                                                         "--llm",
                                                         "--llm_vision",
                                                         "--clip_l",
                                                         "--clip_g",
                                                         "--clip_vision",
                                                         "--t5xxl",
                                                         "--control-net",
                                                         "--embd-dir",
                                                         "--upscale-model",
                                                         "--photo-maker",
                                                         "--qwen2vl",
                                                         "--qwen2vl_vision"};
// In the name of a flag: what is behind it is written by the program, or is part of a URL, or only a name.
constexpr std::array<std::string_view, 22> kNotRead = {
    "log",      "save",     "out",  "cache",    "prefix",  "alias",     "name", "url",
    "route",    "endpoint", "root", "api-path", "request", "inference", "pid",  "tmp",
    "temp-dir", "socket",   "uds",  "host",     "dump",    "download"};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// `-c`, also with other letters: `-lc`.
bool is_shell_command_flag(std::string_view word) {
  return word.size() >= 2 && word[0] == '-' && word[1] != '-' && word.back() == 'c';
}

// How many words from the left mean this machine.
std::size_t count_local(const Words& argv) {
  for (std::size_t at = 0; at < argv.size(); ++at) {
    const std::string_view name = base_name(argv[at].text);
    if (is_in(kElsewhere, name)) return at;
    if (is_in(kShells, name) && at + 1 < argv.size() && is_shell_command_flag(argv[at + 1].text)) return at;
  }
  return argv.size();
}

bool runs_known_server(const Words& argv, std::size_t count) {
  return std::any_of(argv.begin(), argv.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const PortText& word) { return is_in(kServers, base_name(word.text)); });
}

// One value and the flag that it belongs to.
struct Argument {
  std::string flag;
  std::string value;
  std::string shown;
};

// Flag and value in one word; of a masked one only what is shown of the flag.
std::optional<Argument> joined_argument(const PortText& word) {
  const std::size_t equals = word.text.find('=');
  if (equals == std::string::npos) return std::nullopt;
  const std::string value = word.text.substr(equals + 1);
  const std::size_t shown = word.shown().find('=');
  if (shown == std::string::npos) return Argument{"", value, std::string(config::kMask)};
  return Argument{word.shown().substr(0, shown), value, word.shown().substr(shown + 1)};
}

std::optional<Argument> argument_at(const Words& argv, std::size_t at) {
  const PortText& word = argv[at];
  if (word.text.starts_with('-')) return joined_argument(word);
  const PortText& before = argv[at - 1];
  const bool is_flag = at > 1 && before.masked.empty() && before.text.starts_with('-') &&
                       before.text.find('=') == std::string::npos;
  return Argument{is_flag ? before.text : "", word.text, word.shown()};
}

// The arguments that may be talked about, without those whose value is not known or is secret.
std::vector<Argument> open_arguments(const Words& argv, std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < count; ++at) texts.push_back(argv[at].text);
  const std::vector<std::string> masked = config::mask_words(texts);
  std::vector<Argument> arguments;
  for (std::size_t at = 1; at < count; ++at) {
    if (argv[at].uses_port() || masked[at] != texts[at]) continue;
    if (auto argument = argument_at(argv, at)) arguments.push_back(std::move(*argument));
  }
  return arguments;
}

bool is_not_read(std::string_view flag) {
  if (flag == "-o" || flag == "-a") return true;
  const std::string lower = to_lower(flag);
  return std::any_of(kNotRead.begin(), kNotRead.end(),
                     [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

// A command with more is no command line that a person wrote.
constexpr std::size_t kMostPaths = 1000;

// `/health` may be a route, `/a:/b` a mapping, and text with blanks anything.
bool looks_like_path(std::string_view value) {
  return value.starts_with('/') && value.find('/', 1) != std::string_view::npos &&
         value.find_first_of(": \t\n") == std::string_view::npos;
}

bool names_path(const Argument& argument, bool known_server) {
  if (argument.value.empty()) return false;
  if (is_in(kFileFlags, argument.flag)) return known_server || argument.value.starts_with('/');
  return !is_not_read(argument.flag) && looks_like_path(argument.value);
}

}  // namespace

std::vector<PathArgument> path_arguments(const std::vector<PortText>& argv) {
  const std::size_t count = count_local(argv);
  const bool known_server = runs_known_server(argv, count);
  std::set<std::string> seen;
  std::vector<PathArgument> paths;
  for (const Argument& argument : open_arguments(argv, count)) {
    if (!names_path(argument, known_server)) continue;
    if (!seen.insert(argument.value).second) continue;
    paths.push_back({argument.flag, argument.value, argument.shown});
    if (paths.size() >= kMostPaths) break;
  }
  return paths;
}

std::vector<int> fixed_ports(const std::vector<PortText>& argv) {
  std::vector<int> ports;
  for (const Argument& argument : open_arguments(argv, count_local(argv))) {
    if (argument.flag != "--port" && argument.flag != "--listen-port") continue;
    if (argument.shown != argument.value) continue;
    int port = 0;
    const char* const end = argument.value.data() + argument.value.size();
    const auto [stop, error] = std::from_chars(argument.value.data(), end, port);
    if (error == std::errc() && stop == end && port > 0 && port <= 65535) ports.push_back(port);
  }
  return ports;
}

}  // namespace paddock::app
