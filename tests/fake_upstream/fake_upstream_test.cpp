// The bench tests itself: what the fake claims to do arrives at the client, and what the client does is
// recorded by the fake.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/support/child.h"
#include "tests/support/http.h"
#include "tests/support/records.h"
#include "tests/support/temp_dir.h"

namespace paddock::test {
namespace {

class FakeUpstream : public ::testing::Test {
 protected:
  void start(std::vector<std::string> flags = {}) {
    std::vector<std::string> argv = {FAKE_UPSTREAM_BIN, "--record", dir_.path("records"), "--name", "a"};
    argv.insert(argv.end(), flags.begin(), flags.end());
    child_ = std::make_unique<Child>(argv);
    port_ = records_.port_of("a");
  }
  Response scripted(const Json& script) { return chat(port_, "a", script); }

  TempDir dir_;
  Records records_{dir_.path("records")};
  std::unique_ptr<Child> child_;
  int port_ = 0;
};

TEST_F(FakeUpstream, AnswersAChat) {
  start();
  const Response response = chat(port_, "whatever");
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.json()["model"], "a");
  EXPECT_EQ(response.body.end, End::kComplete);
}

TEST_F(FakeUpstream, StreamsInPiecesWithGaps) {
  start();
  const Response response =
      scripted({{"mode", "chunked"}, {"pieces", {"one", "two", "three"}}, {"piece_delay_ms", 40}});
  EXPECT_EQ(response.body.bytes, "onetwothree");
  ASSERT_GE(response.body.pieces.size(), 3u);
  EXPECT_GT(response.body.pieces[2].time - response.body.pieces[0].time, Millis(60));
}

TEST_F(FakeUpstream, ExtensionsTrailersAndInterims) {
  start();
  RawClient client(port_);
  client.send(chat_request("a", {{"mode", "chunked"},
                                 {"pieces", {"x"}},
                                 {"chunk_ext", ";a=b"},
                                 {"trailers", {{"X-Sum", "7"}}},
                                 {"interim", {103}}}));
  EXPECT_EQ(client.read_head().status, 103);
  const Head head = client.read_head();
  const Body body = client.read_body(head);
  EXPECT_EQ(body.wire, "1;a=b\r\nx\r\n0;a=b\r\nX-Sum: 7\r\n\r\n");
  ASSERT_EQ(body.trailers.size(), 1u);
}

TEST_F(FakeUpstream, BrokenEnds) {
  start();
  EXPECT_EQ(scripted({{"pieces", {"abc"}}, {"declared_length", 9}, {"close_after", true}}).body.end,
            End::kEof);
  EXPECT_EQ(scripted({{"mode", "chunked"}, {"pieces", {"abc"}}, {"half_chunk", true}}).body.end, End::kEof);
  EXPECT_EQ(scripted({{"mode", "close"}, {"pieces", {"abc"}}}).body.end, End::kEof);
  const Json reset = {
      {"mode", "chunked"}, {"pieces", {"abc", "def"}}, {"piece_delay_ms", 20}, {"rst_after_pieces", 2}};
  EXPECT_EQ(scripted(reset).body.end, End::kReset);
}

TEST_F(FakeUpstream, RawBytes) {
  start();
  RawClient client(port_);
  client.send(chat_request("a", {{"raw", "HTTP/1.0 200 OK\r\n\r\nold"}, {"close_after", true}}));
  const Head head = client.read_head();
  EXPECT_EQ(head.version, "HTTP/1.0");
  EXPECT_EQ(client.read_body(head).bytes, "old");
}

TEST_F(FakeUpstream, RecordsHowTheClientLeft) {
  start();
  const Json held = {{"mode", "chunked"}, {"pieces", {"x"}}, {"gate", "never"}, {"gate_after", 1}};
  RawClient polite(port_), rude(port_);
  polite.send(chat_request("a", held));
  polite.read_head();
  // Unread bytes would turn the close into a reset.
  polite.read_bytes(std::string("1\r\nx\r\n").size());
  polite.close();
  EXPECT_EQ(records_.wait_for("client_gone")["reason"], "eof");
  rude.send(chat_request("a", held));
  rude.read_head();
  rude.reset();
  const Event gone = records_.wait_for("client_gone", "a", 2);
  EXPECT_EQ(gone["reason"], "rst");
  EXPECT_EQ(gone["phase"], "answer");
}

TEST_F(FakeUpstream, GatesHoldUntilReleased) {
  start();
  auto answer = start_chat(port_, "a", {{"pieces", {"x"}}, {"gate", "g"}, {"gate_after", -1}});
  records_.wait_for("request");
  EXPECT_EQ(records_.count("answered"), 0u);
  release(port_, "g");
  EXPECT_EQ(answer.get().body.bytes, "x");
}

TEST_F(FakeUpstream, EarlyAnswerBeforeTheBody) {
  start();
  RawClient client(port_);
  const Json script = {{"status", 413}, {"early", true}, {"pieces", {"no"}}};
  const HeaderList headers = {{"X-Fake", script.dump()}};
  const std::string request = make_request("POST", "/x", std::string(1000, 'b'), headers);
  client.send(std::string_view(request).substr(0, request.size() - 1));
  EXPECT_EQ(client.read_head().status, 413);
  client.send("b");
  EXPECT_EQ(records_.wait_for("request")["size"], 1000);
}

TEST_F(FakeUpstream, HealthWaitsForItsGate) {
  start({"--health-gate", "g"});
  records_.wait_for("health_flip");
  EXPECT_EQ(get(port_, "/health").status(), 503);
  release(port_, "g");
  EXPECT_EQ(get(port_, "/health").status(), 200);
}

TEST_F(FakeUpstream, HealthFlipsAndSigtermEnds) {
  start({"--health-delay-ms", "60"});
  EXPECT_EQ(get(port_, "/health").status(), 503);
  records_.wait_for("health_flip");
  EXPECT_EQ(get(port_, "/health").status(), 200);
  child_->signal(SIGTERM);
  EXPECT_EQ(child_->wait(), 0);
  EXPECT_EQ(records_.count("sigterm"), 1u);
}

TEST_F(FakeUpstream, HoldsAThousandStreams) {
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    clients.back()->send(
        chat_request("a", {{"mode", "chunked"}, {"pieces", {"x", "y"}}, {"gate", "g"}, {"gate_after", 1}}));
  }
  for (auto& client : clients) client->read_until("x\r\n");
  release(port_, "g");
  for (auto& client : clients) client->read_until("y\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace paddock::test
