#include "paddock/process/ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <set>

#include "paddock/base/unique_fd.h"
#include "tests/support/listening.h"

namespace paddock::process {
namespace {

using test::Listening;

const ModelId kA("a"), kB("b"), kC("c");

// The ports on which somebody else listens.
struct Others {
  Ports::Probe probe() {
    return [this](int port) { return taken.count(port) == 0; };
  }
  std::set<int> taken;
};

TEST(Ports, AreNumberedInTheOrderOfReservation) {
  Others others;
  Ports ports(5800, others.probe());
  for (const ModelId& model : {kA, kB, kC}) ports.reserve(model);
  EXPECT_EQ(ports.take(kC), 5802);
  EXPECT_EQ(ports.take(kA), 5800);
  EXPECT_EQ(ports.take(kB), 5801);
}

TEST(Ports, TheUsualOneIsKnownBeforeItIsTaken) {
  Others others;
  Ports ports(5800, others.probe());
  ports.reserve(kA);
  others.taken = {5800, 5801};
  EXPECT_EQ(ports.usual(kB), 5801);
  EXPECT_EQ(ports.take(kA), 5802);
  EXPECT_EQ(ports.usual(kA), 5802);
}

TEST(Ports, StayWithTheirModel) {
  Others others;
  Ports ports(5800, others.probe());
  ports.reserve(kA);
  ports.reserve(kA);
  ports.reserve(kB);
  EXPECT_EQ(ports.take(kA), 5800);
  EXPECT_EQ(ports.take(kA), 5800);
  EXPECT_EQ(ports.take(kB), 5801);
}

TEST(Ports, OneThatIsPassedOverIsNotGivenAgain) {
  Others others;
  Ports ports(5800, others.probe());
  ports.reserve(kA);
  ports.reserve(kB);
  EXPECT_EQ(ports.take(kA), 5800);
  ports.pass_over(kA);
  EXPECT_EQ(ports.take(kA), 5802);
  EXPECT_EQ(ports.take(kA), 5802);
  EXPECT_EQ(ports.take(kB), 5801);
}

TEST(Ports, ATakenOneIsReplacedByTheNextThatIsFreeAndNobodys) {
  Others others;
  Ports ports(5800, others.probe());
  ports.reserve(kA);
  ports.reserve(kB);
  others.taken = {5800, 5802};
  EXPECT_EQ(ports.take(kA), 5803);
  others.taken.clear();
  EXPECT_EQ(ports.usual(kA), 5803);
  EXPECT_EQ(ports.take(kA), 5803) << "sticky from then on";
  EXPECT_EQ(ports.take(kB), 5801);
  ports.reserve(kC);
  EXPECT_EQ(ports.take(kC), 5802);
}

TEST(Ports, ALaterModelDoesNotGetAMovedOnesPort) {
  Others others;
  Ports ports(5800, others.probe());
  others.taken = {5800};
  EXPECT_EQ(ports.take(kA), 5801);
  EXPECT_EQ(ports.take(kB), 5802);
}

TEST(Ports, EndAt65535) {
  Others others;
  Ports ports(65534, others.probe());
  others.taken = {65534, 65535};
  EXPECT_EQ(ports.take(kA), std::nullopt);
  others.taken = {65534};
  EXPECT_EQ(ports.take(kA), 65535);
}

TEST(PortsProbe, SeesAListener) {
  for (const in_addr_t host : {INADDR_LOOPBACK, INADDR_LOOPBACK + 1}) {
    Listening listening(host);
    Ports ports(listening.port());
    const std::optional<int> got = ports.take(kA);
    ASSERT_TRUE(got);
    EXPECT_NE(*got, listening.port());
  }
}

TEST(PortsProbe, DoesNotMindTimeWait) {
  Listening listening(INADDR_LOOPBACK);
  {
    const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(listening.port()));
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    // Whoever closes first keeps the port in TIME_WAIT: the server's side.
    { const UniqueFd server(::accept4(listening.fd(), nullptr, nullptr, SOCK_CLOEXEC)); }
    char byte = 0;
    ASSERT_EQ(::read(client.get(), &byte, 1), 0);
  }
  listening.close();
  Ports ports(listening.port());
  EXPECT_EQ(ports.take(kA), listening.port());
}

}  // namespace
}  // namespace paddock::process
