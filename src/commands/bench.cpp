#include <chrono>

#include "bench_text.h"
#include "chat_stream.h"
#include "output.h"
#include "paddock/base/clock.h"
#include "paddock/commands/commands.h"

namespace paddock::commands {

namespace {

constexpr int kTokens = 128;

// Another one each time.
std::string mark() { return std::to_string(std::chrono::system_clock::now().time_since_epoch().count()); }

// How long it took to load; nothing if it was.
Result<std::optional<double>, client::Failure> swap_in(const client::Client& daemon,
                                                       const BenchCommand& command) {
  const std::string path = "/api/models/" + client::encoded(command.model);
  if (command.cold) {
    if (const auto gone = daemon.post(path + "/unload"); !gone) return gone.error();
  }
  const auto before = daemon.get(path);
  if (!before) return before.error();
  if (text_at(parsed(*before), "state") == "ready") return std::optional<double>();
  const TimePoint asked = steady_now();
  if (const auto loaded = daemon.post(path + "/load"); !loaded) return loaded.error();
  return std::optional(std::chrono::duration<double>(steady_now() - asked).count());
}

}  // namespace

int run(const BenchCommand& command) {
  client::Options patient;
  patient.read_timeout = client::kForever;
  const client::Client daemon = daemon_at(command.address, patient);
  const auto swap = swap_in(daemon, command);
  if (!swap) return fail(command.model, swap.error());
  BenchResult result{command.model, *swap, {}};
  for (int i = 0; i < command.runs; ++i) {
    const std::string body = chat_request(command.model, bench_prompt(mark()), kTokens);
    const auto figures = stream_chat(daemon, body, [](const ChatPiece&) { return true; });
    if (!figures) return fail(command.model, figures.error());
    result.runs.push_back(*figures);
  }
  return say(command.json ? dumped(bench_json(result)) : bench_text(result, terminal_width()));
}

}  // namespace paddock::commands
