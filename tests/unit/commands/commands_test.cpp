// The commands against an HTTP server that answers as it is told: what goes where, and with which exit code.
#include "paddock/commands/commands.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>
#include <string>

#include "tests/unit/app/said.h"
#include "tests/unit/client/fake_daemon.h"

namespace paddock::commands {
namespace {

using app::Said;
using client::FakeDaemon;

constexpr const char* kRefusal =
    R"({"error":{"message":"model m failed to start: no such file","code":"start_failed"}})";

class CommandsTest : public testing::Test {
 protected:
  void SetUp() override { ::unsetenv("PADDOCK_API_KEY"); }
  void TearDown() override { ::unsetenv("PADDOCK_API_KEY"); }
};

template <class Command>
Said said(const Command& command) {
  return app::said_by([&] { return run(command); });
}

// A body for each path.
std::unique_ptr<FakeDaemon> daemon_with(const std::map<std::string, std::string>& bodies) {
  return std::make_unique<FakeDaemon>(std::make_unique<httplib::Server>(), "http",
                                      [bodies](const httplib::Request& request, httplib::Response& response) {
                                        const auto found = bodies.find(request.path);
                                        response.status = found == bodies.end() ? 404 : 200;
                                        response.set_content(found == bodies.end() ? "{}" : found->second,
                                                             "application/json");
                                      });
}

TEST_F(CommandsTest, StatusJoinsModelsAndCards) {
  const auto daemon = daemon_with({{"/api/models", R"({"models": [{"id": "m", "state": "ready"}]})"},
                                   {"/api/gpus", R"({"gpus": [{"index": 1, "models": [{"model": "m",
                                                     "bytes": 1073741824}]}]})"}});
  const Said plain = said(StatusCommand{{daemon->url()}});
  EXPECT_EQ(plain.code, 0);
  EXPECT_NE(plain.out.find("m      ready  GPU 1 1.0 GiB"), std::string::npos) << plain.out;
  EXPECT_EQ(plain.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(said(StatusCommand{{daemon->url()}, false, true}).out,
            R"({"gpus":[{"index":1,"models":[{"bytes":1073741824,"model":"m"}]}],)"
            R"("models":[{"id":"m","state":"ready"}]})"
            "\n");
}

TEST_F(CommandsTest, LoadSaysThatItIsReady) {
  const FakeDaemon daemon(200,
                          R"({"model": {"id": "org/m 1", "state": "ready", "launch": {"load_ms": 20}}})");
  const Said loaded = said(LoadCommand{{daemon.url()}, "org/m 1"});
  EXPECT_EQ(loaded.code, 0);
  EXPECT_EQ(loaded.out, "org/m 1: ready; loaded in 0.02 s\n");
  EXPECT_EQ(daemon.asked().method, "POST");
  EXPECT_EQ(daemon.asked().target, "/api/models/org%2Fm%201/load");
}

TEST_F(CommandsTest, AFailureNamesTheModelOnStandardError) {
  const FakeDaemon daemon(503, kRefusal);
  const std::string sentence =
      daemon.url() + " says: model m failed to start: no such file (503 start_failed)\n";
  for (const Said& one :
       {said(LoadCommand{{daemon.url()}, "m"}), said(LoadCommand{{daemon.url()}, "m", true}),
        said(UnloadCommand{{daemon.url()}, "m"})}) {
    EXPECT_EQ(one.code, 1);
    EXPECT_EQ(one.out, "");
    EXPECT_EQ(one.err, "paddock: m: " + sentence);
  }
  EXPECT_EQ(said(UnloadCommand{{daemon.url()}, std::nullopt}).err, "paddock: " + sentence);
}

TEST_F(CommandsTest, UnloadDrainsUnlessTold) {
  const std::string body = R"({"model": {"id": "m", "state": "stopped"}})";
  const FakeDaemon daemon(200, body);
  EXPECT_EQ(said(UnloadCommand{{daemon.url()}, "m"}).out, "m: stopped\n");
  EXPECT_EQ(daemon.asked().target, "/api/models/m/unload?mode=drain");
  EXPECT_EQ(said(UnloadCommand{{daemon.url()}, "m", true, true}).out, body + "\n");
  EXPECT_EQ(daemon.asked().target, "/api/models/m/unload?mode=now");
  EXPECT_EQ(said(UnloadCommand{{daemon.url()}, std::nullopt}).out, "all models are stopped\n");
  EXPECT_EQ(daemon.asked().target, "/api/models/unload?mode=drain");
}

TEST_F(CommandsTest, AReloadThatFailsShowsWhereTheFileIsWrong) {
  const FakeDaemon daemon(400,
                          R"({"error": {"message": "the configuration has errors", "code": "config_invalid"},
      "diagnostics": [{"severity": "error", "file": "c.yaml", "line": 2, "column": 3, "message": "no cmd"}]})");
  const Said reloaded = said(ReloadCommand{{daemon.url()}});
  EXPECT_EQ(reloaded.code, 1);
  EXPECT_EQ(reloaded.err, "c.yaml:2:3: error: no cmd\npaddock: " + daemon.url() +
                              " says: the configuration has errors (400 config_invalid)\n");
}

TEST_F(CommandsTest, AReloadShowsWarningsBesideTheAnswer) {
  const std::string body =
      R"({"reloaded": true, "added": ["x"], "diagnostics": [{"severity": "warning", "message": "hm"}]})";
  const FakeDaemon daemon(200, body);
  const Said reloaded = said(ReloadCommand{{daemon.url()}, true});
  EXPECT_EQ(reloaded.out, body + "\n");
  EXPECT_EQ(reloaded.err, "warning: hm\n");
  EXPECT_EQ(said(ReloadCommand{{daemon.url()}}).out, "reloaded\n  added: x\n");
}

TEST_F(CommandsTest, HealthIsForScripts) {
  const FakeDaemon daemon(200, "OK");
  EXPECT_EQ(said(HealthCommand{{daemon.url()}}).out, daemon.url() + " answers\n");
  EXPECT_EQ(said(HealthCommand{{daemon.url()}, true}).out,
            R"({"healthy":true,"url":")" + daemon.url() + "\"}\n");
  const FakeDaemon other(200, "<html>");
  EXPECT_EQ(said(HealthCommand{{other.url()}}).code, 1);
  const Said nobody = said(HealthCommand{{"http://127.0.0.1:1"}});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_TRUE(nobody.err.starts_with("paddock: nothing answers at http://127.0.0.1:1;")) << nobody.err;
}

TEST_F(CommandsTest, OtherJsonIsNotTaken) {
  const FakeDaemon daemon(200, R"({"status": "ok"})");
  const client::Address address{daemon.url()};
  for (const Said& one : {said(StatusCommand{address}), said(LoadCommand{address, "m"}),
                          said(UnloadCommand{address, "m"}), said(QueueCommand{address, true}),
                          said(ReloadCommand{address, true}), said(HealthCommand{address})}) {
    EXPECT_EQ(one.code, 1);
    EXPECT_EQ(one.out, "");
    EXPECT_NE(one.err.find("is not what was asked for"), std::string::npos) << one.err;
  }
}

// An event for each of these, and the end.
std::string stream_of(const std::vector<std::string>& events) {
  std::string text;
  for (const std::string& event : events) text += "data: " + event + "\n\n";
  return text;
}

TEST_F(CommandsTest, ChatWritesTheAnswerAndThinksAloudElsewhere) {
  const FakeDaemon daemon(200,
                          stream_of({R"({"choices": [{"delta": {"reasoning_content": "hm\u001b"}}]})",
                                     R"({"choices": [{"delta": {"content": "Hel"}}]})",
                                     R"({"choices": [{"delta": {"content": "lo\u0007\n!"}}]})", "[DONE]"}));
  const Said chat = said(ChatCommand{{daemon.url()}, "org/m", "Say it."});
  EXPECT_EQ(chat.code, 0);
  EXPECT_EQ(chat.out, "Hello\\x07\n!\n");
  EXPECT_TRUE(chat.err.starts_with("hm\\x1b\n\norg/m: 3 tokens, first after ")) << chat.err;
  EXPECT_EQ(daemon.asked().target, "/v1/chat/completions");
  EXPECT_NE(daemon.asked().body.find("Say it."), std::string::npos);
  const Said whole = said(ChatCommand{{daemon.url()}, "m", "", true});
  EXPECT_NE(whole.out.find(R"("text":"Hello\u0007\n!")"), std::string::npos) << whole.out;
  EXPECT_EQ(whole.err, "");
}

TEST_F(CommandsTest, AChatThatBreaksOffIsAFailure) {
  const std::string begun = R"({"choices": [{"delta": {"content": "Hel"}}]})";
  const FakeDaemon cut(200, stream_of({begun}));
  const Said ended = said(ChatCommand{{cut.url()}, "m", ""});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "Hel\n");
  EXPECT_EQ(ended.err, "paddock: m: its answer ended before it was complete\n");
  const FakeDaemon broken(200, stream_of({begun, R"({"error": {"message": "the engine died"}})"}));
  EXPECT_EQ(said(ChatCommand{{broken.url()}, "m", ""}).err, "paddock: m: the engine died\n");
  EXPECT_EQ(said(BenchCommand{{broken.url()}, "m"}).code, 1);
}

TEST_F(CommandsTest, LogsArePagesUntilWhatWasTheNewest) {
  std::vector<std::string> asked;
  const auto page = [&](const httplib::Request& request, httplib::Response& response) {
    asked.push_back(request.target);
    const bool first = request.get_param_value("after") == "0";
    response.set_content(!request.has_param("after")
                             ? R"({"lines": [{"text": "c"}], "after": 3, "more": true})"
                         : first ? R"({"lines": [{"text": "a"}, {"text": "b"}], "after": 2, "more": true})"
                                 : R"({"lines": [{"text": "c"}], "after": 4, "more": true})",
                         "application/json");
  };
  const FakeDaemon daemon(
      std::make_unique<httplib::Server>(), "http",
      [&](const httplib::Request& request, httplib::Response& response) { page(request, response); });
  EXPECT_EQ(said(LogsCommand{{daemon.url()}, "m", "x|y", "gpu,fit"}).out, "a\nb\nc\n");
  EXPECT_EQ(asked, (std::vector<std::string>{"/api/logs?limit=1&model=m&re=x%7Cy&tag=gpu%2Cfit",
                                             "/api/logs?limit=1000&after=0&model=m&re=x%7Cy&tag=gpu%2Cfit",
                                             "/api/logs?limit=1000&after=2&model=m&re=x%7Cy&tag=gpu%2Cfit"}));
  EXPECT_EQ(said(LogsCommand{{daemon.url()}, std::nullopt, "", "", 5, false, true}).out,
            "{\"text\":\"c\"}\n");
  EXPECT_EQ(asked.back(), "/api/logs?limit=5");
}

TEST_F(CommandsTest, TopIsOneScreenWhereThereIsNoTerminal) {
  const FakeDaemon daemon(200, "event: state\ndata: {\"daemon\": {\"version\": \"1\"}}\n\n");
  EXPECT_EQ(said(TopCommand{{daemon.url()}}).out,
            "paddock 1 at " + daemon.url() + "\n\nno model is loaded\n");
  EXPECT_EQ(said(TopCommand{{daemon.url()}, true}).out, "{\"daemon\":{\"version\":\"1\"}}\n");
  const FakeDaemon other(200, "<html>");
  EXPECT_EQ(said(TopCommand{{other.url()}}).code, 1);
}

TEST_F(CommandsTest, TheKeyIsSent) {
  const FakeDaemon daemon(200, R"({"waiting": []})");
  ::setenv("PADDOCK_API_KEY", "k", 1);
  EXPECT_EQ(said(QueueCommand{{daemon.url()}}).out, "nobody waits\n");
  EXPECT_EQ(daemon.asked().header("Authorization"), "Bearer k");
}

}  // namespace
}  // namespace paddock::commands
