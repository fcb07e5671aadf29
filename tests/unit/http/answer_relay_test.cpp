#include "answer_relay.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <optional>
#include <ostream>

#include "heads.h"
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
        link(std::make_shared<ClientLink>(std::move(client.near), std::weak_ptr<void>(), 1024)) {
    connection.socket.tcp() = std::move(upstream.near);
    link->stall_timeout = std::chrono::seconds(60);
  }

  // Bytes that came in one read with the answer's head.
  void already_read(std::string_view text) {
    connection.end = text.copy(connection.buffer.data(), text.size());
  }
  void start(Framing framing, std::uint64_t length, ClientFraming to, RelayOptions options = {}) {
    relay.emplace(worker, connection, *link, options);
    end = test::begin(worker.context(), relay->run(head, framing, length, to));
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
  std::optional<AnswerRelay> relay;
  const std::string head = "HEAD\r\n\r\n";
  const std::string no_head;
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
  EXPECT_EQ(relay->body_bytes(), 5u);
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
  EXPECT_EQ(relay->body_bytes(), 4u);
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

TEST_F(AnswerRelayTest, ATapGetsTheBareBytesWhateverTheFraming) {
  AnswerTap tap(100);
  RelayOptions options;
  options.tap = &tap;
  start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
  ASSERT_TRUE(upstream.far.send("3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\n"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\n")) << "and the client what was sent";
  EXPECT_EQ(tap.body(), "abcd");
  EXPECT_TRUE(tap.whole());
}

TEST_F(AnswerRelayTest, ATapEndsAtItsLimitAndTheAnswerGoesOn) {
  AnswerTap tap(4);
  RelayOptions options;
  options.tap = &tap;
  already_read("abc");
  start(Framing::kLength, 6, ClientFraming::kAsIs, options);
  ASSERT_TRUE(until_client_has("abc"));
  ASSERT_TRUE(upstream.far.send("def"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("abcdef"));
  EXPECT_EQ(tap.body(), "abc");
  EXPECT_FALSE(tap.whole());
}

std::unique_ptr<ResponseHeadReader> head_of_type(const std::string& type) {
  return test::response("HTTP/1.1 200 OK\r\nContent-Type: " + type +
                        "\r\nTransfer-Encoding: chunked\r\n\r\n");
}

// The same bytes, whether anybody looks at them or not, wherever they are cut; and the same tokens.
TEST_F(AnswerRelayTest, AMeterChangesNoByteAtAnyCut) {
  const std::string events = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
  const std::string last =
      "data: {\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n";
  char size[8];
  std::snprintf(size, sizeof size, "%zx", events.size() + last.size() - 30);
  const std::string body = events + last;
  const std::string wire = "1e;x=y\r\n" + body.substr(0, 30) + "\r\n" + size + "\r\n" + body.substr(30) +
                           "\r\n0\r\nX-Sum: 1\r\n\r\n";
  const auto event_head = head_of_type("text/event-stream");
  std::string sent;
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    for (const bool looked_at : {true, false}) {
      AnswerMeter meter("/v1/chat/completions");
      meter.take_head(event_head->head());
      RelayOptions options;
      if (looked_at) options.meter = &meter;
      connection.begin = connection.end = 0;
      already_read(wire.substr(0, cut));
      start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
      if (cut < wire.size()) {
        ASSERT_TRUE(until_client_has(sent + wire.substr(0, cut))) << cut;
        ASSERT_TRUE(upstream.far.send(wire.substr(cut)));
      }
      ASSERT_EQ(finish(), AnswerEnd::kComplete) << cut;
      ASSERT_TRUE(until_client_has(sent + wire)) << cut;
      sent += wire + head;
      if (!looked_at) continue;
      const metrics::Usage usage = meter.end().usage;
      ASSERT_EQ(usage.input, 7) << cut;
      ASSERT_EQ(usage.output, 3) << cut;
      ASSERT_EQ(meter.bytes(), body.size()) << cut;
    }
  }
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

// Puts brackets around what it gets, in capitals, and says what it was told.
struct Brackets final : AnswerFilter {
  AnswerStart begin(int, std::string_view) override { return {}; }
  void feed(std::string_view bytes, std::string& out) override {
    if (fed.empty()) out += "[";
    fed += bytes;
    for (const char c : bytes) out += static_cast<char>(c - 'a' + 'A');
  }
  void end(std::string& out) override { out += fed.empty() ? "[]" : "]"; }
  void broke(const ApiError& error, std::string& out) override { out += error.code; }
  Reply refused(const ApiError&) override { return {}; }

  std::string fed;
};

struct FilteredRelay : AnswerRelayTest {
  void start_filtered(Framing framing, std::uint64_t length, ClientFraming to) {
    RelayOptions options;
    options.filter = &filter;
    start(framing, length, to, options);
  }
  // What the client has, without chunk framing if it is in chunks.
  std::string decoded() {
    const std::string& got = client.far.received();
    ChunkScanner scanner;
    std::vector<std::string_view> runs;
    scanner.feed(std::string_view(got).substr(std::min(got.size(), head.size())), &runs);
    whole = scanner.state() == ChunkScanner::State::kDone;
    std::string text;
    for (const std::string_view run : runs) text += run;
    return text;
  }

  Brackets filter;
  bool whole = false;
};

TEST_F(FilteredRelay, ChunksCutAnywhere) {
  const std::string body = "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n";
  start_filtered(Framing::kChunked, 0, ClientFraming::kChunked);
  for (const char c : body) {
    ASSERT_TRUE(upstream.far.send(std::string(1, c)));
    ASSERT_TRUE(test::run_until(worker.context(), [&] { return connection.begin == connection.end; }));
  }
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(test::run_until(worker.context(), [&] { return decoded() == "[ABCDE]" && whole; }));
  EXPECT_EQ(filter.fed, "abcde") << "neither framing nor trailers";
}

TEST_F(FilteredRelay, ALengthThatIsTheirsAndNotOurs) {
  already_read("ab");
  start_filtered(Framing::kLength, 4, ClientFraming::kChunked);
  ASSERT_TRUE(until_client_has("3\r\n[AB\r\n"));
  ASSERT_TRUE(upstream.far.send("cd, stray"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("3\r\n[AB\r\n3\r\nCD]\r\n0\r\n\r\n"));
  EXPECT_NE(connection.begin, connection.end);
}

TEST_F(FilteredRelay, ABodyThatEndsWithItsConnection) {
  start_filtered(Framing::kUntilClose, 0, ClientFraming::kChunked);
  ASSERT_TRUE(upstream.far.send("ab"));
  ASSERT_TRUE(until_client_has("3\r\n[AB\r\n"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("3\r\n[AB\r\n1\r\n]\r\n0\r\n\r\n"));
}

TEST_F(FilteredRelay, OldClientsGetBareBytes) {
  already_read("2\r\nab\r\n0\r\n\r\n");
  start_filtered(Framing::kChunked, 0, ClientFraming::kUntilClose);
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("[AB]"));
}

TEST_F(FilteredRelay, NoBodyIsAnEmptyOne) {
  start_filtered(Framing::kNone, 0, ClientFraming::kChunked);
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_TRUE(until_client_has("2\r\n[]\r\n0\r\n\r\n"));
}

TEST_F(FilteredRelay, ABreakEndsNothing) {
  start_filtered(Framing::kChunked, 0, ClientFraming::kChunked);
  ASSERT_TRUE(upstream.far.send("2\r\nab\r\n"));
  ASSERT_TRUE(until_client_has("3\r\n[AB\r\n"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  std::future<bool> more = test::begin(worker.context(), relay->write_more("why"));
  ASSERT_TRUE(until_client_has("3\r\n[AB\r\n3\r\nwhy\r\n"));
  ASSERT_TRUE(test::run_until(worker.context(), [&] { return test::is_ready(more); }));
  EXPECT_TRUE(more.get());
}

TEST_F(FilteredRelay, APieceThatBreaksIsNotPassedOn) {
  start_filtered(Framing::kChunked, 0, ClientFraming::kChunked);
  ASSERT_TRUE(upstream.far.send("2\r\nabXX"));
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_TRUE(until_client_has(""));
  EXPECT_EQ(filter.fed, "");
}

TEST_F(FilteredRelay, WhatIsHeldIsNotWritten) {
  std::string held;
  RelayOptions options;
  options.filter = &filter;
  options.hold = &held;
  start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
  ASSERT_TRUE(upstream.far.send("2\r\nab\r\n"));
  ASSERT_TRUE(test::run_until(worker.context(), [&] { return held == "[AB"; }));
  ASSERT_TRUE(upstream.far.send("1\r\nc\r\n0\r\n\r\n"));
  EXPECT_EQ(finish(), AnswerEnd::kComplete);
  EXPECT_EQ(held, "[ABC]");
  EXPECT_EQ(client.far.received(), head);
}

struct EventRelay : AnswerRelayTest {
  // Whether an event may follow when the upstream breaks off after `body`, which came in pieces of `step`.
  bool takes_event_after(const std::string& body, std::size_t step, Framing framing, ClientFraming to) {
    RelayOptions options;
    options.events = true;
    upstream = test::connect_pair(worker.context());
    connection.socket.tcp() = std::move(upstream.near);
    connection.begin = connection.end = 0;
    relay.emplace(worker, connection, *link, options);
    end = test::begin(worker.context(), relay->run(no_head, framing, 0, to));
    for (std::size_t at = 0; at < body.size(); at += step) {
      EXPECT_TRUE(upstream.far.send(body.substr(at, step)));
      worker.context().restart();
      worker.context().poll();
    }
    upstream.far.reset();
    EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
    return relay->takes_event();
  }
};

TEST_F(EventRelay, OnlyBetweenChunksAndBetweenEvents) {
  const std::string body = "9\r\ndata: a\n\n\r\n8\r\ndata: b\n\r\n1\r\n\n\r\n";
  //                        0  3        12  14 17       25 27 30  33
  for (const std::size_t step : {1, 3, 100}) {
    for (std::size_t at = 0; at <= body.size(); ++at) {
      const bool here = at == 0 || at == 14 || at == body.size();
      EXPECT_EQ(takes_event_after(body.substr(0, at), step, Framing::kChunked, ClientFraming::kAsIs), here)
          << at << " in steps of " << step;
    }
  }
}

TEST_F(EventRelay, ForAnOldClientOnlyTheEventsCount) {
  const std::string body = "9\r\ndata: a\n\n\r\n";
  for (std::size_t at = 0; at <= body.size(); ++at) {
    const bool here = at <= 3 || at >= 12;
    EXPECT_EQ(takes_event_after(body.substr(0, at), 1, Framing::kChunked, ClientFraming::kUntilClose), here)
        << at;
  }
}

TEST_F(EventRelay, ABodyThatEndsWithItsConnection) {
  EXPECT_TRUE(takes_event_after("data: a\n\n", 4, Framing::kUntilClose, ClientFraming::kChunked));
  EXPECT_FALSE(takes_event_after("data: a\n", 4, Framing::kUntilClose, ClientFraming::kChunked));
}

TEST_F(EventRelay, NeverInAnAnswerOfPromisedLength) {
  RelayOptions options;
  options.events = true;
  already_read("data: a\n\n");
  start(Framing::kLength, 100, ClientFraming::kAsIs, options);
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_FALSE(relay->takes_event());
}

TEST_F(EventRelay, ABrokenPieceLeavesTheStreamWhereItWas) {
  RelayOptions options;
  options.events = true;
  start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
  const std::string good = "9\r\ndata: a\n\n\r\n";
  ASSERT_TRUE(upstream.far.send(good));
  ASSERT_TRUE(until_client_has(good));
  ASSERT_TRUE(upstream.far.send("2\r\nxxNO"));
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_TRUE(relay->takes_event());
  EXPECT_EQ(client.far.received(), head + good);
}

TEST_F(AnswerRelayTest, ADeathAtAnEndIsNoEnd) {
  router::Upstream dead(ModelId("m"), Generation{1}, "127.0.0.1", 1, "h", "", UniqueFd());
  dead.mark_exited();
  RelayOptions options;
  options.upstream = &dead;
  start(Framing::kUntilClose, 0, ClientFraming::kChunked, options);
  ASSERT_TRUE(upstream.far.send("abc"));
  ASSERT_TRUE(until_client_has("3\r\nabc\r\n"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_EQ(client.far.received(), head + "3\r\nabc\r\n") << "no last chunk";
}

TEST_F(AnswerRelayTest, ADrainedAnswerIsReadToItsEndForNobody) {
  RelayOptions options;
  options.drain = true;
  start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
  ASSERT_TRUE(upstream.far.send("1\r\na\r\n"));
  ASSERT_TRUE(until_client_has("1\r\na\r\n"));
  close_quietly(link->socket);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(upstream.far.send("1\r\nb\r\n"));
  ASSERT_TRUE(upstream.far.send("0\r\n\r\n"));
  EXPECT_EQ(finish(), AnswerEnd::kDrained);
  EXPECT_EQ(connection.begin, connection.end) << "the connection can be used again";
}

TEST_F(AnswerRelayTest, ADrainedAnswerMayBreak) {
  RelayOptions options;
  options.drain = true;
  close_quietly(link->socket);
  start(Framing::kChunked, 0, ClientFraming::kAsIs, options);
  ASSERT_TRUE(upstream.far.send("1\r\na\r\n"));
  upstream.far.finish();
  EXPECT_EQ(finish(), AnswerEnd::kUpstreamBroke);
  EXPECT_FALSE(relay->takes_event());
}

}  // namespace
}  // namespace paddock::http
