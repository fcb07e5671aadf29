#include "show_matrix.h"

#include <unistd.h>

#include <iostream>

#include "check_report.h"
#include "check_sources.h"
#include "findings_out.h"
#include "together.h"

namespace paddock::app {

int show_matrix(const MatrixCommand& command) {
  const config::LoadResult result = load_sources(command.config);
  if (!result.diagnostics.empty()) say_findings(std::cerr, STDERR_FILENO, command.config, result);
  if (result.config) std::cout << together_text(together_in(*result.config)) << std::flush;
  if (!std::cout) {
    std::cerr << "paddock: the answer could not be written" << std::endl;
    return 1;
  }
  return exit_code({}, result);
}

}  // namespace paddock::app
