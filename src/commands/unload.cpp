#include "output.h"
#include "paddock/commands/commands.h"
#include "steer_text.h"

namespace paddock::commands {

namespace {

int unload_all(const UnloadCommand& command, const client::Client& daemon, const client::Query& mode) {
  const auto answer = daemon.post("/api/models/unload", mode);
  if (!answer) return fail(answer.error().sentence);
  return say(command.json ? *answer : "all models are stopped");
}

}  // namespace

int run(const UnloadCommand& command) {
  client::Options patient;
  patient.read_timeout = client::kForever;
  const client::Client daemon = daemon_at(command.address, patient);
  const client::Query mode = {{"mode", command.now ? "now" : "drain"}};
  if (!command.model) return unload_all(command, daemon, mode);
  const auto answer = daemon.post("/api/models/" + client::encoded(*command.model) + "/unload", mode);
  if (!answer) return fail(*command.model, answer.error());
  const auto text = unloaded_text(parsed(*answer));
  if (!text) return fail_as_no_paddock(command.address);
  return say(command.json ? *answer : *text);
}

}  // namespace paddock::commands
