#include "paddock/app/app.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "check.h"
#include "cli.h"
#include "find_config.h"
#include "fit_command.h"
#include "paddock/base/errands.h"
#include "paddock/sim/sim.h"
#include "plan.h"
#include "process_one.h"
#include "serve.h"
#include "show_matrix.h"

namespace paddock::app {

namespace {

constexpr Duration kPatience = std::chrono::seconds(1);

int perform(const ServeCommand& command) {
  return run_as_process_one([&] { return serve(command); });
}

int perform(const CheckCommand& command) { return check(command); }

int perform(const MatrixCommand& command) { return show_matrix(command); }

int perform(const PlanCommand& command) { return plan(command); }

int perform(const FitCommand& command) { return fit(command); }

// Those that ask a running daemon.
template <class Asking>
requires requires(const Asking& command) { commands::run(command); }
int perform(const Asking& command) { return commands::run(command); }

int perform(const SimServerCommand& command) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  const int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);
  return sim::run(argc, argv.data());
}

int perform(const LeaveCommand& command) {
  std::cout << command.out << std::flush;
  std::cerr << command.err << std::flush;
  return command.exit_code;
}

// An errand that hangs in a dead file system is left behind.
int leave(int code) {
  if (Errands::all_over(kPatience)) return code;
  spdlog::default_logger()->flush();
  std::cout.flush();
  std::_Exit(code);
}

}  // namespace

int run(int argc, char** argv) {
  // Nothing of ours throws; out of memory and libraries at start may.
  try {
    const Command command = parse_command_line({argv + (argc > 0 ? 1 : 0), argv + argc}, find_config());
    return leave(std::visit([](const auto& one) { return perform(one); }, command));
  } catch (const std::exception& error) {
    std::cerr << "paddock: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace paddock::app
