// A Listener that writes down what it hears, and a control thread that is turned by hand with a deadline.
#pragma once

#include <dirent.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "paddock/logs/hub.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

class Recorder final : public Listener {
 public:
  void spawned(const ModelId&, Generation generation, pid_t pid, UniqueFd pidfd) override {
    heard[generation.value].push_back("spawned");
    pids[generation.value] = pid;
    pidfds[generation.value] = std::move(pidfd);
  }
  void ready(const ModelId&, Generation generation, const Ready& ready) override {
    heard[generation.value].push_back("ready " + ready.address);
    last_ready = ready;
    ready_at = steady_now();
  }
  void failed(const ModelId&, Generation generation, const StartFailure& failure) override {
    heard[generation.value].push_back(std::string("failed ") + class_name(failure.kind));
    last_failure = failure;
  }
  void exited(const ModelId&, Generation generation, const Ending& ending) override {
    heard[generation.value].push_back("exited " + describe(ending.status));
    last_ending = ending;
    exits += 1;
  }

  void broken(const ModelId&, Generation generation, const Breakage& breakage) override {
    heard[generation.value].push_back("broken: " + breakage.line);
  }
  void noted(const ModelId&, Generation, const std::string& sentence) override { notes.push_back(sentence); }

  using Heard = std::vector<std::string>;
  std::map<std::uint64_t, Heard> heard;
  std::map<std::uint64_t, pid_t> pids;
  std::map<std::uint64_t, UniqueFd> pidfds;
  std::vector<std::string> notes;
  StartFailure last_failure;
  Ending last_ending;
  Ready last_ready;
  TimePoint ready_at{};
  int exits = 0;
};

class ControlThread {
 public:
  // False if the condition did not come true in time.
  template <class Condition>
  bool run_until(Condition condition, std::chrono::seconds deadline = std::chrono::seconds(30)) {
    const TimePoint end = steady_now() + deadline;
    while (!condition()) {
      if (steady_now() >= end) return false;
      io.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  boost::asio::io_context io;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io.get_executor()};
};

inline std::size_t open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  std::size_t count = 0;
  while (::readdir(folder)) ++count;
  ::closedir(folder);
  return count;
}

}  // namespace paddock::process
