#include "output.h"
#include "paddock/commands/commands.h"
#include "steer_text.h"

namespace paddock::commands {

int run(const LoadCommand& command) {
  client::Options patient;
  patient.read_timeout = client::kForever;
  const client::Client daemon = daemon_at(command.address, patient);
  const auto answer = daemon.post("/api/models/" + client::encoded(command.model) + "/load");
  if (!answer) return fail(command.model, answer.error());
  const auto result = loaded(parsed(*answer));
  if (!result) return fail_as_no_paddock(command.address);
  if (!result->ready) return fail(command.model, {result->text});
  return say(command.json ? *answer : result->text);
}

}  // namespace paddock::commands
