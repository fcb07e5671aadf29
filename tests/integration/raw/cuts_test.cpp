// Whatever pieces the network makes of a request or an answer, both arrive as they were sent.
#include <functional>

#include "tests/integration/raw/open.h"
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// Sends `bytes` in pieces of which each has been read before the next one goes.
void send_in_pieces(RawClient& client, std::string_view bytes, std::size_t first, std::size_t others) {
  for (std::size_t size = first; !bytes.empty(); size = others) {
    const std::string_view piece = bytes.substr(0, size);
    client.send(piece);
    bytes.remove_prefix(piece.size());
    if (!bytes.empty()) client.await_read();
  }
}

const std::string kLength =
    "POST /upstream/a/echo HTTP/1.1\r\nHost: t\r\nContent-Length: 14\r\n\r\n{\"a\":\"\\r\\n\r\n\"}";
const std::string kChunked =
    "POST /upstream/a/echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    "6;x\r\n{\"a\":\"\r\n8\r\n\\r\\n\r\n\"}\r\n0\r\nX-Sum: 1\r\n\r\n";
const std::string kEchoed = "{\"a\":\"\\r\\n\r\n\"}";

void expect_echo(RawClient& client) {
  const Response response = read_response(client);
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.json()["body"], kEchoed);
}

// Every byte has its turn at a border, at least where all are; `step` leaves out some pairs of pieces.
// On one connection, so that each request also proves that the one before ended where it should.
void expect_requests_cut_anywhere(const std::string& bytes, std::size_t step,
                                  const std::function<void(RawClient&)>& expect) {
  TestDaemon daemon(two_models(kNames));
  RawClient client(daemon.port());
  for (std::size_t cut = 1; cut < bytes.size() && !testing::Test::HasFailure(); cut += step) {
    SCOPED_TRACE(cut);
    send_in_pieces(client, bytes, cut, bytes.size());
    expect(client);
  }
  send_in_pieces(client, bytes, 1, 1);
  expect(client);
}

TEST(RawCuts, RequestsOfALength) { expect_requests_cut_anywhere(kLength, 1, expect_echo); }

TEST(RawCuts, RequestsOfChunks) { expect_requests_cut_anywhere(kChunked, 1, expect_echo); }

TEST(RawCuts, RequestsForAModelInTheBody) {
  for (const bool chunks : {false, true}) {
    SCOPED_TRACE(chunks);
    const std::string start = "POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\n";
    const std::string bytes =
        chunks ? start + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"mod\r\n8\r\nel\":\"a\"}\r\n0\r\n\r\n"
               : start + "Content-Length: 13\r\n\r\n{\"model\":\"a\"}";
    expect_requests_cut_anywhere(bytes, 7, [](RawClient& client) {
      const Response response = read_response(client);
      EXPECT_EQ(response.json()["model"], "a") << response.body.bytes;
    });
  }
}

TEST(RawCuts, PipelinedRequests) {
  expect_requests_cut_anywhere(kChunked + kLength, 7, [](RawClient& client) {
    expect_echo(client);
    expect_echo(client);
  });
}

// What a client gets of an answer that was sent in these pieces, up to its end.
Response answer_in_pieces(const TestDaemon& daemon, RawListener& listener, const std::string& bytes,
                          std::size_t first, std::size_t others) {
  RawClient client(daemon.port());
  client.send(make_request("GET", "/upstream/a/x", "", {{"X-Request-Id", "r"}}));
  RawClient upstream = listener.accept();
  upstream.read_until("\r\n\r\n");
  send_in_pieces(upstream, bytes, first, others);
  upstream.close();
  return read_response(client);
}

// `exact`: the wire is the same; otherwise the pieces show in chunks of ours, and the body is the same.
void expect_answers_cut_anywhere(const std::string& bytes, const std::string& body, bool exact) {
  RawListener listener;
  TestDaemon daemon(config_with({{"a", "", listener.model_lines()}}, kNames));
  open(daemon, listener);
  const Response whole = answer_in_pieces(daemon, listener, bytes, bytes.size(), 1);
  ASSERT_EQ(whole.body.bytes, body);
  const auto expect_same = [&](const Response& other) {
    EXPECT_EQ(other.head.raw, whole.head.raw);
    EXPECT_EQ(other.body.bytes, body);
    EXPECT_EQ(other.body.end, End::kComplete);
    EXPECT_TRUE(!exact || other.body.wire == whole.body.wire) << other.body.wire;
  };
  for (std::size_t cut = 1; cut < bytes.size() && !testing::Test::HasFailure(); ++cut) {
    SCOPED_TRACE(cut);
    expect_same(answer_in_pieces(daemon, listener, bytes, cut, bytes.size()));
  }
  expect_same(answer_in_pieces(daemon, listener, bytes, 1, 1));
}

const std::string kStart = "HTTP/1.1 200 OK\r\nServer: s\r\n";

TEST(RawCuts, AnswersOfALength) {
  expect_answers_cut_anywhere(kStart + "Content-Length: 9\r\n\r\none\r\n\r\ntw", "one\r\n\r\ntw", true);
}

TEST(RawCuts, AnswersOfChunks) {
  expect_answers_cut_anywhere(
      kStart + "Transfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\none\r\n02 \r\n\r\n\r\n0\r\nX-Sum: 1\r\n\r\n",
      "one\r\n", true);
}

TEST(RawCuts, AnswersThatEndWithTheirConnection) {
  expect_answers_cut_anywhere(kStart + "\r\none\r\n0\r\n\r\n", "one\r\n0\r\n\r\n", false);
}

TEST(RawCuts, EventStreams) {
  const std::string event = "data: {\"a\":1}\n\n";
  expect_answers_cut_anywhere(
      kStart + "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n" + event +
          "\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n",
      event + "data: [DONE]\n\n", true);
}

}  // namespace
}  // namespace paddock::test
