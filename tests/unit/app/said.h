// What a command said: its exit code and what it wrote to standard output and to standard error. For commands
// that run inside the test program and write to the streams of the process, so one at a time; a command that
// runs as a program of its own is not meant.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace paddock::app {

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

// `command` returns the exit code.
template <class Command>
Said said_by(Command&& command) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  Said said;
  said.code = std::forward<Command>(command)();
  said.out = testing::internal::GetCapturedStdout();
  said.err = testing::internal::GetCapturedStderr();
  return said;
}

}  // namespace paddock::app
