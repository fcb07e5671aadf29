#include "paddock/engine/command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "paddock/base/unique_fd.h"
#include "shell.h"
#include "surroundings.h"
#include "variables.h"
#include "wrappers.h"

namespace paddock::engine {

namespace {

using Text = std::string_view;

constexpr int kMostSteps = 16;  // of programs that start others
constexpr std::size_t kMostMentioned = 4096, kMostScript = 64 << 10;

constexpr std::array<Text, 6> kShells = {"sh", "bash", "dash", "ash", "zsh", "ksh"};
constexpr std::array<Text, 5> kEngines = {"llama-server", "sd-server", "whisper-server", "vllm", "koboldcpp"};
constexpr std::array<Text, 4> kModelFlags = {"-m", "--model", "-hf", "--hf-repo"};
// Engines write what these name.
constexpr std::array<Text, 5> kWritten = {"--log-file", "--prompt-cache", "--slot-save-path", "--pid-file",
                                          "--output"};

template <std::size_t N>
bool is_in(const std::array<Text, N>& list, Text word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_shell(Text word) { return is_in(kShells, base_name(word)); }

// How much a command of a script looks like the one that stays.
int rank(const Simple& command) {
  int rank = command.words.front() == "exec" ? 1 : 0;
  for (const std::string& word : command.words) {
    if (is_in(kModelFlags, Text(word).substr(0, word.find('=')))) rank |= 2;
    if (is_in(kEngines, base_name(word))) rank |= 4;
  }
  return rank;
}

class Reader {
 public:
  Reader(const Words& argv, const Environment& environment, const ReadScript& read_script)
      : read_script_(read_script), words_(argv) {
    around_.environment = environment;
  }

  Command read() {
    mention(words_, 1);
    for (int i = 0; i < kMostSteps && step(); ++i) {
    }
    const Words flags = flags_of(around_.environment);
    mention(flags, 0);
    Command out{std::move(words_), {}, {}, around_.folder, around_.mounts, around_.is_contained};
    if (!out.words.empty()) out.words.insert(out.words.begin() + 1, flags.begin(), flags.end());
    for (const auto& [name, value] : around_.environment) out.environment.push_back(name + "=" + value);
    add_paths(out);
    return out;
  }

 private:
  bool step() {
    if (words_.empty()) return false;
    if (unwrap(words_, around_)) return true;
    if (is_shell(words_.front())) return enter_shell();
    // Else it is looked up in PATH: no one's script of an engine is there.
    if (words_.front().find('/') == std::string::npos) return false;
    const auto script = script_called(words_.front());
    return script && enter_script(*script, words_);
  }

  // `sh -c TEXT NAME ARGUMENT...` or `sh FILE ARGUMENT...`
  bool enter_shell() {
    bool is_text = false;
    std::size_t at = 1;
    for (; at < words_.size() && (words_[at].starts_with('-') || words_[at].starts_with('+')); ++at) {
      const bool is_long = words_[at].starts_with("--");
      is_text = is_text || (!is_long && words_[at].find('c') != std::string::npos);
      if (words_[at].ends_with('o') && !is_long) ++at;  // `-o pipefail`
    }
    if (at >= words_.size()) return false;
    Words rest(words_.begin() + static_cast<std::ptrdiff_t>(at), words_.end());
    if (!is_text) {
      const auto script = script_called(rest.front());
      return script && enter_script(*script, std::move(rest));
    }
    const std::string text = std::move(rest.front());
    rest.erase(rest.begin());
    return enter_script(text, std::move(rest));
  }

  std::optional<std::string> script_called(Text name) const {
    if (!read_script_) return std::nullopt;
    const std::string path = path_on_machine(name, around_.folder, around_.mounts);
    if (around_.is_contained && path == path_on_machine(name, around_.folder, {})) return std::nullopt;
    return read_script_(path);
  }

  bool enter_script(const std::string& text, Words arguments) {
    Shell shell(around_, std::move(arguments));
    std::vector<Simple> commands = shell.run(text);
    Simple* chosen = nullptr;
    for (Simple& command : commands) {
      mention(command.words, 0);
      if (chosen == nullptr || rank(command) >= rank(*chosen)) chosen = &command;
    }
    if (chosen == nullptr) return false;
    words_ = std::move(chosen->words);
    for (const auto& [name, value] : chosen->environment) around_.environment[name] = value;
    return true;
  }

  void mention(const Words& words, std::size_t from) {
    for (std::size_t i = from; i < words.size() && candidates_.size() < kMostMentioned; ++i) {
      if (i > 0 && is_in(kWritten, words[i - 1])) continue;
      const std::string& word = words[i];
      const std::size_t equals = std::min(word.find('='), word.size());
      if (equals < word.size() && is_in(kWritten, Text(word).substr(0, equals))) continue;
      candidates_.push_back(word);
      if (equals < word.size()) candidates_.push_back(word.substr(equals + 1));
    }
  }

  // Lists of files have commas between them. Each once, in their order.
  void add_paths(Command& out) const {
    std::set<std::string> seen;
    const auto add = [&](Text name) {
      if (name.empty() || out.mentioned.size() >= 2 * kMostMentioned) return;
      for (std::string path : {out.path_of(name), std::string(name)}) {
        if (seen.insert(path).second) out.mentioned.push_back(std::move(path));
      }
    };
    for (const std::string& word : candidates_) {
      add(word);
      if (word.find(',') == std::string::npos || word.size() > kMostScript) continue;
      for (Text rest = word; !rest.empty();) {
        const Text part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        add(part);
      }
    }
  }

  const ReadScript& read_script_;
  Words words_, candidates_;
  Surroundings around_;
};

bool names_shell(Text text) {
  if (!text.starts_with("#!")) return false;
  Text line = text.substr(2, text.find('\n') - 2);
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(begin);
    const Text word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    if (is_shell(word)) return true;
  }
  return false;
}

}  // namespace

std::string Command::path_of(Text name) const { return path_on_machine(name, folder, mounts); }

Command read_command(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                     const ReadScript& read_script) {
  Environment known;
  for (const std::string& variable : environment) assign(known, variable);
  return Reader(argv, known, read_script).read();
}

std::optional<std::string> script_at(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  std::string text(std::min<std::size_t>(kMostScript, static_cast<std::size_t>(facts.st_size)), '\0');
  const ssize_t count = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (!names_shell(text) && !path.ends_with(".sh")) return std::nullopt;
  return text;
}

}  // namespace paddock::engine
