#include "findings_out.h"

#include <unistd.h>

#include <cstdlib>

#include "check_report.h"

namespace paddock::app {

namespace {

Colours colours_of(int fd) {
  const char* unwanted = std::getenv("NO_COLOR");
  const bool plain = (unwanted != nullptr && *unwanted != '\0') || ::isatty(fd) == 0;
  return plain ? Colours::kNone : Colours::kAnsi;
}

}  // namespace

void say_findings(std::ostream& out, int fd, const ConfigChoice& choice, const config::LoadResult& result) {
  out << findings_text(result, colours_of(fd)) << name_of(choice) << ": " << summary(result) << std::endl;
}

}  // namespace paddock::app
