#include "paddock/config/load.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <system_error>

#include "macros.h"
#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"
#include "parse.h"
#include "report.h"
#include "source.h"
#include "validate.h"
#include "yaml_tree.h"

namespace paddock::config {

namespace {

// A little more than load_text accepts, so that it can say that there is too much.
constexpr std::size_t kMostRead = (std::size_t{5} << 20) + 16;

Result<std::string, int> read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno;
  std::string text;
  char block[65536];
  while (text.size() < kMostRead) {
    const ssize_t got = ::read(fd.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

std::optional<Config> read(std::string_view text, const EnvLookup& env, Report& report) {
  const Source source(text);
  if (!is_readable(source, report)) return std::nullopt;
  const std::optional<Document> document = read_yaml(source, report);
  if (!document) return std::nullopt;
  Loading loading{source, report, env};
  const Draft draft = parse(*document, loading);
  return validate(draft, report);
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
  Report report(name);
  std::optional<Config> config;
  try {
    config = read(text, env, report);
  } catch (const std::exception& error) {  // the lookup is foreign code
    report.error({}, std::string("the file could not be read: ") + error.what());
  }
  LoadResult result;
  result.diagnostics = report.take();
  if (!config || has_errors(result.diagnostics)) return result;
  config->files = {std::move(name)};
  result.config = std::make_shared<const Config>(std::move(*config));
  return result;
}

LoadResult load_file(const std::string& path, const EnvLookup& env) {
  const Result<std::string, int> text = read_file(path);
  if (text.has_value()) return load_text(*text, path, env);
  Report report(path);
  report.error({}, "cannot read the file: " + std::generic_category().message(text.error()));
  return {nullptr, report.take()};
}

}  // namespace paddock::config
