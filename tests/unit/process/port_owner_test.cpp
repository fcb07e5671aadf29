#include "port/port_owner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "port/ip_address.h"
#include "port/sock_diag.h"
#include "tests/support/listening.h"
#include "tests/support/temp_dir.h"

namespace paddock::process {

std::ostream& operator<<(std::ostream& out, const Answerer& answerer) {
  return out << static_cast<int>(answerer.standing) << " " << answerer.who;
}

namespace {

using test::Listening;

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr pid_t kLeader = 100;
constexpr std::uint64_t kLaunched = 5000;
constexpr const char* kNotSeen = "a process that paddock may not see";

ProcessFacts leader() {
  return {.pid = kLeader, .parent = 1, .group = kLeader, .session = 1, .started = kLaunched, .name = "llama"};
}

// Somebody outside the launch's tree.
SocketHolder outside(pid_t pid, std::uint64_t started, const std::string& name = "other") {
  return {{.pid = pid, .parent = 1, .group = pid, .session = pid, .started = started, .name = name}, false};
}

void expect(const std::vector<std::vector<SocketHolder>>& sockets, Standing standing,
            const std::string& who) {
  const Answerer answerer = judge(sockets, leader());
  EXPECT_EQ(answerer.standing, standing) << answerer;
  EXPECT_EQ(answerer.who, who);
}

TEST(Judge, WhoIsOlderIsAStranger) {
  expect({{outside(7, kLaunched - 1)}}, Standing::kStranger, "other (pid 7)");
  expect({{outside(7, 1), outside(8, 2)}}, Standing::kStranger, "other (pid 8)");
}

TEST(Judge, WhoIsNotProvedToBeOlderIsAnOutsider) {
  expect({{outside(7, kLaunched)}}, Standing::kOutsider, "other (pid 7)");
  expect({{outside(7, kLaunched + 1, "docker-proxy")}}, Standing::kOutsider, "docker-proxy (pid 7)");
  expect({{outside(7, 1), outside(8, kLaunched + 1)}}, Standing::kOutsider, "other (pid 8)");
}

TEST(Judge, WhoListensForOthersMayBeOlder) {
  expect({{outside(7, 1, "ssh")}}, Standing::kOutsider, "ssh (pid 7)");
  expect({{outside(7, 1, "rootlesskit")}}, Standing::kOutsider, "rootlesskit (pid 7)");
}

TEST(Judge, WhoIsNotSeenIsAnOutsider) {
  expect({}, Standing::kOutsider, kNotSeen);
  expect({{}}, Standing::kOutsider, kNotSeen);
  expect({{outside(7, 1)}, {}}, Standing::kOutsider, kNotSeen);
}

TEST(Judge, TheLaunchsTreeIsOurs) {
  expect({{{leader(), true}}}, Standing::kOurs, "");
  SocketHolder member = outside(7, 1);
  member.process.group = kLeader;
  expect({{member}}, Standing::kOurs, "");
  SocketHolder in_session = outside(7, 1);
  in_session.process.session = kLeader;
  expect({{in_session}}, Standing::kOurs, "");
  SocketHolder child = outside(7, kLaunched + 5);
  child.descends = true;
  expect({{child}}, Standing::kOurs, "");
}

TEST(Judge, OneThatIsOursIsEnough) {
  expect({{outside(7, 1)}, {outside(8, 1), {leader(), true}}}, Standing::kOurs, "");
}

TEST(Judge, NamesAreMadePrintable) {
  expect({{outside(7, 1, "a\x1b[31m\n")}}, Standing::kStranger, "a\\x1b[31m\\x0a (pid 7)");
}

// A /proc of the test's making.
class FakeProc : public ::testing::Test {
 protected:
  void process(pid_t pid, pid_t parent, std::uint64_t started, const std::vector<Inode>& sockets = {}) {
    const std::string folder = "proc/" + std::to_string(pid);
    fs::create_directories(dir.path(folder + "/fd"));
    test::write_file(dir.path(folder + "/stat"), std::to_string(pid) + " (p" + std::to_string(pid) + ") S " +
                                                     std::to_string(parent) + " " + std::to_string(pid) +
                                                     " 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
                                                     std::to_string(started) + " 0\n");
    fs::create_symlink("/dev/null", dir.path(folder + "/fd/0"));
    int fd = 3;
    for (const Inode inode : sockets) {
      fs::create_symlink("socket:[" + std::to_string(inode) + "]",
                         dir.path(folder + "/fd/" + std::to_string(fd++)));
    }
  }
  void children(pid_t pid, const std::string& pids) {
    const std::string folder = dir.path("proc/" + std::to_string(pid) + "/task/" + std::to_string(pid));
    fs::create_directories(folder);
    test::write_file(folder + "/children", pids);
  }
  // At any IPv4 address.
  void listens(int port, Inode inode) {
    fs::create_directories(dir.path("proc/net"));
    char line[200];
    std::snprintf(line, sizeof line, " 0: 00000000:%04X 00000000:0000 0A 0:0 0:0 0 0 0 %llu 1\n", port,
                  static_cast<unsigned long long>(inode));
    test::write_file(dir.path("proc/net/tcp"), line);
  }
  Answerer answerer() { return who_answers(Proc(dir.path("")), {"127.0.0.1", 9999}, kLeader, kLeader); }

  test::TempDir dir;
};

TEST_F(FakeProc, ADescendantAnswers) {
  listens(9999, 11);
  process(kLeader, 1, kLaunched);
  process(101, kLeader, kLaunched);
  process(102, 101, kLaunched + 1, {10, 11});
  children(kLeader, "101 ");
  children(101, "102 ");
  EXPECT_THAT(Proc(dir.path("")).family(kLeader), ElementsAre(kLeader, 101, 102));
  EXPECT_EQ(answerer().standing, Standing::kOurs);
}

TEST_F(FakeProc, ADescendantAnswersWhereChildrenAreNotListed) {
  listens(9999, 11);
  process(kLeader, 1, kLaunched);
  process(101, kLeader, kLaunched);
  process(102, 101, kLaunched - 9, {11});
  EXPECT_EQ(answerer().standing, Standing::kOurs);
}

TEST_F(FakeProc, AStrangerAnswers) {
  listens(9999, 11);
  process(kLeader, 1, kLaunched, {12});
  process(50, 1, kLaunched - 9, {11});
  EXPECT_EQ(answerer().standing, Standing::kStranger);
  EXPECT_EQ(answerer().who, "p50 (pid 50)");
}

TEST_F(FakeProc, SomebodyUnseenAnswers) {
  listens(9999, 11);
  process(kLeader, 1, kLaunched);
  process(50, 1, kLaunched - 9);
  EXPECT_EQ(answerer().standing, Standing::kOutsider);
  EXPECT_EQ(answerer().who, kNotSeen);
}

TEST_F(FakeProc, AnotherPortsListenerDoesNotCount) {
  listens(9998, 11);
  process(kLeader, 1, kLaunched);
  process(50, 1, kLaunched - 9, {11});
  EXPECT_EQ(answerer().who, kNotSeen);
}

TEST_F(FakeProc, WithoutAnythingNothingIsProved) {
  EXPECT_EQ(answerer().standing, Standing::kOutsider);
  EXPECT_THAT(Proc(dir.path("")).processes(), IsEmpty());
}

TEST_F(FakeProc, LooksAreCounted) {
  process(50, 1, 1, {11, 12, 13});
  int looks = 100;
  EXPECT_THAT(Proc(dir.path("")).sockets(50, looks), ::testing::UnorderedElementsAre(11, 12, 13));
  EXPECT_EQ(looks, 100 - 6) << "with the folder's two names for itself and its parent";
  looks = 3;
  EXPECT_THAT(Proc(dir.path("")).sockets(50, looks), IsEmpty());
}

// This machine, this process.
std::string self() {
  const ProcessFacts facts = Proc().process(::getpid()).value();
  return facts.name + " (pid " + std::to_string(::getpid()) + ")";
}

TEST(ThisMachinesProc, KnowsThisProcess) {
  const ProcessFacts facts = Proc().process(::getpid()).value();
  EXPECT_EQ(facts.pid, ::getpid());
  EXPECT_EQ(facts.parent, ::getppid());
  EXPECT_EQ(facts.group, ::getpgrp());
  EXPECT_EQ(facts.session, ::getsid(0));
  EXPECT_TRUE(Proc().descends(facts, ::getppid()));
  EXPECT_FALSE(Proc().descends(facts, -1));
}

TEST(ThisMachinesProc, NamesTheListener) {
  const Listening listening(INADDR_LOOPBACK);
  EXPECT_EQ(taker(Proc(), listening.port()), self());
  EXPECT_EQ(taker(Proc(), Endpoint{"localhost", listening.port(), ""}), self());
  EXPECT_EQ(taker(Proc(), Endpoint{"192.0.2.1", listening.port(), ""}), kNotSeen) << "another machine's";
  EXPECT_EQ(who_answers(Proc(), {"127.0.0.1", listening.port()}, ::getpid(), ::getpid()).standing,
            Standing::kOurs);
}

// Listeners on this process's own ports: those of others come and go.
std::vector<ListeningSocket> of_port(const std::vector<ListeningSocket>& sockets, int port) {
  std::vector<ListeningSocket> found;
  for (const ListeningSocket& socket : sockets) {
    if (socket.port == port) found.push_back(socket);
  }
  return found;
}

TEST(ThisMachinesProc, TheKernelAndItsTablesTellTheSame) {
  const auto asked = diag_listening();
  if (!asked) GTEST_SKIP() << "this kernel does not tell of sockets";
  for (const in_addr_t host : {INADDR_LOOPBACK, INADDR_LOOPBACK + 1, INADDR_ANY}) {
    const Listening listening(host);
    const auto told = of_port(diag_listening().value(), listening.port());
    EXPECT_EQ(told, of_port(Proc().tables(), listening.port()));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(
        takes(told.front().address, host == INADDR_LOOPBACK + 1 ? *parse_ip("127.0.0.2") : kLoopbackV4));
  }
}

TEST(ThisMachinesProc, IPv6SocketsAreTold) {
  const UniqueFd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!fd || ::bind(fd.get(), generic, size) != 0) GTEST_SKIP() << "this machine has no IPv6";
  ASSERT_EQ(::listen(fd.get(), 4), 0);
  ASSERT_EQ(::getsockname(fd.get(), generic, &size), 0);
  const int port = ntohs(address.sin6_port);
  for (const auto& sockets : {Proc().tables(), Proc().listening()}) {
    ASSERT_EQ(of_port(sockets, port).size(), 1u);
    EXPECT_EQ(of_port(sockets, port).front().address, kLoopbackV6);
  }
  EXPECT_TRUE(is_taken(Proc(), {"localhost", port, ""})) << "localhost is both";
  EXPECT_TRUE(is_taken(Proc(), {"::1", port, ""}));
  EXPECT_FALSE(is_taken(Proc(), {"127.0.0.1", port, ""}));
}

TEST(ThisMachinesProc, KnowsWhereSomebodyListens) {
  Listening listening(INADDR_LOOPBACK);
  for (const char* host : {"localhost", "127.0.0.1", "0.0.0.0"}) {
    EXPECT_TRUE(is_taken(Proc(), {host, listening.port(), ""})) << host;
  }
  for (const char* host : {"127.0.0.2", "192.0.2.1", "example.invalid", "", "fe80::1%lo"}) {
    EXPECT_FALSE(is_taken(Proc(), {host, listening.port(), ""})) << host;
  }
  listening.close();
  EXPECT_FALSE(is_taken(Proc(), {"localhost", listening.port(), ""}));
}

TEST(ThisMachinesProc, AWildcardListenerIsEverywhere) {
  const Listening listening(INADDR_ANY);
  for (const char* host : {"127.0.0.1", "127.0.0.2"}) {
    EXPECT_TRUE(is_taken(Proc(), {host, listening.port(), ""})) << host;
  }
}

TEST(ThisMachinesProc, AConnectionIsNoListener) {
  const Listening listening(INADDR_LOOPBACK);
  const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(listening.port()));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(client.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_FALSE(is_taken(Proc(), {"127.0.0.1", ntohs(address.sin_port), ""}));
}

}  // namespace
}  // namespace paddock::process
