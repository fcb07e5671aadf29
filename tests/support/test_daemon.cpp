#include "tests/support/test_daemon.h"
#include "tests/support/ports.h"
#include "tests/support/sanitized.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace paddock::test {
namespace {

constexpr const char* kListening = "listening on http";
constexpr const char* kHere = "://127.0.0.1:";

std::string environment_or(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value && *value ? value : fallback;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string indented(const std::string& lines, const std::string& indent) {
  std::string result;
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const auto end = std::min(lines.find('\n', begin), lines.size());
    result += indent + lines.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return result;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

std::string tail(const std::string& text) {
  constexpr std::size_t kMost = 20000;
  return text.size() <= kMost ? text : "..." + text.substr(text.size() - kMost);
}

}  // namespace

std::string paddock_program() { return environment_or("PADDOCK_BIN", PADDOCK_BIN); }

std::string fake_program() { return FAKE_UPSTREAM_BIN; }

std::string config_with(const std::vector<ModelText>& models, const std::string& top) {
  std::string text =
      "logLevel: debug\n" + top + (top.empty() || top.back() == '\n' ? "" : "\n") + "models:\n";
  for (const auto& model : models) {
    text += "  \"" + model.id + "\":\n    cmd: >-\n      @FAKE@ --port ${PORT} --name " + model.id + " " +
            model.flags + "\n" + indented(model.extra, "    ");
  }
  return text;
}

TestDaemon::TestDaemon(const std::string& config) : TestDaemon(config, Options{}) {}

TestDaemon::TestDaemon(const std::string& config, Options options) : records_(dir_.path("records")) {
  start(config, options);
}

void TestDaemon::start(const std::string& config, const Options& options) {
  start_port_ = own_ports();
  rewrite(config);
  const std::string file = config_file();
  std::vector<std::string> argv = {paddock_program(), "--config", file, "--listen", "127.0.0.1:0",
                                   "--workers", environment_or("PADDOCK_TEST_WORKERS", "2"),
                                   // What other programs do with the cards of this machine must not matter.
                                   "--gpu-source", "none"};
  argv.insert(argv.end(), options.arguments.begin(), options.arguments.end());
  // The first of a name counts, so that a test may say otherwise.
  std::vector<std::string> env = options.env;
  env.push_back("STATE_DIRECTORY=" + dir_.path("state"));
  process_ = std::make_unique<Child>(argv, env);
  const bool listening = eventually([this] {
    const std::string said = output();
    const auto at = said.find(kHere, std::min(said.find(kListening), said.size()));
    if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
      port_ = std::atoi(said.c_str() + at + std::string(kHere).size());
    }
    return port_ != 0 || !alive(process_->pid());
  });
  if (!listening || port_ == 0) throw std::runtime_error("the daemon did not start:\n" + output());
}

std::string TestDaemon::config_text(const std::string& config) const {
  std::string text = config;
  replace_all(text, "@FAKE@", std::string(FAKE_UPSTREAM_BIN) + " --record " + dir_.path("records"));
  if (text.find("startPort:") != std::string::npos) return text;
  return "startPort: " + std::to_string(start_port_) + "\n" + text;
}

void TestDaemon::rewrite(const std::string& config) const { write_file(config_file(), config_text(config)); }

Response TestDaemon::reload(const std::string& config) const {
  rewrite(config);
  return post(port_, "/api/config/reload");
}

TestDaemon::~TestDaemon() {
  try {
    check_end();
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
  kill_leftovers();
  if (!::testing::Test::HasFailure() && std::uncaught_exceptions() == 0) return;
  std::cerr << "---- output of the daemon\n"
            << tail(output()) << "---- records of the fakes\n"
            << records_.text() << "----\n";
}

void TestDaemon::check_end() {
  // A test that ended the daemon itself has looked at how it ended.
  if (process_->wait(Millis(0))) return;
  EXPECT_EQ(stop(), 0) << "the daemon must end cleanly on SIGTERM";
}

void TestDaemon::kill_leftovers() {
  for (const auto& event : records_.all()) {
    if (event["event"] != "started" && event["event"] != "grandchild") continue;
    const pid_t pid = event[event["event"] == "started" ? "pid" : "child"];
    const std::string exe = "/proc/" + std::to_string(pid) + "/exe";
    std::error_code ignored;
    const bool ours = std::filesystem::read_symlink(exe, ignored) == FAKE_UPSTREAM_BIN;
    if (!ours || !alive(pid)) continue;
    if (event["event"] == "started" && process_->wait(Millis(0)) == 0) {
      ADD_FAILURE() << "a model was left behind, pid " << pid;
    }
    ::kill(pid, SIGKILL);
  }
}

int TestDaemon::wait_exit(Millis time) {
  const auto status = process_->wait(time);
  if (!status) throw std::runtime_error("the daemon did not end in time");
  return code_of(*status);
}

int TestDaemon::stop(Millis time) {
  process_->signal(SIGTERM);
  // The thread sanitizer holds signals back until their thread next calls something that it knows, which a
  // thread that sleeps already does not do by itself: once in a thousand stops nothing came of the first.
  const auto heard = [this] {
    return !alive(process_->pid()) || output().find("stopping within") != std::string::npos;
  };
  if (is_thread_sanitized(process_->pid()) && !eventually(heard, Millis(5'000))) process_->signal(SIGTERM);
  return wait_exit(time);
}

void TestDaemon::release(const std::string& model, const std::string& gate) const {
  test::release(records_.port_of(model), gate);
}

std::string TestDaemon::state(const std::string& model) const {
  const Json json = get(port_, "/api/models/" + model).json();
  return json.is_object() ? json.value("state", "") : "";
}

bool TestDaemon::reaches(const std::string& model, const std::string& wanted, Millis time) const {
  return eventually([&] { return state(model) == wanted; }, time);
}

bool TestDaemon::waiting(const std::string& model, int count, Millis time) const {
  return eventually(
      [&] {
        const Json json = get(port_, "/api/models/" + model).json();
        return json.is_object() && json.value("waiting", -1) == count;
      },
      time);
}

}  // namespace paddock::test
