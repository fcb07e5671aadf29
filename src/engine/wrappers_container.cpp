#include <algorithm>
#include <array>
#include <utility>

#include "wrappers.h"

namespace paddock::engine {

namespace {

using Text = std::string_view;

constexpr std::array<Text, 3> kEngines = {"docker", "podman", "nerdctl"};
// Options that stand alone; all others take a value.
constexpr Text kAlone = "ditPq";
constexpr std::array<Text, 20> kAloneLong = {"--detach",
                                             "--interactive",
                                             "--tty",
                                             "--rm",
                                             "--init",
                                             "--privileged",
                                             "--publish-all",
                                             "--read-only",
                                             "--quiet",
                                             "--no-healthcheck",
                                             "--oom-kill-disable",
                                             "--disable-content-trust",
                                             "--sig-proxy",
                                             "--replace",
                                             "--rmi",
                                             "--no-hosts",
                                             "--env-host",
                                             "--http-proxy",
                                             "--tls-verify",
                                             "--latest"};

template <std::size_t N>
bool is_in(const std::array<Text, N>& list, Text word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Of `/models:/m:ro` and `type=bind,source=/models,target=/m`.
void add_volume(Text text, std::vector<Mount>& mounts) {
  const std::size_t first = text.find(':');
  if (!text.starts_with('/') || first == Text::npos) return;
  Text there = text.substr(first + 1);
  there = there.substr(0, there.find(':'));
  if (there.starts_with('/')) mounts.push_back({std::string(text.substr(0, first)), std::string(there)});
}

void add_mount(Text text, std::vector<Mount>& mounts) {
  Mount mount;
  while (!text.empty()) {
    const Text part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const Text name = part.substr(0, equals), value = part.substr(std::min(equals + 1, part.size()));
    if (name == "source" || name == "src") mount.here = value;
    if (name == "target" || name == "dst" || name == "destination") mount.there = value;
  }
  if (mount.here.starts_with('/') && mount.there.starts_with('/')) mounts.push_back(std::move(mount));
}

// `device=1`, `"device=0,2"`, and of CDI `nvidia.com/gpu=1`.
void see_cards(Text text, Surroundings& inside) {
  std::string cards;
  for (const char c : text) {
    if (c != '"' && c != '\'') cards += c;
  }
  constexpr Text kDevice = "device=", kCdi = "nvidia.com/gpu=";
  const std::size_t at = cards.find(kDevice) != std::string::npos ? cards.find(kDevice) + kDevice.size()
                         : cards.starts_with(kCdi)                ? kCdi.size()
                                                                  : cards.size();
  cards.erase(0, at);
  if (cards.empty() || cards == "all") return;
  std::string& seen = inside.environment["CUDA_VISIBLE_DEVICES"];
  seen += (seen.empty() ? "" : ",") + cards;
  inside.environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
}

// What `docker run` says of the inside.
class Run {
 public:
  explicit Run(const Surroundings& outside) : outside_(outside) { inside_.is_contained = true; }

  // The words from the options on. What is left: the program inside with its arguments.
  Words read(const Words& words, std::size_t at) {
    for (; at < words.size() && words[at].starts_with('-') && words[at] != "--"; ++at) {
      if (option(words[at]) && at + 1 < words.size()) take(words[++at]);
    }
    if (at < words.size() && words[at] == "--") ++at;
    if (at >= words.size()) return {};
    // The image stands for its own entry point.
    Words inside(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
    const bool has_program = inside.size() > 1 && !inside[1].starts_with('-');
    if (!entry_.empty()) inside.front() = entry_;
    if (entry_.empty() && has_program) inside.erase(inside.begin());
    return inside;
  }

  Surroundings inside() { return std::move(inside_); }

 private:
  // True: it takes the next word.
  bool option(Text word) {
    const std::size_t equals = word.find('=');
    if (word.starts_with("--")) {
      name_ = word.substr(0, equals);
      if (name_ == "--env-host") inside_.environment = outside_.environment;
      if (is_in(kAloneLong, name_)) return false;
      if (equals == Text::npos) return true;
      take(word.substr(equals + 1));
      return false;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      if (kAlone.find(word[i]) != Text::npos) continue;
      name_ = std::string("-") + word[i];
      if (i + 1 == word.size()) return true;
      take(word.substr(i + 1));
      return false;
    }
    return false;
  }

  void take(Text value) {
    if (name_ == "-e" || name_ == "--env") {
      const auto inherited = outside_.environment.find(value);
      if (inherited != outside_.environment.end()) inside_.environment[inherited->first] = inherited->second;
      assign(inside_.environment, value);
    }
    if (name_ == "-v" || name_ == "--volume") add_volume(value, inside_.mounts);
    if (name_ == "--mount") add_mount(value, inside_.mounts);
    if (name_ == "-w" || name_ == "--workdir") inside_.folder = value;
    if (name_ == "--entrypoint") entry_ = value;
    if (name_ == "--gpus" || name_ == "--device") see_cards(value, inside_);
  }

  const Surroundings& outside_;
  Surroundings inside_;
  std::string name_, entry_;
};

}  // namespace

// `docker exec` goes into a container that others made: what is mounted there is not known.
bool unwrap_container(Words& words, Surroundings& around) {
  if (words.empty() || !is_in(kEngines, base_name(words.front()))) return false;
  const auto verb = std::find_if(words.begin() + 1, words.end(), [](const std::string& word) {
    return word == "run" || word == "exec" || word == "compose";
  });
  if (verb == words.end() || *verb == "compose") return false;
  Run run(around);
  words = run.read(words, static_cast<std::size_t>(verb - words.begin()) + 1);
  around = run.inside();
  return true;
}

}  // namespace paddock::engine
