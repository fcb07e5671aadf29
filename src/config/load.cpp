#include "paddock/config/load.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <system_error>

#include "macros.h"
#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"
#include "parse.h"
#include "report.h"
#include "secret_paths.h"
#include "source.h"
#include "tree_merge.h"
#include "validate.h"
#include "yaml_tree.h"

namespace paddock::config {

namespace {

// A little more than is accepted, so that the next stage can say that there is too much.
constexpr std::size_t kMostRead = kMaxBytes + 16;

Result<std::string, int> read_file(const std::string& path, std::size_t most) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno;
  std::string text;
  char block[65536];
  while (text.size() < most) {
    const ssize_t got = ::read(fd.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

// A syntax error in one file does not hide those of the others, but nothing else is known then.
bool read_trees(const Sources& sources, Document& document, Report& report) {
  bool good = true;
  for (const Source& file : sources.files()) good = read_yaml(file, document, report) && good;
  if (good) merge_trees(document, sources, report);
  return good;
}

std::optional<Config> read(const Sources& sources, const EnvLookup& env, Report& report) {
  if (!are_readable(sources, report)) return std::nullopt;
  Document document;
  if (!read_trees(sources, document, report)) return std::nullopt;
  Loading loading{sources, report, env};
  const Draft draft = parse(document, loading);
  Config config = validate(draft, report);
  config.secret_paths = find_secret_paths(document, loading);
  return config;
}

LoadResult load(const std::vector<std::string_view>& texts, std::vector<std::string> names,
                const EnvLookup& env) {
  Report report(names);
  std::optional<Config> config;
  try {
    config = read(Sources(texts), env, report);
  } catch (const std::exception& error) {  // the lookup is foreign code
    report.error({}, std::string("the file could not be read: ") + error.what());
  }
  LoadResult result;
  result.diagnostics = report.take();
  if (!config) return result;
  config->files = std::move(names);
  result.readable = std::make_shared<const Config>(std::move(*config));
  if (!has_errors(result.diagnostics)) result.config = result.readable;
  return result;
}

}  // namespace

EnvLookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

LoadResult load_text(std::string_view text, std::string name, const EnvLookup& env) {
  return load({text}, {std::move(name)}, env);
}

LoadResult load_texts(const std::vector<NamedText>& texts, const EnvLookup& env) {
  std::vector<std::string_view> views;
  std::vector<std::string> names;
  for (const NamedText& text : texts) {
    views.push_back(text.text);
    names.push_back(text.name);
  }
  return load(views, std::move(names), env);
}

LoadResult load_file(const std::string& path, const EnvLookup& env) { return load_files({path}, env); }

LoadResult load_files(const std::vector<std::string>& paths, const EnvLookup& env) {
  Report report(paths);
  std::vector<NamedText> texts;
  std::size_t left = kMostRead;
  for (const std::string& path : paths) {
    Result<std::string, int> text = read_file(path, left);
    if (text.has_error()) {
      report.error({0, 0, static_cast<int>(texts.size())},
                   "cannot read the file: " + std::generic_category().message(text.error()));
    }
    texts.push_back({path, text.has_value() ? std::move(*text) : std::string()});
    left -= std::min(left, texts.back().text.size());
  }
  std::vector<Diagnostic> unreadable = report.take();
  if (!unreadable.empty()) return {nullptr, std::move(unreadable)};
  return load_texts(texts, env);
}

}  // namespace paddock::config
