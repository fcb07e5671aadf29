// Launches on ports where somebody else listens, with real children; this process is the stranger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/process/ports.h"
#include "port/proc.h"
#include "recorder.h"
#include "test_helper.h"
#include "tests/support/listening.h"
#include "tests/support/ports.h"

namespace paddock::process {
namespace {

using test::Listening;

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// Answers 200 to everything, on the control thread.
class Stranger {
 public:
  Stranger(asio::io_context& io, int port)
      : acceptor_(io,
                  tcp::endpoint(asio::ip::address_v4::loopback(), static_cast<asio::ip::port_type>(port))) {
    accept();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      asio::write(socket, asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), error);
      socket.shutdown(tcp::socket::shutdown_send, error);
      accept();
    });
  }

  tcp::acceptor acceptor_;
};

// A child of this process, outside the tree of any launch.
class Outsider {
 public:
  explicit Outsider(int port) {
    std::string program = PADDOCK_CHILD_HELPER, serve = "serve", number = std::to_string(port), at_once = "0";
    char* argv[] = {program.data(), serve.data(), number.data(), at_once.data(), nullptr};
    EXPECT_EQ(::posix_spawn(&pid_, program.c_str(), nullptr, nullptr, argv, environ), 0);
  }
  ~Outsider() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

std::string pid_text(pid_t pid) { return "(pid " + std::to_string(pid) + ")"; }

class LaunchPort : public ::testing::Test, public ControlThread {
 protected:
  void SetUp() override {
    Ports ports(test::own_ports());
    port = ports.take(ModelId("m")).value();
  }
  void start(const std::vector<std::string>& argv) {
    SpawnSpec spec;
    spec.model = ModelId("m");
    spec.argv = argv;
    spec.endpoint = {"localhost", port, ""};
    supervisor->start(spec, Generation{1});
  }
  void start_sleeper() { start({PADDOCK_CHILD_HELPER, "sleep"}); }
  const Recorder::Heard& heard() { return recorder.heard[1]; }
  bool until(std::size_t count) {
    return run_until([this, count] { return heard().size() >= count; });
  }
  // Older by a tick of the clock than whatever is started then.
  void grow_old() {
    const std::uint64_t born = Proc().process(::getpid())->started;
    ASSERT_TRUE(run_until([&] {
      const Outsider newborn(0);
      return Proc().process(newborn.pid())->started > born;
    }));
  }

  int port = 0;
  logs::Hub hub;
  Recorder recorder;
  std::unique_ptr<Supervisor> supervisor = std::make_unique<Supervisor>(io, hub, test_helper(), recorder);
};

TEST_F(LaunchPort, WhoListensBeforeTheSpawnFailsTheStart) {
  const Stranger stranger(io, port);
  start_sleeper();
  ASSERT_TRUE(until(2));
  EXPECT_THAT(heard(), ElementsAre("failed port_taken", "exited not started"));
  EXPECT_THAT(recorder.last_failure.message,
              HasSubstr("could not be started: port " + std::to_string(port) + " is in use by "));
  EXPECT_THAT(recorder.last_failure.message, EndsWith(pid_text(::getpid()) + "; stop it or change `proxy`."));
}

TEST_F(LaunchPort, WhatIsLeftOfAnEarlierLaunchIsAwaited) {
  std::optional<Listening> leftover(std::in_place, INADDR_LOOPBACK, port);
  start({PADDOCK_CHILD_HELPER, "serve", std::to_string(port), "0"});
  run_until([this, looks = 0]() mutable { return ++looks > 3 || !heard().empty(); });
  EXPECT_THAT(heard(), ElementsAre());
  leftover.reset();
  ASSERT_TRUE(until(2));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
}

TEST_F(LaunchPort, AStopWhileThePortIsAwaitedSpawnsNothing) {
  std::optional<Listening> leftover(std::in_place, INADDR_LOOPBACK, port);
  start_sleeper();
  supervisor->stop(Generation{1}, 10s);
  supervisor->stop(Generation{1}, 0s);
  leftover.reset();
  ASSERT_TRUE(until(1));
  EXPECT_THAT(heard(), ElementsAre("exited not started"));
}

TEST_F(LaunchPort, WhoWasThereFirstIsNotTheModel) {
  grow_old();
  start_sleeper();
  ASSERT_TRUE(until(1));
  const Stranger stranger(io, port);
  ASSERT_TRUE(until(3));
  EXPECT_THAT(heard(), ElementsAre("spawned", "failed port_taken", "exited signal 15 (SIGTERM)"));
  EXPECT_THAT(recorder.last_failure.message, HasSubstr(pid_text(::getpid())));
}

TEST_F(LaunchPort, AYoungerOutsiderIsTheModel) {
  start_sleeper();
  ASSERT_TRUE(until(1));
  const Outsider outsider(port);
  ASSERT_TRUE(until(2));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
  EXPECT_THAT(recorder.last_ready.outsider, HasSubstr(pid_text(outsider.pid())));
}

TEST_F(LaunchPort, TheLeaderIsNoOutsider) {
  start({PADDOCK_CHILD_HELPER, "serve", std::to_string(port), "0"});
  ASSERT_TRUE(until(2));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
  EXPECT_EQ(recorder.last_ready.outsider, "");
}

TEST_F(LaunchPort, ADescendantIsNoOutsider) {
  const std::string serve = std::string(PADDOCK_CHILD_HELPER) + " serve " + std::to_string(port) + " 0";
  start({"sh", "-c", serve + " & wait"});
  ASSERT_TRUE(until(2));
  EXPECT_THAT(heard(), ElementsAre("spawned", "ready 127.0.0.1"));
  EXPECT_EQ(recorder.last_ready.outsider, "");
}

}  // namespace
}  // namespace paddock::process
