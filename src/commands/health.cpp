#include "json.h"
#include "output.h"
#include "paddock/base/text.h"
#include "paddock/commands/commands.h"

namespace paddock::commands {

int run(const HealthCommand& command) {
  client::Options quick;
  quick.read_timeout = quick.connect_timeout;
  const auto answer = daemon_at(command.address, quick).get_text("/health");
  if (!answer) return fail(answer.error().sentence);
  if (trim(*answer) != "OK") return fail_as_no_paddock(command.address);
  const std::string& url = command.address.url;
  return say(command.json ? dumped({{"url", url}, {"healthy", true}}) : url + " answers");
}

}  // namespace paddock::commands
