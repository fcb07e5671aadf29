#include "paddock/app/app.h"

#include <openssl/crypto.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "check.h"
#include "cli.h"
#include "fit_command.h"
#include "paddock/sim/sim.h"
#include "plan.h"
#include "serve.h"
#include "show_matrix.h"

namespace paddock::app {

namespace {

int perform(const ServeCommand& command) { return serve(command); }

int perform(const CheckCommand& command) { return check(command); }

int perform(const MatrixCommand& command) { return show_matrix(command); }

int perform(const PlanCommand& command) { return plan(command); }

int perform(const FitCommand& command) { return fit(command); }

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

}  // namespace

int run(int argc, char** argv) {
  // An errand that hangs in a dead file system is left behind at the end (Errands) and may be hashing: OpenSSL
  // must not be taken down under it. It keeps to this only if it is told before anything else is asked of it.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  // Nothing of ours throws; out of memory and libraries at start may.
  try {
    const Command command = parse_command_line({argv + (argc > 0 ? 1 : 0), argv + argc});
    return std::visit([](const auto& one) { return perform(one); }, command);
  } catch (const std::exception& error) {
    std::cerr << "paddock: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace paddock::app
