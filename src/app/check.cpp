#include "check.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <ostream>

#include "check_report.h"
#include "check_sources.h"
#include "command_check.h"
#include "config_view.h"
#include "machine_facts.h"
#include "yaml_text.h"

namespace paddock::app {

namespace {

Colours colours_of(int fd) {
  const char* unwanted = std::getenv("NO_COLOR");
  const bool plain = (unwanted != nullptr && *unwanted != '\0') || ::isatty(fd) == 0;
  return plain ? Colours::kNone : Colours::kAnsi;
}

void say_json(const CheckCommand& command, const config::LoadResult& result) {
  constexpr int kIndent = 2;
  using Json = nlohmann::ordered_json;
  std::cout << report_json(command, result).dump(kIndent, ' ', false, Json::error_handler_t::replace)
            << std::endl;
}

void say_findings(std::ostream& out, int fd, const CheckCommand& command, const config::LoadResult& result) {
  out << findings_text(result, colours_of(fd)) << name_of(command.config) << ": " << summary(result)
      << std::endl;
}

}  // namespace

int check(const CheckCommand& command) {
  config::LoadResult result = load_sources(command.config);
  add_command_findings(result, ThisMachine());
  if (command.json) {
    say_json(command, result);
  } else if (command.print) {
    say_findings(std::cerr, STDERR_FILENO, command, result);
    if (result.config) std::cout << to_yaml(view_of(*result.config)) << std::flush;
  } else {
    say_findings(std::cout, STDOUT_FILENO, command, result);
  }
  if (!std::cout) {
    std::cerr << "paddock: the answer could not be written" << std::endl;
    return 1;
  }
  return exit_code(command, result);
}

}  // namespace paddock::app
