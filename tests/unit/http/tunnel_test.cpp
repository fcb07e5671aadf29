#include "tunnel.h"

#include <gtest/gtest.h>

#include <array>

#include <boost/asio/use_future.hpp>

#include "heads.h"
#include "loopback.h"
#include "paddock/router/router.h"
#include "worker.h"

namespace paddock::http {
namespace {

// A tunnel knows its worker for the clock and the context only; nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

struct TunnelTest : testing::Test {
  TunnelTest()
      : upstream(test::connect_pair(worker.context())),
        client(test::connect_pair(worker.context())),
        connection(worker.context()),
        link(std::make_shared<ClientLink>(std::move(client.near), std::weak_ptr<void>(), 1024)),
        tunnel(worker, *link, connection) {
    connection.socket.tcp() = std::move(upstream.near);
    link->stall_timeout = std::chrono::seconds(60);
  }

  void start() { over = asio::co_spawn(worker.context(), tunnel.run(), asio::use_future); }
  template <class Done>
  bool until(Done done) {
    return test::run_until(worker.context(), done);
  }
  bool ends() {
    return until([this] { return test::is_ready(over); });
  }

  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
  test::Pair upstream, client;
  UpstreamConnection connection;
  std::shared_ptr<ClientLink> link;
  Tunnel tunnel;
  std::future<void> over;
};

TEST_F(TunnelTest, WhatCameBehindTheHeadsIsFirst) {
  connection.end = std::string_view("hello").copy(connection.buffer.data(), 5);
  start();
  ASSERT_TRUE(client.far.send("early"));
  EXPECT_TRUE(until([&] { return client.far.received() == "hello" && upstream.far.received() == "early"; }));
  tunnel.close();
  EXPECT_TRUE(ends());
}

TEST_F(TunnelTest, AnEndOfOneDirectionIsPassedOnAndTheOtherGoesOn) {
  start();
  ASSERT_TRUE(client.far.send("last"));
  client.far.finish();
  EXPECT_TRUE(until([&] { return upstream.far.received() == "last" && upstream.far.ended(); }));
  ASSERT_TRUE(upstream.far.send("answer"));
  EXPECT_TRUE(until([&] { return client.far.received() == "answer"; }));
  EXPECT_FALSE(client.far.ended());
  upstream.far.finish();
  EXPECT_TRUE(ends());
  EXPECT_TRUE(client.far.ended());
}

TEST_F(TunnelTest, OneDirectionAloneDoesNotLastForEver) {
  start();
  upstream.far.finish();
  EXPECT_TRUE(until([&] { return client.far.ended(); }));
  tunnel.tick(steady_now());
  EXPECT_FALSE(test::is_ready(over));
  tunnel.tick(steady_now() + Tunnel::kHalfOpen);
  EXPECT_TRUE(ends());
}

TEST_F(TunnelTest, SilenceIsNoEnd) {
  start();
  tunnel.tick(steady_now() + std::chrono::hours(24));
  ASSERT_TRUE(client.far.send("awake"));
  EXPECT_TRUE(until([&] { return upstream.far.received() == "awake"; }));
  tunnel.close();
  EXPECT_TRUE(ends());
}

TEST_F(TunnelTest, AResetEndsBoth) {
  start();
  upstream.far.reset();
  EXPECT_TRUE(ends());
  EXPECT_TRUE(client.far.ended());
}

std::string asked(const std::string& fields, const std::string& line = "GET / HTTP/1.1") {
  const std::string text = line + "\r\nHost: a\r\n" + fields + "\r\n";
  const auto reader = test::request(text);
  return std::string(upgrade_of(reader->head()));
}

TEST(UpgradeTest, ItNeedsBothHeaders) {
  EXPECT_EQ(asked("Connection: keep-alive, UPGRADE\r\nUpgrade: WebSocket\r\n"), "WebSocket");
  EXPECT_EQ(asked("Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: x, y/1\r\n"), "x, y/1");
  EXPECT_EQ(asked("Connection: keep-alive\r\nUpgrade: websocket\r\n"), "");
  EXPECT_EQ(asked("Connection: upgrade\r\n"), "");
  EXPECT_EQ(asked("Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n"), "");
}

TEST(UpgradeTest, HttpAndTlsAreNoOtherProtocols) {
  for (const char* protocol : {"h2c", "HTTP/2.0", "TLS/1.2", "websocket, h2c", ""}) {
    EXPECT_EQ(asked(std::string("Connection: upgrade\r\nUpgrade: ") + protocol + "\r\n"), "") << protocol;
  }
}

TEST(UpgradeTest, ARequestWithABodyStaysOne) {
  const std::string upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n";
  EXPECT_EQ(asked(upgrade + "Content-Length: 3\r\n", "POST / HTTP/1.1"), "");
  EXPECT_EQ(asked(upgrade + "Transfer-Encoding: chunked\r\n", "POST / HTTP/1.1"), "");
  EXPECT_EQ(asked(upgrade, "GET / HTTP/1.0"), "");
}

TEST(UpgradeTest, WebsocketsAreKnown) {
  EXPECT_TRUE(is_websocket("WebSocket"));
  EXPECT_TRUE(is_websocket("x, websocket"));
  EXPECT_FALSE(is_websocket("websockets"));
  EXPECT_FALSE(is_websocket(""));
}

TEST(UpgradeTest, TheAnswerMustBeOneThatWasAskedFor) {
  const auto chosen = [](const std::string& fields) {
    return test::response("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n");
  };
  EXPECT_TRUE(switches_as_asked(chosen("Upgrade: WEBSOCKET\r\n")->head(), "websocket"));
  EXPECT_TRUE(switches_as_asked(chosen("Upgrade: b\r\n")->head(), "a, b"));
  EXPECT_FALSE(switches_as_asked(chosen("Upgrade: c\r\n")->head(), "a, b"));
  EXPECT_FALSE(switches_as_asked(chosen("Upgrade: a, b\r\n")->head(), "a, b"));
  EXPECT_FALSE(switches_as_asked(chosen("")->head(), "websocket"));
  EXPECT_FALSE(switches_as_asked(chosen("Upgrade: websocket\r\n")->head(), ""));
}

}  // namespace
}  // namespace paddock::http
