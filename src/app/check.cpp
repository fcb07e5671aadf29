#include "check.h"

#include <unistd.h>

#include <iostream>

#include "check_report.h"
#include "check_sources.h"
#include "command_check.h"
#include "config_view.h"
#include "findings_out.h"
#include "machine_facts.h"
#include "yaml_text.h"

namespace paddock::app {

namespace {

void say_json(const CheckCommand& command, const config::LoadResult& result) {
  constexpr int kIndent = 2;
  using Json = nlohmann::ordered_json;
  std::cout << report_json(command, result).dump(kIndent, ' ', false, Json::error_handler_t::replace)
            << std::endl;
}

}  // namespace

int check(const CheckCommand& command) {
  config::LoadResult result = load_sources(command.config);
  add_command_findings(result, ThisMachine());
  if (command.json) {
    say_json(command, result);
  } else if (command.print) {
    say_findings(std::cerr, STDERR_FILENO, command.config, result);
    if (result.config) std::cout << to_yaml(view_of(*result.config)) << std::flush;
  } else {
    say_findings(std::cout, STDOUT_FILENO, command.config, result);
  }
  if (!std::cout) {
    std::cerr << "paddock: the answer could not be written" << std::endl;
    return 1;
  }
  return exit_code(command, result);
}

}  // namespace paddock::app
