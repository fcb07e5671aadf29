// Ports: whoever answers is the model, and a port that is taken costs no request its answer if another will
// do.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <thread>

#include "tests/integration/scenario.h"
#include "tests/support/listening.h"
#include "tests/support/ports.h"

namespace paddock::test {
namespace {

// A server of somebody else's, in this process: 200 to everything. Port 0 lets the system choose.
class Stranger {
 public:
  explicit Stranger(int port) : listener_(INADDR_LOOPBACK, port), thread_([this] { serve(); }) {}
  ~Stranger() {
    ::shutdown(listener_.fd(), SHUT_RDWR);
    thread_.join();
  }
  int port() const { return listener_.port(); }

 private:
  void serve() const {
    for (;;) {
      const UniqueFd client(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      char request[4096];
      if (::read(client.get(), request, sizeof request) <= 0) continue;
      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
      ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  Listening listener_;
  std::thread thread_;
};

// An engine that listens elsewhere than where it is looked for.
std::string elsewhere(int port) {
  return "models:\n  a:\n    cmd: '@FAKE@ --name a --port 0'\n    proxy: http://127.0.0.1:" +
         std::to_string(port) + "\n";
}

std::string this_process() { return "(pid " + std::to_string(::getpid()) + ")"; }

void expect_port_taken(const Response& response, int port) {
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_EQ(response.json()["error"]["detail"]["class"], "port_taken");
  const std::string message = response.error_message();
  EXPECT_NE(message.find("port " + std::to_string(port) + " is in use by"), std::string::npos) << message;
  EXPECT_NE(message.find(this_process()), std::string::npos) << message;
}

TEST(Ports, ALeftoverOnAFixedPortIsNamedAndNothingIsSpawned) {
  const Stranger stranger(0);
  TestDaemon daemon(elsewhere(stranger.port()));
  expect_port_taken(chat(daemon.port(), "a"), stranger.port());
  EXPECT_EQ(daemon.records().count("started"), 0u);
  EXPECT_EQ(daemon.state("a"), "stopped");
}

TEST(Ports, AFixedPortIsUsedOnceItIsFree) {
  std::optional<Stranger> stranger(std::in_place, 0);
  const std::string port = std::to_string(stranger->port());
  TestDaemon daemon("models:\n  a:\n    cmd: '@FAKE@ --name a --port " + port +
                    "'\n    proxy: http://127.0.0.1:" + port + "\n");
  // The start waits for the port, which is let go in time.
  auto answer = start_chat(daemon.port(), "a");
  EXPECT_TRUE(daemon.reaches("a", "starting"));
  stranger.reset();
  EXPECT_EQ(answer.get().status(), 200);
}

TEST(Ports, ALeftoverOnTheUsualPortIsAvoided) {
  const Stranger stranger(0);
  TestDaemon daemon(config_with({{"a"}}, "startPort: " + std::to_string(stranger.port())));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 200) << response.error_message();
  EXPECT_NE(response.body.bytes, "{}");
  EXPECT_NE(daemon.records().port_of("a"), stranger.port());
  const std::string said = daemon.output();
  const std::size_t told = said.find("port " + std::to_string(stranger.port()) + " is in use by ");
  ASSERT_NE(told, std::string::npos) << said;
  EXPECT_LT(said.find(this_process(), told), said.find('\n', told));
}

// What a server leaves behind that closed a connection itself: the kernel holds the port for a minute, but
// not against those who bind as it did.
void linger(int port) {
  Listening listener(INADDR_LOOPBACK, port);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(port));
  const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  UniqueFd served(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  served.reset();
  char byte;
  EXPECT_EQ(::read(client.get(), &byte, 1), 0);
}

TEST(Ports, WhatOnlyTheKernelStillHoldsIsLeftForAnother) {
  const int port = own_ports();
  linger(port);
  TestDaemon daemon(config_with({{"a", "--keep-off-used-ports"}}, "startPort: " + std::to_string(port)));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 200) << response.error_message();
  const Json launches = get(daemon.port(), "/api/models/a/launches").json()["launches"];
  ASSERT_EQ(launches.size(), 2u);
  EXPECT_EQ(launches[0]["port"], port + 1);
  EXPECT_EQ(launches[1]["failure"]["class"], "port_taken") << launches[1];
}

TEST(Ports, AnOlderStrangersAnswerIsNotTheModels) {
  const int port = own_ports();
  TestDaemon daemon(elsewhere(port));
  auto answer = start_chat(daemon.port(), "a");
  const pid_t engine = daemon.records().wait_for("started", "a")["pid"];
  // Not there when the port was looked at, but older than the engine.
  const Stranger stranger(port);
  expect_port_taken(answer.get(), stranger.port());
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_FALSE(alive(engine));
  const Json launches = get(daemon.port(), "/api/models/a/launches").json()["launches"];
  ASSERT_EQ(launches.size(), 1u);
  EXPECT_TRUE(launches[0]["ready"].is_null()) << launches;
}

TEST(PortRounds, TwoHundredStartsWithLingeringConnections) {
  TestDaemon daemon(config_with({{"a", "--sigterm-delay-ms 2"}}));
  for (int round = 0; round < 200; ++round) {
    const Response response = chat(daemon.port(), "a");
    ASSERT_EQ(response.status(), 200) << "round " << round << ": " << response.error_message();
    ASSERT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200) << "round " << round;
  }
  std::set<int> ports;
  for (const Event& event : daemon.records().of("listening", "a")) ports.insert(event["port"].get<int>());
  EXPECT_EQ(ports.size(), 1u) << "a port that was given back late was passed over";
}

TEST(PortRounds, AFixedPortWhoseServerOutlivesItsWrapper) {
  // The wrapper ends with the signal; the server is killed after it and lets go of the port a little later.
  const std::string port = std::to_string(own_ports());
  TestDaemon daemon("models:\n  a:\n    cmd: sh -c \"@FAKE@ --name a --ignore-sigterm --port " + port +
                    " & wait\"\n    proxy: http://127.0.0.1:" + port + "\n");
  for (int round = 0; round < 50; ++round) {
    const Response response = chat(daemon.port(), "a");
    ASSERT_EQ(response.status(), 200) << "round " << round << ": " << response.error_message();
    ASSERT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200) << "round " << round;
  }
  const pid_t last = daemon.records().wait_for("started", "a", 50)["pid"];
  EXPECT_TRUE(eventually([&] { return !alive(last); }));
}

}  // namespace
}  // namespace paddock::test
