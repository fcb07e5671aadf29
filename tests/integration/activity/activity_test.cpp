// What requests cost is told: a row for each with its tokens and waits, sums, metrics; in a file it lasts.
#include <sys/wait.h>

#include "tests/integration/raw/open.h"
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Json rows(const TestDaemon& daemon) {
  return get(daemon.port(), "/api/metrics/activity?order=asc").json()["data"];
}

// Once there are so many; the newest is the last one.
Json rows(const TestDaemon& daemon, std::size_t count) {
  Json all;
  EXPECT_TRUE(eventually([&] { return (all = rows(daemon)).size() >= count; })) << all;
  return all;
}

Json newest(const TestDaemon& daemon, std::size_t count) {
  const Json all = rows(daemon, count);
  return all.empty() ? Json() : all.back();
}

TEST(Activity, TellsTokensOfWholeAnswersAndStreams) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const Json whole = newest(daemon, 1);
  EXPECT_EQ(whole["model"], "a");
  EXPECT_EQ(whole["req_path"], "/v1/chat/completions");
  EXPECT_EQ(whole["resp_status_code"], 200);
  EXPECT_EQ(whole["tokens"]["input_tokens"], 7);
  EXPECT_EQ(whole["tokens"]["output_tokens"], 3);
  EXPECT_EQ(whole["stream"], false);
  EXPECT_EQ(whole["metadata"]["fifo_priority"], "0");
  EXPECT_GT(whole["load_ms"], 0) << "it was loaded for this one";
  EXPECT_GE(whole["duration_ms"], whole["load_ms"]);
  ask(daemon.port(), chat_request("a", nullptr, true));
  const Json stream = newest(daemon, 2);
  EXPECT_EQ(stream["stream"], true);
  EXPECT_EQ(stream["tokens"]["output_tokens"], 3);
  EXPECT_EQ(stream["load_ms"], 0);
  EXPECT_GT(stream["bytes"], 0);
  EXPECT_NE(stream["ttft_ms"], nullptr);
  const Json sums = get(daemon.port(), "/api/metrics/stats").json();
  EXPECT_EQ(sums["total_requests"], 2);
  EXPECT_EQ(sums["total_output_tokens"], 6);
}

// Neither is usage asked for that the client did not ask for, nor a coding that can be read.
TEST(Activity, WhatIsSentIsWhatWasSent) {
  RawListener listener;
  TestDaemon daemon(config_with({{"a", "", listener.model_lines()}}));
  open(daemon, listener);
  const std::string request = R"({ "model":"a", "stream" : true, "messages":[] })";
  const std::string answer = "data: {\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n";
  RawClient client(daemon.port());
  client.send(make_request("POST", "/v1/chat/completions", request, {{"Accept-Encoding", "br"}}));
  RawClient upstream = listener.accept();
  const std::string head = upstream.read_until("\r\n\r\n");
  EXPECT_NE(head.find("\r\nAccept-Encoding: br\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nContent-Length: " + std::to_string(request.size()) + "\r\n"), std::string::npos)
      << head;
  EXPECT_EQ(upstream.read_bytes(request.size()), request);
  // Not in truth: who looked into it nevertheless would read tokens.
  upstream.send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: br\r\nContent-Length: " +
      std::to_string(answer.size()) + "\r\n\r\n" + answer);
  const Response response = read_response(client);
  EXPECT_EQ(response.head.header("content-encoding"), "br");
  EXPECT_EQ(response.body.bytes, answer);
  const Json row = newest(daemon, 1);
  EXPECT_EQ(row["stream"], true);
  EXPECT_EQ(row["tokens"]["input_tokens"], -1);
  EXPECT_EQ(row["tokens"]["output_tokens"], -1);
}

TEST(Activity, TellsHowRequestsFailed) {
  TestDaemon daemon(config_with({{"a"}, {"broken", "--exit-before-listen"}}));
  chat(daemon.port(), "a", {{"status", 400}, {"pieces", {R"({"error":{"message":"too long"}})"}}});
  const Json refused = newest(daemon, 1);
  EXPECT_EQ(refused["resp_status_code"], 400);
  EXPECT_EQ(refused["error_msg"], "too long");
  EXPECT_EQ(refused["error_code"], "status_400");
  const Json stump = {{"mode", "chunked"}, {"pieces", {"fo", "o"}}, {"close_after_pieces", 1}};
  chat(daemon.port(), "a", stump);
  EXPECT_EQ(newest(daemon, 2)["error_code"], "upstream_broke");
  chat(daemon.port(), "broken");
  const Json unstarted = newest(daemon, 3);
  EXPECT_EQ(unstarted["resp_status_code"], 503);
  EXPECT_EQ(unstarted["error_code"], "start_failed");
  EXPECT_EQ(unstarted["queue_ms"], nullptr);
  {
    RawClient client(daemon.port());
    begin_stream(client, "a", "g");
  }
  EXPECT_EQ(newest(daemon, 4)["error_code"], "client_gone");
  get(daemon.port(), "/upstream/a/health");
  EXPECT_EQ(rows(daemon).size(), 4u) << "a look is no work";
}

TEST(Activity, CapturesHaveTheNumbersOfTheirRows) {
  TestDaemon daemon(two_models("captureBuffer: 1"));
  chat(daemon.port(), "a");
  rows(daemon, 1);  // written after the answer, which the next request need not wait for
  chat(daemon.port(), "a", {{"pieces", {"second"}}});
  for (const Json& row : rows(daemon, 2)) {
    EXPECT_EQ(row["has_capture"], true);
    const Json capture = get(daemon.port(), "/api/captures/" + row["id"].dump()).json();
    EXPECT_EQ(capture["resp_body"] == "c2Vjb25k", row["id"] == 2) << capture;
  }
}

TEST(Activity, IsCountedForPrometheus) {
  TestDaemon daemon(two_models());
  chat(daemon.port(), "a");
  chat(daemon.port(), "b");
  rows(daemon, 2);
  const std::string page = get(daemon.port(), "/metrics").body.bytes;
  for (const std::string line :
       {"paddock_requests_total{model=\"b\"} 1\n", "paddock_tokens_total{model=\"a\",kind=\"input\"} 7\n",
        "paddock_model_state{model=\"b\",state=\"ready\"} 1\n",
        "paddock_model_starts_total{model=\"a\",reason=\"request\"} 1\n",
        "paddock_swaps_total{model=\"b\",reason=\"request\"} 1\n",
        "paddock_evictions_total{model=\"a\",reason=\"swap\"} 1\n",
        "paddock_model_load_seconds_count{model=\"a\"} 1\n"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

TEST(Activity, LastsInAFile) {
  TempDir folder;
  const std::string file = folder.path("activity.db");
  const std::string config = two_models("store: {path: " + file + "}");
  {
    TestDaemon daemon(config);
    chat(daemon.port(), "a");
    rows(daemon, 1);
  }
  TestDaemon daemon(config);
  chat(daemon.port(), "b");
  const Json all = rows(daemon, 2);
  EXPECT_EQ(all[0]["model"], "a");
  EXPECT_EQ(all[1]["id"], 2);
}

TEST(Activity, AFileOfAnotherKindIsLeftAsItIs) {
  TempDir folder;
  const std::string file = folder.path("notes.txt"), config = folder.path("config.yaml");
  write_file(file, "my notes");
  write_file(config, "store: {path: " + file + "}\n");
  Child daemon({paddock_program(), "--config", config, "--listen", "127.0.0.1:0"});
  const auto status = daemon.wait();
  ASSERT_TRUE(status && WIFEXITED(*status)) << daemon.output();
  EXPECT_EQ(WEXITSTATUS(*status), 1);
  EXPECT_NE(daemon.output().find("it is left as it is"), std::string::npos) << daemon.output();
  EXPECT_EQ(read_file(file), "my notes");
}

}  // namespace
}  // namespace paddock::test
