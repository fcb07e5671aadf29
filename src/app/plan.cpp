#include "plan.h"

#include <iostream>
#include <optional>
#include <string>

#include "paddock/client/client.h"
#include "plan_text.h"

namespace paddock::app {

namespace {

client::Query query_of(const PlanCommand& command) {
  client::Query query{{"model", command.model}};
  if (command.running) query.emplace_back("running", *command.running);
  return query;
}

int fail(const std::string& sentence) {
  std::cerr << "paddock: " << sentence << std::endl;
  return 1;
}

void say_line(const std::string& text) {
  std::cout << text << (text.ends_with('\n') ? "" : "\n") << std::flush;
}

}  // namespace

int plan(const PlanCommand& command) {
  const client::Client daemon(command.address, client::key_from_environment());
  const auto answer = daemon.get("/api/plan", query_of(command));
  if (!answer) return fail(answer.error().sentence);
  const std::optional<std::string> text = plan_text(*answer);
  if (!text) {
    return fail("what " + command.address.url +
                " answered is no plan; name the daemon's address with --url or PADDOCK_HOST");
  }
  say_line(command.json ? *answer : *text);
  return std::cout ? 0 : fail("the answer could not be written");
}

}  // namespace paddock::app
