#include "paddock/base/resolver.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

namespace paddock {
namespace {

using namespace std::chrono_literals;
using Addresses = Resolver::Addresses;

class ResolverTest : public ::testing::Test {
 protected:
  Result<Addresses, std::string> resolve(const std::string& host) {
    std::optional<Result<Addresses, std::string>> answer;
    resolver.resolve(host, [&](const auto& result) { answer.emplace(result); });
    EXPECT_FALSE(answer) << "called before resolve() returned";
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!answer && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return answer ? *answer : Result<Addresses, std::string>(std::string("no answer in time"));
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  Resolver resolver{io};
};

TEST_F(ResolverTest, LiteralsAndLocalhostNeedNoThread) {
  EXPECT_EQ(Resolver::at_once("10.0.0.7"), (Addresses{"10.0.0.7"}));
  EXPECT_EQ(Resolver::at_once("::1"), (Addresses{"::1"}));
  EXPECT_EQ(Resolver::at_once("[fe80::2]"), (Addresses{"fe80::2"}));
  EXPECT_EQ(Resolver::at_once("LocalHost"), (Addresses{"127.0.0.1", "::1"}));
  EXPECT_EQ(Resolver::at_once("gpu-box"), std::nullopt);
  EXPECT_EQ(*resolve("127.0.0.1"), (Addresses{"127.0.0.1"}));
}

// Numbers that only getaddrinfo understands: a look-up on a thread that asks no server.
TEST_F(ResolverTest, OtherNamesAreLookedUpOnThreads) {
  EXPECT_EQ(*resolve("127.1"), (Addresses{"127.0.0.1"}));
  int answers = 0;
  for (int i = 0; i < 20; ++i) {
    resolver.resolve("127.2", [&](const auto& result) { answers += result.has_value() ? 1 : 0; });
  }
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (answers < 20 && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
  EXPECT_EQ(answers, 20);
}

TEST_F(ResolverTest, ANameWithoutAddressIsASentence) {
  const auto result = resolve("not a host name");
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().substr(0, 35), "`not a host name` has no address: N");
}

TEST(ResolverLife, DestructionDropsHandlers) {
  boost::asio::io_context io;
  int answers = 0;
  {
    Resolver resolver(io);
    for (int i = 0; i < 10; ++i) resolver.resolve("127.1", [&](const auto&) { ++answers; });
    resolver.resolve("127.0.0.1", [&](const auto&) { ++answers; });
  }
  io.run();
  EXPECT_EQ(answers, 0);
}

}  // namespace
}  // namespace paddock
