#include "weight_files.h"

#include <sys/stat.h>

#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "paddock/gguf/parts.h"

namespace paddock::prefetch {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void add_with_value(std::vector<std::string>& out, std::string_view word) {
  out.emplace_back(word);
  const std::size_t equals = word.find('=');
  if (equals != std::string_view::npos) out.emplace_back(word.substr(equals + 1));
}

// As a shell would, nearly: who writes more than quotes around a path is not read ahead.
void add_words(std::vector<std::string>& out, std::string_view text) {
  std::string word;
  char quote = 0;
  for (const char c : text) {
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote == 0 && kBlanks.find(c) != std::string_view::npos) {
      if (!word.empty()) add_with_value(out, word);
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) add_with_value(out, word);
}

std::optional<WeightFile> weight_file(const std::string& path, std::uint64_t smallest) {
  struct stat facts {};
  if (path.empty() || ::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  return size < smallest ? std::nullopt : std::optional(WeightFile{path, size});
}

}  // namespace

std::vector<std::string> candidates(const std::vector<std::string>& argv) {
  std::vector<std::string> out;
  for (const std::string& argument : argv) {
    add_with_value(out, argument);
    if (argument.find_first_of(kBlanks) != std::string::npos) add_words(out, argument);
  }
  return out;
}

std::vector<WeightFile> weight_files(const std::vector<std::string>& argv, std::uint64_t smallest) {
  std::vector<WeightFile> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path) {
    if (!seen.insert(path).second) return;
    if (auto file = weight_file(path, smallest)) out.push_back(std::move(*file));
  };
  for (const std::string& path : candidates(argv)) {
    add(path);
    // The first part may be small: it can hold no weights at all.
    if (weight_file(path, 0)) {
      for (const std::string& part : gguf::parts_of(path)) add(part);
    }
  }
  return out;
}

std::optional<std::uint64_t> available_memory(std::string_view meminfo) {
  constexpr std::string_view kName = "MemAvailable:";
  std::size_t at = meminfo.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  at = meminfo.find_first_not_of(" \t", at + kName.size());
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t kib = 0;
  const auto [end, error] = std::from_chars(meminfo.data() + at, meminfo.data() + meminfo.size(), kib);
  if (error != std::errc() || kib > UINT64_MAX / 1024) return std::nullopt;
  return kib * 1024;
}

}  // namespace paddock::prefetch
