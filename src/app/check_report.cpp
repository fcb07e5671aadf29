#include "check_report.h"

#include <algorithm>
#include <string_view>

#include "config_view.h"

namespace paddock::app {

namespace {

using config::Diagnostic;
using config::Severity;
using Json = nlohmann::ordered_json;

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kPlain = "\x1b[0m";

std::size_t count(const config::LoadResult& result, Severity severity) {
  const auto is_it = [&](const Diagnostic& found) { return found.severity == severity; };
  return static_cast<std::size_t>(std::count_if(result.diagnostics.begin(), result.diagnostics.end(), is_it));
}

std::string counted(std::size_t number, const std::string& word) {
  return (number == 0 ? "no" : std::to_string(number)) + " " + word + (number == 1 ? "" : "s");
}

std::string coloured(const Diagnostic& found) {
  std::string line = config::format(found);
  const Diagnostic bare{found.severity, found.file, found.pos, "", ""};
  const std::size_t end = config::format(bare).size() - 2;  // before ": "
  const bool is_error = found.severity == Severity::kError;
  const std::size_t word = std::string_view(is_error ? "error" : "warning").size();
  line.insert(end, kPlain);
  line.insert(end - word, is_error ? kRed : kYellow);
  return line;
}

}  // namespace

nlohmann::ordered_json finding_json(const Diagnostic& found) {
  Json json;
  json["severity"] = found.severity == Severity::kError ? "error" : "warning";
  json["file"] = found.file;
  json["line"] = found.pos.line;
  json["column"] = found.pos.column;
  json["message"] = found.message;
  json["hint"] = found.hint;
  return json;
}

std::string findings_text(const config::LoadResult& result, Colours colours) {
  std::string text;
  for (const Diagnostic& found : result.diagnostics) {
    text += (colours == Colours::kAnsi ? coloured(found) : config::format(found)) + "\n";
  }
  return text;
}

std::string summary(const config::LoadResult& result) {
  const std::string text = counted(count(result, Severity::kError), "error") + ", " +
                           counted(count(result, Severity::kWarning), "warning");
  return result.config ? counted(result.config->models.size(), "model") + ", " + text : text;
}

Json report_json(const CheckCommand& command, const config::LoadResult& result) {
  Json report;
  report["files"] = result.readable ? result.readable->files : command.config.files;
  report["errors"] = count(result, Severity::kError);
  report["warnings"] = count(result, Severity::kWarning);
  report["diagnostics"] = Json::array();
  for (const Diagnostic& found : result.diagnostics) report["diagnostics"].push_back(finding_json(found));
  if (command.print) report["config"] = result.config ? view_of(*result.config) : Json();
  return report;
}

int exit_code(const CheckCommand& command, const config::LoadResult& result) {
  if (!result.config || config::has_errors(result.diagnostics)) return 1;
  return command.strict && !result.diagnostics.empty() ? 1 : 0;
}

}  // namespace paddock::app
