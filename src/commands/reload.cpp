#include "output.h"
#include "paddock/commands/commands.h"
#include "steer_text.h"

namespace paddock::commands {

int run(const ReloadCommand& command) {
  client::Options patient;
  patient.read_timeout = client::kForever;  // a file that is being written is waited for
  const auto answer = daemon_at(command.address, patient).post("/api/config/reload");
  if (!answer) {
    remark(findings_text(parsed(answer.error().body)));
    return fail(answer.error().sentence);
  }
  const Json result = parsed(*answer);
  const auto text = reloaded_text(result);
  if (!text) return fail_as_no_paddock(command.address);
  remark(findings_text(result));
  return say(command.json ? *answer : *text);
}

}  // namespace paddock::commands
