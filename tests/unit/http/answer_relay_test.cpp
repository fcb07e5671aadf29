#include "answer_relay.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "loopback.h"
#include "paddock/router/router.h"
#include "worker.h"

namespace paddock::http {

// Found by GoogleTest.
inline void PrintTo(AnswerEnd end, std::ostream* out) {
  static constexpr const char* kNames[] = {"kComplete", "kUpstreamBroke", "kClientGone", "kDrained"};
  *out << kNames[static_cast<int>(end)];
}

namespace {

// A relay knows its worker for the clock only; nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

struct AnswerRelayTest : testing::Test {
  AnswerRelayTest()
      : upstream(test::connect_pair(worker.context())),
        client(test::connect_pair(worker.context())),
        connection(worker.context()),
        link(std::make_shared<ClientLink>(std::move(client.near), std::weak_ptr<void>(), 1024)),
        relay(worker, connection, *link) {
    connection.socket.tcp() = std::move(upstream.near);
    link->stall_timeout = std::chrono::seconds(60);
  }

  // Bytes that came in one read with the answer's head.
  void already_read(std::string_view text) {
    connection.end = text.copy(connection.buffer.data(), text.size());
  }
  void start(Framing framing, std::uint64_t length, ClientFraming to) {
    end = test::begin(worker.context(), relay.run(head, framing, length, to));
  }
  bool until_client_has(const std::string& body) {
    return test::run_until(worker.context(), [&] { return client.far.received() == head + body; });
  }
  AnswerEnd finish() {
    if (test::run_until(worker.context(), [&] { return test::is_ready(end); })) return end.get();
    ADD_FAILURE() << "no end within the deadline";
    return AnswerEnd::kClientGone;
  }

  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
  test::Pair upstream;
  test::Pair client;
  UpstreamConnection connection;
  std::shared_ptr<ClientLink> link;
  AnswerRelay relay;
  const std::string head = "HEAD\r\n\r\n";
  std::future<AnswerEnd> end;
};

TEST_F(AnswerRelayTest, NoBodyIsJustAHead) {
  start(Framing::kNone, 0, ClientFraming::kAsIs);
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has(""));
}

TEST_F(AnswerRelayTest, ALengthComesInPieces) {
  already_read("he");
  start(Framing::kLength, 5, ClientFraming::kAsIs);
  ASSERT_TRUE(until_client_has("he"));
  ASSERT_TRUE(upstream.far.send("l"));
  ASSERT_TRUE(until_client_has("hel"));
  ASSERT_TRUE(upstream.far.send("lo, stray"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("hello"));
  EXPECT_EQ(relay.body_bytes(), 5u);
  EXPECT_NE(connection.begin, connection.end)
      << "the stray bytes must be seen by whoever keeps the connection";
}

TEST_F(AnswerRelayTest, AnEmptyLengthIsComplete) {
  start(Framing::kLength, 0, ClientFraming::kAsIs);
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has(""));
}

TEST_F(AnswerRelayTest, AShortLengthIsBroken) {
  already_read("he");
  start(Framing::kLength, 5, ClientFraming::kAsIs);
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_TRUE(until_client_has("he"));
}

TEST_F(AnswerRelayTest, ChunksGoThroughUntouched) {
  const std::string body = "3;a=\"b\"\r\nabc\r\n01\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n";
  already_read(body.substr(0, 5));
  start(Framing::kChunked, 0, ClientFraming::kAsIs);
  ASSERT_TRUE(until_client_has(body.substr(0, 5)));
  for (std::size_t at = 5; at < body.size(); ++at) {
    ASSERT_TRUE(upstream.far.send(body.substr(at, 1)));
    ASSERT_TRUE(until_client_has(body.substr(0, at + 1)));
  }
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_EQ(relay.body_bytes(), 4u);
}

TEST_F(AnswerRelayTest, WhatFollowsTheChunksStays) {
  start(Framing::kChunked, 0, ClientFraming::kAsIs);
  ASSERT_TRUE(upstream.far.send("0\r\n\r\nHTTP/1.1 200"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("0\r\n\r\n"));
  EXPECT_NE(connection.begin, connection.end);
}

TEST_F(AnswerRelayTest, BareBytesForAnOldClient) {
  already_read("3\r\nab");
  start(Framing::kChunked, 0, ClientFraming::kUntilClose);
  ASSERT_TRUE(until_client_has("ab"));
  ASSERT_TRUE(upstream.far.send("c\r\n1;x\r\nd\r\n0\r\nA: b\r\n\r\n"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("abcd"));
}

TEST_F(AnswerRelayTest, ABrokenChunkIsNotPassedOn) {
  start(Framing::kChunked, 0, ClientFraming::kAsIs);
  ASSERT_TRUE(upstream.far.send("3\r\nabc\r\n"));
  ASSERT_TRUE(until_client_has("3\r\nabc\r\n"));
  ASSERT_TRUE(upstream.far.send("0\r\n\n"));
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_EQ(client.far.received(), head + "3\r\nabc\r\n");
}

TEST_F(AnswerRelayTest, ChunksWithoutAnEndAreBroken) {
  start(Framing::kChunked, 0, ClientFraming::kAsIs);
  ASSERT_TRUE(upstream.far.send("3\r\nabc\r\n"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
}

TEST_F(AnswerRelayTest, ABodyThatEndsWithItsConnectionGetsChunks) {
  already_read("abc");
  start(Framing::kUntilClose, 0, ClientFraming::kChunked);
  ASSERT_TRUE(until_client_has("3\r\nabc\r\n"));
  ASSERT_TRUE(upstream.far.send(std::string(17, 'x')));
  const std::string both = "3\r\nabc\r\n11\r\n" + std::string(17, 'x') + "\r\n";
  ASSERT_TRUE(until_client_has(both));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has(both + "0\r\n\r\n"));
}

TEST_F(AnswerRelayTest, ABodyThatEndsWithItsConnectionForAnOldClient) {
  start(Framing::kUntilClose, 0, ClientFraming::kUntilClose);
  ASSERT_TRUE(upstream.far.send("abc"));
  ASSERT_TRUE(until_client_has("abc"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("abc"));
}

TEST_F(AnswerRelayTest, AResetIsNeverAProperEnd) {
  start(Framing::kUntilClose, 0, ClientFraming::kChunked);
  ASSERT_TRUE(upstream.far.send("abc"));
  ASSERT_TRUE(until_client_has("3\r\nabc\r\n"));
  upstream.far.reset();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_EQ(client.far.received(), head + "3\r\nabc\r\n") << "no last chunk";
}

TEST_F(AnswerRelayTest, TheClientLeaves) {
  start(Framing::kUntilClose, 0, ClientFraming::kChunked);
  ASSERT_TRUE(until_client_has(""));
  client.far.reset();
  EXPECT_TRUE(test::run_until(worker.context(), [&] {
    upstream.far.send("abc");
    return test::is_ready(end);
  }));
  EXPECT_EQ(finish(), AnswerEnd::kClientGone);
}

TEST_F(AnswerRelayTest, AStalledClientIsCutByTheDeadline) {
  link->stall_timeout = std::chrono::seconds(1);
  start(Framing::kUntilClose, 0, ClientFraming::kUntilClose);
  const std::string piece(64 << 10, 'x');
  bool struck = false;
  // The client reads nothing; once no socket takes more, the write waits, and the clock decides.
  EXPECT_TRUE(test::run_until(worker.context(), [&] {
    if (!upstream.far.send(piece)) struck = struck || link->check(worker.now() + std::chrono::hours(1));
    return test::is_ready(end);
  }));
  EXPECT_TRUE(struck);
  EXPECT_EQ(finish(), AnswerEnd::kClientGone);
}

}  // namespace
}  // namespace paddock::http
