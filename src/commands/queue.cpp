#include "output.h"
#include "paddock/commands/commands.h"
#include "queue_text.h"

namespace paddock::commands {

int run(const QueueCommand& command) {
  const auto answer = daemon_at(command.address).get("/api/queue");
  if (!answer) return fail(answer.error().sentence);
  const auto text = queue_text(parsed(*answer), terminal_width());
  if (!text) return fail_as_no_paddock(command.address);
  return say(command.json ? *answer : *text);
}

}  // namespace paddock::commands
