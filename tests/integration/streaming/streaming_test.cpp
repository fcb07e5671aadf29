// Answers pass byte for byte and piece by piece: nothing is collected, nothing is cut up anew.
#include <algorithm>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Streaming, PiecesKeepTheirTimesAndFraming) {
  TestDaemon daemon(two_models());
  const Json script = {
      {"mode", "chunked"}, {"pieces", {"one", "two", "three", "four"}}, {"piece_delay_ms", 80}};
  const Response response = chat(daemon.port(), "a", script);
  EXPECT_EQ(response.body.wire, "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n4\r\nfour\r\n0\r\n\r\n");
  const auto sent = daemon.records().of("piece", "a");
  ASSERT_EQ(sent.size(), 4u);
  std::vector<Millis> lags;
  for (std::size_t i = 1; i < sent.size() && i < response.body.pieces.size(); ++i) {
    lags.push_back(std::chrono::duration_cast<Millis>(response.body.pieces[i].time - time_of(sent[i])));
  }
  ASSERT_GE(lags.size(), 3u) << "pieces arrived in one";
  std::sort(lags.begin(), lags.end());
  EXPECT_LT(lags[lags.size() / 2], Millis(40));
}

TEST(Streaming, HeadArrivesBeforeTheBody) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  Json script = held_stream("g");
  script["gate_after"] = 0;
  client.send(chat_request("a", script));
  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_EQ(daemon.records().count("piece"), 0u);
  daemon.release("a", "g");
  EXPECT_EQ(client.read_until("0\r\n\r\n"), kHeldWire);
}

TEST(Streaming, LargeAnswers) {
  TestDaemon daemon(two_models());
  const Json fill = {{"pieces", 500}, {"bytes", 16384}};
  for (const char* mode : {"length", "chunked", "close"}) {
    SCOPED_TRACE(mode);
    const Response response = chat(daemon.port(), "a", {{"mode", mode}, {"fill", fill}});
    EXPECT_EQ(response.body.end, End::kComplete);
    std::string expected;
    for (int i = 0; i < 500; ++i) expected.append(16384, static_cast<char>('a' + i % 26));
    EXPECT_TRUE(response.body.bytes == expected) << response.body.bytes.size();
  }
}

TEST(Streaming, ClientThatDoesNotReadStopsTheUpstream) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port(), 4096);
  const Json fill = {{"pieces", 64}, {"bytes", 1 << 20}};
  client.send(chat_request("a", {{"mode", "length"}, {"fill", fill}}));
  const Head head = client.read_head();
  std::size_t pieces = 0;
  auto changed = Clock::now();
  // Until nothing has moved for a while: then every buffer on the way is full.
  ASSERT_TRUE(eventually([&] {
    const auto now = daemon.records().count("piece");
    if (now != pieces) changed = Clock::now();
    pieces = now;
    return ms_since(changed) > 150;
  }));
  EXPECT_LT(pieces, 40u);
  const Body body = client.read_body(head);
  EXPECT_EQ(body.bytes.size(), 64u << 20);
}

TEST(Streaming, HeadersPassWithoutHopByHopOnes) {
  TestDaemon daemon(two_models());
  const Json headers = {
      {"X-Engine", "yes"}, {"Connection", "X-Private"}, {"X-Private", "1"}, {"X-engine", "two"}};
  const Response response = chat(daemon.port(), "a", {{"headers", headers}, {"pieces", {"{}"}}});
  EXPECT_EQ(response.head.count("x-engine"), 2);
  EXPECT_FALSE(response.head.has("x-private"));
  EXPECT_EQ(response.head.count("content-length"), 1);
}

TEST(Streaming, CompletionsAndEmbeddings) {
  TestDaemon daemon(two_models());
  const std::string body = "{\"model\":\"a\",\"prompt\":\"x\",\"input\":\"x\"}";
  EXPECT_EQ(post(daemon.port(), "/v1/completions", body).json()["object"], "text_completion");
  EXPECT_EQ(post(daemon.port(), "/v1/embeddings", body).json()["object"], "list");
}

}  // namespace
}  // namespace paddock::test
