#include "fit_model.h"

#include <iostream>
#include <optional>
#include <string>

#include "fit_text.h"
#include "paddock/client/client.h"

namespace paddock::app {

namespace {

int fail(const std::string& sentence) {
  std::cerr << "paddock: " << sentence << std::endl;
  return 1;
}

}  // namespace

int fit_model(const FitModelCommand& command) {
  const client::Client daemon(command.address, client::key_from_environment());
  const auto answer = daemon.get("/api/models/" + client::encoded(command.model) + "/fit");
  if (!answer) return fail(answer.error().sentence);
  const std::optional<std::string> text = fit_text(*answer);
  if (!text) {
    return fail("what " + command.address.url +
                " answered is no verdict; name the daemon's address with --url or PADDOCK_HOST");
  }
  const std::string& said = command.json ? *answer : *text;
  std::cout << said << (said.ends_with('\n') ? "" : "\n") << std::flush;
  return std::cout ? 0 : fail("the answer could not be written");
}

}  // namespace paddock::app
