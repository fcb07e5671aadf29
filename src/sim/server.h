// The routes of sim-server on cpp-httplib: one thread per open connection, which suits a demonstration.
// Built once, served by one thread, stopped from another.
#pragma once

#include <memory>
#include <string>

#include "options.h"

namespace paddock::sim {

class Server {
 public:
  explicit Server(Options options);
  ~Server();

  // The port it listens on, or -1. Loading begins to count here.
  int bind();
  // Blocks until stop().
  void serve();
  // Thread-safe. Answers in progress end at once, without their last event.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One line of the engine's log, marked as a simulation.
void log_line(const std::string& text);

}  // namespace paddock::sim
