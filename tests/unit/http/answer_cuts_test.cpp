// Answers of every framing and coding, cut in two at every byte: the client gets the same bytes, whether they
// are metered or not, and the meter reads the same tokens. For chunked events see answer_relay_test.cpp.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

#include "answer_relay.h"
#include "heads.h"
#include "loopback.h"
#include "paddock/router/router.h"
#include "tests/unit/metrics/deflated.h"
#include "worker.h"

namespace paddock::http {
namespace {

// A relay knows its worker for the clock only; nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

const std::string kJson =
    R"({"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":7,"completion_tokens":3}})";
const std::string kEvents =
    "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"
    "data: {\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n";

// How an answer comes, and how the client gets it.
struct Kind {
  std::string fields;  // of its head, each with its line end
  std::string body;
  Framing framing = Framing::kLength;
  ClientFraming to = ClientFraming::kAsIs;
};

// What the client gets for bytes of the body that came in one read.
std::string sent(const Kind& kind, const std::string& bytes) {
  if (kind.to != ClientFraming::kChunked || bytes.empty()) return bytes;
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

struct AnswerCuts : testing::Test {
  // The first `cut` bytes come with the answer's head, the others once these are through. Each answer has
  // connections of its own, as their end may be its end.
  void pass(const Kind& kind, std::size_t cut, AnswerMeter* meter) {
    test::Pair upstream = test::connect_pair(worker.context()), client = test::connect_pair(worker.context());
    UpstreamConnection connection(worker.context());
    connection.socket.tcp() = std::move(upstream.near);
    connection.end = kind.body.copy(connection.buffer.data(), cut);
    ClientLink link(std::move(client.near), std::weak_ptr<void>(), 1024);
    link.stall_timeout = std::chrono::seconds(60);
    RelayOptions options;
    options.meter = meter;
    AnswerRelay relay(worker, connection, link, options);
    const auto client_has = [&](const std::string& text) {
      return test::run_until(worker.context(), [&] { return client.far.received() == head + text; });
    };
    const std::string first = kind.body.substr(0, cut), rest = kind.body.substr(cut);
    const bool until_close = kind.framing == Framing::kUntilClose;
    auto end = test::begin(worker.context(),
                           relay.run(head, kind.framing, until_close ? 0 : kind.body.size(), kind.to));
    EXPECT_TRUE(client_has(sent(kind, first)));
    EXPECT_TRUE(upstream.far.send(rest));
    if (until_close) upstream.far.finish();
    ASSERT_TRUE(test::run_until(worker.context(), [&] { return test::is_ready(end); }));
    EXPECT_TRUE(end.get() == AnswerEnd::kComplete);
    const std::string last = kind.to == ClientFraming::kChunked ? "0\r\n\r\n" : "";
    EXPECT_TRUE(client_has(sent(kind, first) + sent(kind, rest) + last)) << client.far.received();
  }

  void expect_same(const Kind& kind) {
    const auto told = test::response("HTTP/1.1 200 OK\r\n" + kind.fields + "\r\n");
    for (std::size_t cut = 0; cut <= kind.body.size() && !HasFailure(); ++cut) {
      SCOPED_TRACE("cut at " + std::to_string(cut));
      pass(kind, cut, nullptr);
      AnswerMeter meter("/v1/chat/completions");
      meter.take_head(told->head());
      pass(kind, cut, &meter);
      const metrics::Usage usage = meter.end().usage;
      EXPECT_EQ(usage.input, 7);
      EXPECT_EQ(usage.output, 3);
      EXPECT_EQ(meter.bytes(), kind.body.size());
    }
  }

  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
  const std::string head = "HEAD\r\n\r\n";
};

// The Content-Length of `body`, and a type.
std::string fields_of(const std::string& type, const std::string& body) {
  return "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
}

TEST_F(AnswerCuts, JsonWithALength) { expect_same({fields_of("application/json", kJson), kJson}); }

TEST_F(AnswerCuts, JsonInGzip) {
  const std::string coded = metrics::deflated(kJson, metrics::Wrapper::kGzip);
  expect_same({fields_of("application/json", coded) + "Content-Encoding: gzip\r\n", coded});
}

TEST_F(AnswerCuts, JsonThatEndsWithItsConnection) {
  expect_same({"Content-Type: application/json\r\n", kJson, Framing::kUntilClose, ClientFraming::kChunked});
}

TEST_F(AnswerCuts, EventsInGzipThatEndWithTheirConnectionForAnOldClient) {
  const std::string coded = metrics::deflated(kEvents, metrics::Wrapper::kGzip);
  expect_same({"Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n", coded, Framing::kUntilClose,
               ClientFraming::kUntilClose});
}

}  // namespace
}  // namespace paddock::http
