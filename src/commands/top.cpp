#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "output.h"
#include "paddock/base/unique_fd.h"
#include "paddock/commands/commands.h"
#include "screen.h"
#include "top_text.h"

namespace paddock::commands {

namespace {

// Silence is filled with comments every 15 seconds.
constexpr std::chrono::seconds kSilence{60};
constexpr std::chrono::seconds kBeforeTryingAgain{1};
constexpr int kTick = 1000;  // ms; times that are shown go on

client::Client follower(const TopCommand& command) {
  client::Options options;
  options.read_timeout = kSilence;
  return daemon_at(command.address, options);
}

// Hands on the events until `take` had enough, or the stream ends; why it did.
std::string follow(const client::Client& daemon, const EventReader::Take& take) {
  EventReader reader;
  const auto done =
      daemon.stream({"/api/events/v2"}, [&](std::string_view piece) { return reader.feed(piece, take); });
  return done ? "the daemon has ended the stream" : done.error().sentence;
}

// What the following thread tells the drawing one. Lives as long as the process.
struct Shared {
  std::mutex mutex;
  Json state;           // under mutex
  std::string trouble;  // under mutex
  int wake = -1;        // a pipe's end; written to after a change

  void tell(const std::string& why) {
    const std::lock_guard<std::mutex> lock(mutex);
    trouble = why;
    // A pipe that is full wakes as well.
    [[maybe_unused]] const auto written = ::write(wake, "x", 1);
  }
  bool take(const Event& event) {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!apply(state, event)) return true;
    }
    tell("");
    return true;
  }
};

[[noreturn]] void follow_for_ever(const TopCommand& command, Shared& shared) {
  const client::Client daemon = follower(command);
  for (;;) {
    shared.tell(follow(daemon, [&](const Event& event) { return shared.take(event); }));
    std::this_thread::sleep_for(kBeforeTryingAgain);
  }
}

void draw(const TopCommand& command, Shared& shared) {
  const std::lock_guard<std::mutex> lock(shared.mutex);
  write_out(
      redraw(top_text(shared.state, {command.address.url, shared.trouble, std::chrono::system_clock::now(),
                                     terminal_width(), Screen::height()})));
}

[[noreturn]] void live(const TopCommand& command, Json first) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::_Exit(fail("no pipe can be made"));
  // The other thread has it until the process ends.
  static Shared shared;
  shared.state = std::move(first);
  shared.wake = ends[1];
  {
    Screen screen;
    std::thread(follow_for_ever, std::cref(command), std::ref(shared)).detach();
    do {
      draw(command, shared);
    } while (screen.wait(ends[0], kTick) != Screen::News::kLeave);
  }
  std::_Exit(0);
}

}  // namespace

int run(const TopCommand& command) {
  Json state;
  const std::string why = follow(follower(command), [&](const Event& event) { return !apply(state, event); });
  if (state.is_null()) return fail(why);
  if (command.json) return say(dumped(state));
  if (terminal_width()) live(command, std::move(state));
  return say(top_text(state, {command.address.url, "", std::chrono::system_clock::now(), std::nullopt, 0}));
}

}  // namespace paddock::commands
