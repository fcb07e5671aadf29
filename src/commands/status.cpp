#include "output.h"
#include "paddock/commands/commands.h"
#include "status_text.h"

namespace paddock::commands {

int run(const StatusCommand& command) {
  const client::Client daemon = daemon_at(command.address);
  const auto models = daemon.get("/api/models");
  if (!models) return fail(models.error().sentence);
  const auto gpus = daemon.get("/api/gpus");
  if (!gpus) return fail(gpus.error().sentence);
  const Json list = parsed(*models), cards = parsed(*gpus);
  const auto text =
      status_text(list, cards, {command.all, terminal_width(), std::chrono::system_clock::now()});
  if (!text) return fail_as_no_paddock(command.address);
  return say(command.json ? dumped({{"models", at(list, "models")}, {"gpus", at(cards, "gpus")}}) : *text);
}

}  // namespace paddock::commands
