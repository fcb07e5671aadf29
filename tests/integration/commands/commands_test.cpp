// The commands that ask a running daemon, as programs: they end when they should, with the code that they
// should.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// `paddock WORDS...`, which finds the daemon by PADDOCK_HOST.
class Asking {
 public:
  Asking(int port, std::vector<std::string> words)
      : child_(line(std::move(words)),
               {"PADDOCK_HOST=127.0.0.1:" + std::to_string(port), "PADDOCK_API_KEY="}) {}

  // The exit code; -1: it has not ended.
  int code() {
    const auto status = child_.wait();
    return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
  }
  // Whether it says that, on either stream; what it has written may come after its end.
  bool says(const std::string& words) {
    return eventually([&] { return child_.output().find(words) != std::string::npos; });
  }
  Child& child() { return child_; }

 private:
  static std::vector<std::string> line(std::vector<std::string> words) {
    words.insert(words.begin(), paddock_program());
    return words;
  }
  Child child_;
};

TEST(Commands, LoadReturnsWhenItIsReadyOrSaysWhyNot) {
  TestDaemon daemon(config_with({{"a"}, {"broken", "--exit-before-listen --exit-code 5"}}));
  Asking load(daemon.port(), {"load", "a"});
  EXPECT_EQ(load.code(), 0) << load.child().output();
  EXPECT_EQ(daemon.state("a"), "ready");
  EXPECT_TRUE(load.says("a: ready")) << load.child().output();
  Asking broken(daemon.port(), {"load", "broken"});
  EXPECT_EQ(broken.code(), 1);
  EXPECT_TRUE(broken.says("paddock: broken: ")) << broken.child().output();
  EXPECT_TRUE(broken.says("exit code 5")) << broken.child().output();
  EXPECT_TRUE(broken.says("start_failed")) << broken.child().output();
}

TEST(Commands, UnloadReturnsWhenItHasStopped) {
  TestDaemon daemon(two_models());
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  Asking status(daemon.port(), {"status"});
  EXPECT_TRUE(status.says("in use")) << status.child().output();
  Asking unload(daemon.port(), {"unload", "a"});
  ASSERT_TRUE(eventually([&] { return get(daemon.port(), "/api/models/a").json()["draining"] == true; }));
  EXPECT_FALSE(unload.child().wait(Millis(0))) << "a request runs";
  daemon.release("a", "g");
  EXPECT_EQ(unload.code(), 0);
  EXPECT_TRUE(unload.says("a: stopped\n")) << unload.child().output();
  EXPECT_EQ(daemon.state("a"), "stopped");
}

TEST(Commands, LogsFollowUntilTheDaemonEnds) {
  TestDaemon daemon(config_with({{"a", "--log-line 'gpu red'"}, {"b"}}));
  Asking follow(daemon.port(), {"logs", "-f", "a", "--grep", "red"});
  post(daemon.port(), "/api/models/a/load");
  EXPECT_TRUE(follow.says("red\n")) << follow.child().output();
  Asking there(daemon.port(), {"logs", "a", "--grep", "red"});
  EXPECT_EQ(there.code(), 0);
  EXPECT_TRUE(there.says("gpu red\n")) << there.child().output();
  Asking wrong(daemon.port(), {"logs", "--grep", "("});
  EXPECT_EQ(wrong.code(), 1);
  EXPECT_TRUE(wrong.says("no regular expression")) << wrong.child().output();
  daemon.stop();
  EXPECT_EQ(follow.code(), 1);
}

// Without this `paddock logs -f | head -1` would stay until the next line.
TEST(Commands, LogsEndWhenTheirReaderLeaves) {
  TestDaemon daemon(two_models());
  post(daemon.port(), "/api/models/a/load");
  const std::string pipe = "set -o pipefail; " + paddock_program() + " logs -f | head -1";
  Child shell({"bash", "-c", pipe}, {"PADDOCK_HOST=127.0.0.1:" + std::to_string(daemon.port())});
  const auto status = shell.wait();
  ASSERT_TRUE(status) << shell.output();
  EXPECT_EQ(*status, 0) << shell.output();
  EXPECT_TRUE(eventually([&] { return !shell.output().empty(); }));
}

TEST(Commands, HealthTellsByItsExitCode) {
  TestDaemon daemon(two_models("apiKeys: [secret]"));
  Asking health(daemon.port(), {"health"});
  EXPECT_EQ(health.code(), 0) << health.child().output();
  Asking status(daemon.port(), {"status"});
  EXPECT_EQ(status.code(), 1);
  EXPECT_TRUE(status.says("wants a key; set PADDOCK_API_KEY")) << status.child().output();
  Asking nobody(1, {"health"});
  EXPECT_EQ(nobody.code(), 1);
  EXPECT_TRUE(nobody.says("nothing answers")) << nobody.child().output();
}

TEST(Commands, ChatShowsTheAnswerAndBenchItsNumbers) {
  TestDaemon daemon(two_models());
  Asking chat(daemon.port(), {"chat", "a", "hello"});
  EXPECT_EQ(chat.code(), 0) << chat.child().output();
  EXPECT_TRUE(chat.says("tokens, first after ")) << chat.child().output();
  Asking bench(daemon.port(), {"bench", "b", "--runs", "2", "--json"});
  ASSERT_EQ(bench.code(), 0) << bench.child().output();
  ASSERT_TRUE(bench.says("}\n")) << bench.child().output();
  const Json result = Json::parse(bench.child().output(), nullptr, false);
  EXPECT_GT(result["swap_s"], 0) << result;
  EXPECT_EQ(result["runs"].size(), 2U);
  EXPECT_GT(result["median"]["ttft_s"], 0) << result;
  EXPECT_EQ(names_started(daemon.records()), (std::vector<std::string>{"a", "b"}));
  Asking unknown(daemon.port(), {"chat", "nobody"});
  EXPECT_EQ(unknown.code(), 1);
  EXPECT_TRUE(unknown.says("paddock: nobody: ")) << unknown.child().output();
}

}  // namespace
}  // namespace paddock::test
