#include "wrappers.h"

#include <algorithm>
#include <array>

#include "paddock/base/words.h"

namespace paddock::engine {

namespace {

using Text = std::string_view;

struct Wrapper {
  Text name;
  Text takes = {};            // its options that take the next word, with blanks between
  std::size_t positions = 0;  // words of its own behind the options
};

constexpr std::array kWrappers = {
    Wrapper{"exec", "-a"},
    Wrapper{"command"},
    Wrapper{"builtin"},
    Wrapper{"nohup"},
    Wrapper{"setsid"},
    Wrapper{"time", "-f -o --format --output"},
    Wrapper{"nice", "-n --adjustment"},
    Wrapper{"ionice", "-c -n -p -P -u --class --classdata"},
    Wrapper{"chrt", "-T -P -D", 1},
    Wrapper{"taskset", "", 1},
    Wrapper{"numactl",
            "-i -p -P -N -m -C -w --interleave --preferred --preferred-many --cpunodebind --membind "
            "--physcpubind --weighted-interleave"},
    Wrapper{"stdbuf", "-i -o -e --input --output --error"},
    Wrapper{"unbuffer"},
    Wrapper{"timeout", "-k -s --kill-after --signal", 1},
    Wrapper{"sudo",
            "-u -g -C -D -h -p -R -r -T -t -U --user --group --chdir --host --prompt --chroot --role --type"},
    Wrapper{"doas", "-u -C"},
    Wrapper{"gosu", "", 1},
    Wrapper{"su-exec", "", 1},
    Wrapper{"setpriv", "--reuid --regid --groups --bounding-set --inh-caps --ambient-caps"},
    Wrapper{"prlimit"},
    Wrapper{"systemd-run", "-p -u -E -d --property --unit --setenv --slice --uid --gid --nice"},
    Wrapper{"systemd-inhibit"},
    Wrapper{"caffeinate", "-t -w"},
    Wrapper{"tini", "-p -e"},
    Wrapper{"dumb-init", "-r --rewrite"},
    Wrapper{"catatonit"},
    Wrapper{"gamemoderun"},
    Wrapper{"prime-run"},
    Wrapper{"env", "-u -C -S --unset --chdir --split-string"},
};

const Wrapper* find(Text program) {
  const auto found =
      std::find_if(kWrappers.begin(), kWrappers.end(),
                   [name = base_name(program)](const Wrapper& one) { return one.name == name; });
  return found == kWrappers.end() ? nullptr : &*found;
}

bool takes_word(const Wrapper& wrapper, Text option) {
  Text rest = wrapper.takes;
  for (Text one = next_word(rest); !one.empty(); one = next_word(rest)) {
    if (one == option) return true;
  }
  return false;
}

// The option of `env` with its value, be that the next word, behind `=` or in the same word.
struct Option {
  Text name, value;
};

Option option_of(Text word, const std::string* next) {
  const std::size_t equals = word.find('=');
  if (word.starts_with("--") && equals != Text::npos)
    return {word.substr(0, equals), word.substr(equals + 1)};
  if (!word.starts_with("--") && word.size() > 2) return {word.substr(0, 2), word.substr(2)};
  return {word, next == nullptr ? Text() : Text(*next)};
}

// Words that `env -S` makes of one are put in front of the rest.
void obey_env(Option option, Words& split, Surroundings& around) {
  if (option.name == "-i" || option.name == "--ignore-environment" || option.name == "-")
    around.environment.clear();
  if (option.name == "-C" || option.name == "--chdir") around.enter(option.value);
  if (option.name == "-u" || option.name == "--unset") around.environment.erase(std::string(option.value));
  if (option.name == "-S" || option.name == "--split-string") {
    for (Text one = next_word(option.value); !one.empty(); one = next_word(option.value))
      split.emplace_back(one);
  }
}

}  // namespace

bool unwrap(Words& words, Surroundings& around) {
  if (words.empty()) return false;
  const Wrapper* wrapper = find(words.front());
  if (wrapper == nullptr) return unwrap_container(words, around);
  const bool is_env = wrapper->name == "env";
  Words split;
  std::size_t at = 1;
  for (; at < words.size() && words[at].starts_with('-'); ++at) {
    if (words[at] == "--") {
      ++at;
      break;
    }
    const bool has_next = takes_word(*wrapper, words[at]) && at + 1 < words.size();
    if (is_env) obey_env(option_of(words[at], has_next ? &words[at + 1] : nullptr), split, around);
    at += has_next ? 1 : 0;
  }
  at = std::min(at + wrapper->positions, words.size());
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
  words.insert(words.begin(), split.begin(), split.end());
  // sudo takes them, too; no program is called so.
  while (!words.empty() && is_assignment(words.front())) {
    assign(around.environment, words.front());
    words.erase(words.begin());
  }
  return true;
}

}  // namespace paddock::engine
