// Engine is one program under a keeper, from its order until nothing of it is left: it turns the keeper's
// news into calls. It decides nothing. Control thread. Destroying it ends the program without waiting.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "os/program.h"
#include "paddock/base/clock.h"
#include "paddock/keeper/keeper.h"

namespace paddock::process {

class Engine {
 public:
  // not_started alone; or started, ended, gone. Never called from inside start(). A call may destroy the
  // Engine.
  struct Hearing {
    std::function<void(SpawnError)> not_started;
    std::function<void(pid_t, UniqueFd pidfd)> started;
    std::function<void(ExitStatus)> ended;  // the leader; it is reaped
    std::function<void()> gone;
  };

  Engine(boost::asio::io_context& io, keeper::Helper& helper, Hearing hearing);

  struct Program {
    std::string name;  // for the records
    std::vector<std::string> argv, env;
    bool detached = false;
  };
  // The reading end of its stdout and stderr, non-blocking.
  Result<UniqueFd, SpawnError> start(const Program& program);
  void signal(int number);
  // Kills it with all that it started.
  void end();
  // Blocks until it has gone, or until then; for when nobody turns the io_context any more.
  void await_gone(TimePoint deadline);

 private:
  void watch();
  void listen();
  bool hear(keeper::News news);

  const Hearing hearing_;
  keeper::Helper& helper_;
  std::string program_;
  std::optional<keeper::Keeper> keeper_;
  boost::asio::posix::stream_descriptor watch_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace paddock::process
