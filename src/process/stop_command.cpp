#include "stop_command.h"

#include <boost/asio/post.hpp>
#include <string_view>
#include <utility>

namespace paddock::process {

namespace {

// Launches number their output by their generation.
constexpr OutputPump::Key kCommandKeys = OutputPump::Key{1} << 62;

}  // namespace

std::vector<std::string> bind_pid(std::vector<std::string> words, pid_t pid) {
  constexpr std::string_view kPlaceholder = "${PID}";
  const std::string number = std::to_string(pid);
  for (std::string& word : words) {
    for (std::size_t at = 0; (at = word.find(kPlaceholder, at)) != std::string::npos; at += number.size()) {
      word.replace(at, kPlaceholder.size(), number);
    }
  }
  return words;
}

StopCommand::StopCommand(boost::asio::io_context& io, keeper::Helper& helper, OutputPump& pump,
                         std::function<void(bool)> ended)
    : io_(io), pump_(pump), ended_(std::move(ended)), engine_(io, helper, hearing()) {}

void StopCommand::run(const SpawnSpec& spec, pid_t leader, Generation generation, logs::LaunchLog log) {
  key_ = kCommandKeys + generation.value;
  Result<UniqueFd, SpawnError> output =
      engine_.start({spec.model.str(), bind_pid(spec.stop_argv, leader), spec.env});
  if (output) return pump_.add(key_, std::move(*output), std::move(log));
  error_ = output.error().what;
  boost::asio::post(io_, [this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) over();
  });
}

Engine::Hearing StopCommand::hearing() {
  Engine::Hearing out;
  out.not_started = [this](SpawnError error) {
    error_ = std::move(error.what);
    over();
  };
  out.started = [](pid_t, UniqueFd) {};
  out.ended = [this](ExitStatus exit) {
    if (exit_ == ExitStatus()) exit_ = exit;
  };
  out.gone = [this] { over(); };
  return out;
}

void StopCommand::over() {
  // The pump keeps the order: what the launch collects later comes behind this.
  pump_.collect(key_, [] {});
  const std::function<void(bool)> ended = ended_;
  ended(exit_.code == 0);
}

std::string StopCommand::outcome() const {
  // Whoever says it of itself ends with a full stop.
  if (!error_.empty()) return "could not be started: " + error_.substr(0, error_.find_last_not_of('.') + 1);
  if (exit_ == ExitStatus()) return "did not end in time";
  if (exit_.code == 0) return "ended well, but not the model";
  return "ended with " + describe(exit_);
}

}  // namespace paddock::process
