#include "check.h"

#include <algorithm>
#include <iostream>

namespace paddock::app {

namespace {

std::string counted(std::size_t count, const std::string& word) {
  const std::string number = count == 0 ? "no" : std::to_string(count);
  return number + " " + word + (count == 1 ? "" : "s");
}

}  // namespace

std::string summary(const config::LoadResult& result) {
  const auto is_error = [](const config::Diagnostic& found) {
    return found.severity == config::Severity::kError;
  };
  const auto all = result.diagnostics.size();
  const auto errors =
      static_cast<std::size_t>(std::count_if(result.diagnostics.begin(), result.diagnostics.end(), is_error));
  std::string text = counted(errors, "error") + ", " + counted(all - errors, "warning");
  if (result.config) text = counted(result.config->models.size(), "model") + ", " + text;
  return text;
}

int check(const CheckCommand& command) {
  const config::LoadResult result = config::load_file(command.config);
  for (const config::Diagnostic& found : result.diagnostics) std::cerr << config::format(found) << "\n";
  std::cerr.flush();
  std::cout << command.config << ": " << summary(result) << std::endl;
  return result.config ? 0 : 1;
}

}  // namespace paddock::app
