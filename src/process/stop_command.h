// StopCommand is one run of the command that asks a launch to end: under a keeper of its own, in the launch's
// environment, with its output in the launch's log.
//
// It knows nothing of the launch's life and waits for no time: whoever ordered it ends it. Control thread.
// Destroying it ends the command without waiting.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine.h"
#include "output_pump.h"
#include "paddock/base/ids.h"
#include "paddock/process/spawn_spec.h"

namespace paddock::process {

// Every `${PID}` replaced.
std::vector<std::string> bind_pid(std::vector<std::string> words, pid_t pid);

class StopCommand {
 public:
  // `ended` is called once, when nothing of the command is left, and never from inside run(). True: it ended
  // with 0. The call may destroy the StopCommand.
  StopCommand(boost::asio::io_context& io, keeper::Helper& helper, OutputPump& pump,
              std::function<void(bool)> ended);

  // Once. `leader` is that of the launch.
  void run(const SpawnSpec& spec, pid_t leader, Generation generation, logs::LaunchLog log);
  // Kills it with all that it started.
  void end() { engine_.end(); }
  void await_gone(TimePoint deadline) { engine_.await_gone(deadline); }

  // How it went so far, as the end of a sentence: `ended with exit code 3`.
  std::string outcome() const;

 private:
  Engine::Hearing hearing();
  void over();

  boost::asio::io_context& io_;
  OutputPump& pump_;
  const std::function<void(bool)> ended_;
  Engine engine_;
  OutputPump::Key key_ = 0;
  std::string error_;  // why it could not be started
  ExitStatus exit_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace paddock::process
