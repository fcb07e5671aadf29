#include "proc.h"

#include <dirent.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>

namespace paddock::keeper {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// The words behind the name, of which the first is field 3.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(" \n");
    if (end != 0) out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

std::optional<Process> parse_stat(std::string_view line) {
  // The name stands in parentheses and may contain any byte, also parentheses.
  const std::size_t open = line.find(" ("), close = line.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const std::vector<std::string_view> words = words_of(line.substr(close + 2));
  if (words.size() < 20) return std::nullopt;
  const auto pid = number_in<pid_t>(line.substr(0, open));
  const auto parent = number_in<pid_t>(words[1]), group = number_in<pid_t>(words[2]);
  const auto started = number_in<std::uint64_t>(words[19]);
  if (!pid || !parent || !group || !started) return std::nullopt;
  return Process{*pid, *parent, *group, words[0].front(), *started};
}

std::optional<Process> process(pid_t pid) {
  return parse_stat(read_text("/proc/" + std::to_string(pid) + "/stat"));
}

std::vector<Process> processes() {
  std::vector<Process> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return out;
  while (const dirent* entry = ::readdir(folder.get())) {
    const auto pid = number_in<pid_t>(entry->d_name);
    if (!pid) continue;
    if (const auto found = process(*pid)) out.push_back(*found);
  }
  return out;
}

std::string boot_id() {
  std::string id = read_text("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

}  // namespace paddock::keeper
