#include "fit_command.h"

#include <sys/stat.h>

#include <iostream>

#include "fit_file.h"
#include "fit_model.h"
#include "paddock/base/text.h"
#include "paddock/client/client.h"

namespace paddock::app {

bool names_file(const std::string& target) {
  struct stat facts {};
  return target.ends_with(".gguf") || (::stat(target.c_str(), &facts) == 0 && S_ISREG(facts.st_mode));
}

int fit(const FitCommand& command) {
  if (names_file(command.target)) return fit_file(command);
  if (command.gpus || !command.words.empty()) {
    std::cerr
        << "paddock: --gpus, --ctx, --cache-type-k, --cache-type-v and words behind `--` are for files, and "
        << printable(command.target) << " is none; a model's are those of its configuration" << std::endl;
    return 2;
  }
  const auto address = client::choose_address(command.url);
  if (address) return fit_model({*address, command.target, command.json});
  std::cerr << "paddock: " << address.error().sentence << std::endl;
  return 2;
}

}  // namespace paddock::app
