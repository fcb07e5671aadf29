#include "service_manager.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include <ctime>

#include "tests/support/notify_socket.h"
#include "tests/support/temp_dir.h"

namespace paddock::app {
namespace {

using std::chrono::seconds;

class ServiceManagerAt : public testing::Test {
 protected:
  const test::TempDir dir_;
  const std::string address_ = dir_.path("notify");
  const test::NotifySocket listener_{address_};
  ServiceManager manager_{address_};
};

TEST_F(ServiceManagerAt, APathHearsThatAllIsWell) {
  manager_.ready("listening on http://127.0.0.1:8080");
  EXPECT_EQ(listener_.heard(), "READY=1\nSTATUS=listening on http://127.0.0.1:8080\n");
}

TEST_F(ServiceManagerAt, AStatusIsOneLine) {
  manager_.ready("a\nSTOPPING=1");
  EXPECT_EQ(listener_.heard(), "READY=1\nSTATUS=a\n");
}

TEST_F(ServiceManagerAt, AReloadSaysWhenItBegan) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000LL + time.tv_nsec / 1000;
  };
  const long long before = now();
  manager_.reloading();
  const std::string told = listener_.heard();
  const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(told.starts_with(head)) << told;
  const long long said = std::stoll(told.substr(head.size()));
  EXPECT_GE(said, before);
  EXPECT_LE(said, now());
}

TEST_F(ServiceManagerAt, TheEndSaysHowLongItMayTakeAndIsTheLastWord) {
  manager_.stopping("stopping within 8 s", seconds(10));
  manager_.ready("a reload that ended late");
  manager_.reloading();
  EXPECT_EQ(listener_.heard(), "STOPPING=1\nSTATUS=stopping within 8 s\nEXTEND_TIMEOUT_USEC=10000000\n");
  EXPECT_EQ(listener_.heard(test::Millis(0)), "");
}

TEST(ServiceManager, AnAbstractNameIsReached) {
  const std::string address = "@paddock-test-" + std::to_string(::getpid());
  const test::NotifySocket listener(address);
  ServiceManager(address).ready("here");
  EXPECT_EQ(listener.heard(), "READY=1\nSTATUS=here\n");
}

TEST(ServiceManager, NobodyAndNonsenseAreLeftAlone) {
  for (const std::string& address :
       {std::string(), std::string("relative"), std::string("vsock:2:1"), std::string("/nobody/is/here"),
        std::string("@"), "/" + std::string(200, 'x'), "@" + std::string(200, 'x')}) {
    ServiceManager manager(address);
    manager.ready("x");
    manager.stopping("x", seconds(1));
  }
}

TEST(ServiceManager, TheLongestAddressesAreReached) {
  constexpr std::size_t kRoom = sizeof(sockaddr_un::sun_path);
  std::string name = "@paddock-" + std::to_string(::getpid()) + "-";
  name.resize(kRoom, 'x');
  const test::NotifySocket listener(name);
  ServiceManager(name).ready("far");
  EXPECT_EQ(listener.heard(), "READY=1\nSTATUS=far\n");
}

TEST(ServiceManager, TakesTheAddressOutOfTheEnvironment) {
  const test::TempDir dir;
  const test::NotifySocket listener(dir.path("s"));
  ::setenv("NOTIFY_SOCKET", dir.path("s").c_str(), 1);
  ServiceManager manager = ServiceManager::from_environment();
  EXPECT_EQ(::getenv("NOTIFY_SOCKET"), nullptr);
  manager.ready("x");
  EXPECT_NE(listener.heard(), "");
}

}  // namespace
}  // namespace paddock::app
