// What the log tells of ports that somebody else has.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <list>

#include "paddock/logs/own_log.h"
#include "tests/support/listening.h"
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

using ::testing::HasSubstr;

// Each test has a log of its own, which lives on: spdlog writes there until another is installed.
logs::Hub& new_hub() {
  static std::list<logs::Hub> hubs;
  return hubs.emplace_back();
}

class PortLog : public Routed {
 protected:
  void SetUp() override {
    logs::install_own_log(hub, logs::Level::kInfo);
    Routed::SetUp();
  }
  void TearDown() override {
    Routed::TearDown();
    spdlog::set_default_logger(before);
  }
  std::string log() { return hub.proxy().read_from(0, 1 << 20).bytes; }
  int times_logged(const std::string& text) {
    int count = 0;
    const std::string all = log();
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++count;
    return count;
  }
  // One launch that is ready by the answer of `outsider`.
  void launch(std::uint64_t generation, const std::string& outsider) {
    const auto client = acquire("a");
    launcher->listener.spawned(ModelId("a"), {generation}, 4711, {});
    launcher->listener.ready(ModelId("a"), {generation}, {"127.0.0.1", 5800, outsider});
    pump();
    EXPECT_TRUE(client->lease);
    client->lease.upstream()->mark_served();  // so that its end is no reason to wait
    finish(client);
    exited("a", generation);
  }

  logs::Hub& hub = new_hub();
  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
};

TEST_F(PortLog, AnOutsiderIsToldOnceForEachModel) {
  launch(1, "");
  EXPECT_EQ(times_logged("is listened on by"), 0);
  launch(2, "docker-proxy (pid 12)");
  launch(3, "docker-proxy (pid 13)");
  EXPECT_THAT(log(), HasSubstr("port 5800 of model a is listened on by docker-proxy (pid 12)"));
  EXPECT_EQ(times_logged("is listened on by"), 1);
}

TEST_F(PortLog, WhoHasTheUsualPortIsToldOnce) {
  const test::Listening other(INADDR_LOOPBACK, own_ports());
  launch(1, "");
  launch(2, "");
  // b's number is not free either, but for no stranger.
  const std::string port = std::to_string(own_ports()), next = std::to_string(own_ports() + 2);
  EXPECT_THAT(log(), HasSubstr("port " + port + " is in use by unit_router (pid " +
                               std::to_string(::getpid()) + "): model a gets port " + next));
  EXPECT_EQ(times_logged("is in use by"), 1);
  EXPECT_EQ(launcher->starts.back().spec.endpoint.port, own_ports() + 2);
}

TEST_F(PortLog, AnEngineThatCannotHaveItsPortGetsAnotherOnce) {
  const auto client = acquire("a");
  failed("a", 1, process::FailureClass::kPortTaken);
  exited("a", 1, {1, {}});
  EXPECT_FALSE(client->error) << "it waits on";
  EXPECT_THAT(log(), HasSubstr("model a starts once more, on another port"));
  ASSERT_EQ(launcher->starts.size(), 2u);
  EXPECT_EQ(launcher->starts[0].spec.endpoint.port, own_ports());
  EXPECT_EQ(launcher->starts[1].spec.endpoint.port, own_ports() + 2) << "the next is b's";
  failed("a", 2, process::FailureClass::kPortTaken);
  EXPECT_TRUE(client->error);
  EXPECT_EQ(client->error->message.find("again"), std::string::npos);
  exited("a", 2, {1, {}});
  EXPECT_EQ(launcher->starts.size(), 2u);
}

TEST_F(PortLog, OtherFailuresGetNone) {
  const auto client = acquire("a");
  failed("a", 1, process::FailureClass::kExit);
  EXPECT_TRUE(client->error);
}

}  // namespace
}  // namespace paddock::router
