#include "upstream_pool.h"

#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "loopback.h"

namespace paddock::http {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<router::Upstream> make_upstream(std::uint64_t generation) {
  return std::make_shared<router::Upstream>(ModelId("m"), Generation{generation}, "127.0.0.1", 1, "localhost",
                                            "", UniqueFd());
}

struct UpstreamPoolTest : testing::Test {
  // Puts a fresh connection into a pool; its other end is appended to `far`.
  void put(UpstreamPool& into, std::optional<std::chrono::seconds> said = std::nullopt) {
    test::Pair pair = test::connect_pair(context);
    auto connection = std::make_unique<UpstreamConnection>(context);
    connection->socket.tcp() = std::move(pair.near);
    far.push_back(std::move(pair.far));
    into.put(upstream, std::move(connection), said);
  }

  bool until_ended(test::FarEnd& end) {
    return test::run_until(context, [&] { return end.ended(); });
  }

  int counted() const { return upstream->idle_connections.load(); }

  asio::io_context context{1};
  std::shared_ptr<router::Upstream> upstream = make_upstream(1);
  std::vector<test::FarEnd> far;
  UpstreamPool pool{context};
};

TEST_F(UpstreamPoolTest, EmptyGivesNothing) { EXPECT_EQ(pool.take(upstream), nullptr); }

TEST_F(UpstreamPoolTest, WhatWasPutIsTakenAgain) {
  put(pool);
  EXPECT_EQ(counted(), 1);
  const auto taken = pool.take(upstream);
  ASSERT_NE(taken, nullptr);
  EXPECT_TRUE(taken->reused);
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(pool.take(upstream), nullptr);
  asio::write(taken->socket.tcp(), asio::buffer("x", 1));
  EXPECT_TRUE(test::run_until(context, [&] { return far[0].received() == "x"; }));
}

TEST_F(UpstreamPoolTest, TheFreshestIsTakenFirst) {
  put(pool);
  put(pool);
  const auto taken = pool.take(upstream);
  ASSERT_NE(taken, nullptr);
  asio::write(taken->socket.tcp(), asio::buffer("x", 1));
  EXPECT_TRUE(test::run_until(context, [&] { return far[1].received() == "x"; }));
}

TEST_F(UpstreamPoolTest, AnotherLaunchHasItsOwn) {
  put(pool);
  EXPECT_EQ(pool.take(make_upstream(2)), nullptr);
  EXPECT_NE(pool.take(upstream), nullptr);
}

TEST_F(UpstreamPoolTest, ClosedOnesAreThrownAway) {
  put(pool);
  put(pool);
  far[1].finish();
  const auto taken = pool.take(upstream);
  ASSERT_NE(taken, nullptr) << "the older one is still good";
  EXPECT_TRUE(until_ended(far[1]));
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(pool.take(upstream), nullptr);
}

TEST_F(UpstreamPoolTest, ResetOnesAreThrownAway) {
  put(pool);
  far[0].reset();
  EXPECT_EQ(pool.take(upstream), nullptr);
  EXPECT_EQ(counted(), 0);
}

TEST_F(UpstreamPoolTest, BytesNobodyAskedForSpoilAConnection) {
  put(pool);
  ASSERT_TRUE(far[0].send("HTTP/1.1 408 Request Timeout\r\n\r\n"));
  EXPECT_EQ(pool.take(upstream), nullptr);
  EXPECT_TRUE(until_ended(far[0]));
}

TEST_F(UpstreamPoolTest, TwoAreCountedOverAllPools) {
  UpstreamPool other(context);
  put(pool);
  put(other);
  put(pool);
  put(other);
  EXPECT_EQ(counted(), 2);
  EXPECT_TRUE(until_ended(far[2]));
  EXPECT_TRUE(until_ended(far[3]));
  EXPECT_FALSE(far[0].ended());
  EXPECT_FALSE(far[1].ended());
  EXPECT_EQ(counted(), 2);
}

TEST_F(UpstreamPoolTest, LingeringOnesAreTakenIfSoon) {
  for (int i = 0; i < 4; ++i) put(pool);
  EXPECT_EQ(counted(), 2);
  const auto first = pool.take(upstream);
  const auto second = pool.take(upstream);
  EXPECT_TRUE(first && second);
  EXPECT_EQ(counted(), 2) << "the lingering ones were the freshest";
}

TEST_F(UpstreamPoolTest, LingeringOnesGoSoon) {
  put(pool);
  put(pool);
  const TimePoint put_at = steady_now();
  put(pool);
  EXPECT_TRUE(until_ended(far[2]));
  EXPECT_GE(steady_now() - put_at, 9ms);
  // The timer goes on for as long as there are more.
  put(pool);
  EXPECT_TRUE(until_ended(far[3]));
  EXPECT_EQ(counted(), 2);
}

TEST_F(UpstreamPoolTest, PlacesAreGivenBack) {
  put(pool);
  put(pool);
  pool.clear();
  EXPECT_EQ(counted(), 0);
  EXPECT_TRUE(until_ended(far[0]) && until_ended(far[1]));
  {
    UpstreamPool dying(context);
    put(dying);
    EXPECT_EQ(counted(), 1);
  }
  EXPECT_EQ(counted(), 0);
  EXPECT_TRUE(until_ended(far[2]));
}

TEST_F(UpstreamPoolTest, PruneClosesTheDead) {
  put(pool);
  put(pool);
  far[0].finish();
  pool.prune(steady_now());
  EXPECT_EQ(counted(), 1);
  EXPECT_TRUE(until_ended(far[0]));
}

TEST_F(UpstreamPoolTest, OldOnesArePruned) {
  const auto kept = [&](std::optional<std::chrono::seconds> said, Duration later) {
    pool.clear();
    put(pool, said);
    // A connection whose upstream said `said`, `later` from now.
    pool.prune(steady_now() + later);
    return counted() == 1;
  };
  EXPECT_TRUE(kept(std::nullopt, 1s));
  EXPECT_FALSE(kept(std::nullopt, 2s));
  EXPECT_TRUE(kept(5s, 3'500ms));
  EXPECT_FALSE(kept(5s, 4s)) << "one second less than the upstream said";
  EXPECT_TRUE(kept(86'400s, 59s));
  EXPECT_FALSE(kept(86'400s, 60s));
}

TEST_F(UpstreamPoolTest, AShortTimeoutIsNotKeptAtAll) {
  put(pool, 1s);
  put(pool, 0s);
  EXPECT_EQ(counted(), 0);
  EXPECT_TRUE(until_ended(far[0]) && until_ended(far[1]));
  EXPECT_EQ(pool.take(upstream), nullptr);
}

}  // namespace
}  // namespace paddock::http
