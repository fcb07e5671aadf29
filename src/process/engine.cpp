#include "engine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/file_limit.h"
#include "paddock/base/environment.h"

namespace paddock::process {

using boost::system::error_code;

Engine::Engine(boost::asio::io_context& io, keeper::Helper& helper, Hearing hearing)
    : hearing_(std::move(hearing)), helper_(helper), watch_(io) {}

Result<UniqueFd, SpawnError> Engine::start(const Program& program) {
  if (program.argv.empty()) return SpawnError{FailureClass::kFileMissing, "the command is empty."};
  keeper::Order order{program.name,    {}, program.argv, child_environment(program.env), child_file_limit(),
                      program.detached};
  Result<std::string, SpawnError> found = find_program(program.argv[0], order.env);
  if (!found) return found.error();
  order.program = program_ = std::move(*found);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe", errno);
  UniqueFd output(ends[0]);
  const UniqueFd write_end(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  Result<keeper::Keeper, std::string> keeper = helper_.start(order, write_end);
  if (!keeper) return SpawnError{FailureClass::kUnknown, keeper.error()};
  keeper_ = std::move(*keeper);
  const int watched = ::fcntl(keeper_->fd(), F_DUPFD_CLOEXEC, 3);
  if (watched < 0) return system_error("dup", errno);
  watch_.assign(watched);
  watch();
  return output;
}

void Engine::signal(int number) {
  if (keeper_) keeper_->signal(number);
}

void Engine::end() {
  if (keeper_) keeper_->end();
}

void Engine::watch() {
  watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this, alive = std::weak_ptr(alive_)](error_code failed) {
                      if (alive.lock() && !failed) listen();
                    });
}

void Engine::listen() {
  const std::weak_ptr alive = alive_;
  while (auto news = keeper_->next()) {
    if (!hear(std::move(*news)) || alive.expired()) return;
  }
  watch();
}

// False after the last.
bool Engine::hear(keeper::News news) {
  if (auto* refused = std::get_if<keeper::NotStarted>(&news)) {
    watch_.close();
    hearing_.not_started(refused->system ? system_error("starting a process", refused->error)
                                         : exec_error(program_, refused->error));
    return false;
  }
  if (auto* started = std::get_if<keeper::Started>(&news)) {
    hearing_.started(started->pid, std::move(started->pidfd));
    return true;
  }
  if (auto* ended = std::get_if<keeper::Ended>(&news)) {
    hearing_.ended({ended->code, ended->signal});
    return true;
  }
  watch_.close();
  // Keeper and helper were killed, and what they kept dies with them.
  const std::weak_ptr alive = alive_;
  if (std::holds_alternative<keeper::Lost>(news)) hearing_.ended({std::nullopt, SIGKILL});
  if (!alive.expired()) hearing_.gone();
  return false;
}

void Engine::await_gone(TimePoint deadline) {
  while (keeper_ && keeper_->fd() >= 0) {
    while (keeper_->next()) {
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_now()).count();
    if (keeper_->fd() < 0 || left <= 0) return;
    pollfd fds = {keeper_->fd(), POLLIN, 0};
    ::poll(&fds, 1, static_cast<int>(left));
  }
}

}  // namespace paddock::process
