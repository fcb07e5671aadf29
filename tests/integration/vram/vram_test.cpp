// The next model starts when the memory of the one before it is back on the card: no sooner, no later, and
// not never. The card is a file that the test writes, behind the same seam as the real ones.
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kTookIt = "model a took 9.0 GiB of GPU 0 (fake card)";
constexpr const char* kNotBack = "model a: its memory is not back yet";

class Vram : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

  Vram() { use(1); }

  // That many GiB of 16.
  void use(int gib, const Json& processes = nullptr) {
    const Json card = {
        {"name", "fake card"}, {"total", kGiB * 16}, {"used", kGiB * gib}, {"processes", processes}};
    write_file(file_ + ".new", Json{{"gpus", {card}}}.dump());
    ASSERT_EQ(std::rename((file_ + ".new").c_str(), file_.c_str()), 0);
  }

  TestDaemon::Options on_card() const { return {{"--gpu-source", "file:" + file_}, {}}; }
  static std::string models(const std::string& top = {}) {
    return config_with({{"a", "--health-gate up"}, {"b"}}, top);
  }
  static bool said(const TestDaemon& daemon, const std::string& text) {
    return eventually([&] { return daemon.output().find(text) != std::string::npos; });
  }

  // Model a is loaded and has served, and holds nine.
  void serve_a(const TestDaemon& daemon) {
    auto answer = start_chat(daemon.port(), "a");
    ASSERT_TRUE(said(daemon, "model a starts with 1.0 GiB of GPU 0 (fake card) in use"));
    use(10);
    daemon.records().wait_for("listening", "a");
    daemon.release("a", "up");
    ASSERT_EQ(answer.get().status(), 200);
    ASSERT_TRUE(said(daemon, kTookIt));
  }

 private:
  TempDir dir_;
  std::string file_ = dir_.path("gpus.json");
};

TEST_F(Vram, TheNextLoadIsDelayedJustAsLongAsTheMemoryLingers) {
  TestDaemon daemon(models(), on_card());
  serve_a(daemon);
  auto answer = start_chat(daemon.port(), "b");
  ASSERT_TRUE(said(daemon, kNotBack));
  EXPECT_FALSE(eventually([&] { return daemon.records().count("started", "b") > 0; }, Millis(3000)));
  EXPECT_EQ(daemon.state("a"), "stopping") << "it counts as gone only when its memory is back";
  const auto back = Clock::now();
  use(1);
  const auto started = time_of(daemon.records().wait_for("started", "b"));
  EXPECT_GE(started, back);
  EXPECT_LE(started - back, Millis(1000));
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_TRUE(said(daemon, "model a: its memory was back 3."));
}

TEST_F(Vram, MemoryThatNeverComesBackIsTalkedAboutAndTheStartGoesOn) {
  TestDaemon daemon(models("vramReleaseTimeout: 1"), on_card());
  serve_a(daemon);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const auto ended = time_of(daemon.records().wait_for("sigterm", "a"));
  const auto started = time_of(daemon.records().wait_for("started", "b"));
  EXPECT_GE(started - ended, Millis(1000));
  EXPECT_LE(started - ended, Millis(3000));
  EXPECT_TRUE(said(daemon, "model a: 9.0 GiB of GPU 0 (fake card) not back 1."));
  EXPECT_TRUE(said(daemon, "(vramReleaseTimeout); the next start does not wait for it"));
}

TEST_F(Vram, TheCardsShowWhoHoldsWhat) {
  TestDaemon daemon(models(), on_card());
  const auto card = [&] { return get(daemon.port(), "/api/gpus").json()["gpus"][0]; };
  serve_a(daemon);
  const Json estimated = card();
  EXPECT_EQ(estimated["models"],
            Json::array({{{"model", "a"}, {"generation", 1}, {"bytes", kGiB * 9}, {"estimated", true}}}));
  EXPECT_EQ(estimated["free"], kGiB * 6);
  const Json pid = daemon.records().wait_for("started", "a")["pid"];
  const Json game = {{"pid", 99999999}, {"name", "game"}, {"bytes", kGiB}};
  use(10, {{{"pid", pid}, {"bytes", kGiB * 8}}, game});
  const Json told = card();
  EXPECT_EQ(told["models"],
            Json::array({{{"model", "a"}, {"generation", 1}, {"bytes", kGiB * 8}, {"estimated", false}}}));
  EXPECT_EQ(told["others"], Json::array({game}));
}

TEST_F(Vram, ZeroNeverWaits) {
  TestDaemon daemon(models("vramReleaseTimeout: 0"), on_card());
  auto answer = start_chat(daemon.port(), "a");
  daemon.records().wait_for("listening", "a");
  use(10);
  daemon.release("a", "up");
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(daemon.output().find("GPU 0"), std::string::npos) << "nothing is read";
}

// A second is a fifth of the limit: whoever waited for anything would be seen.
TEST_F(Vram, MemoryThatIsFreeAlreadyIsNotWaitedFor) {
  TestDaemon daemon(models(), on_card());
  serve_a(daemon);
  use(1);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const auto ended = time_of(daemon.records().wait_for("sigterm", "a"));
  EXPECT_LE(time_of(daemon.records().wait_for("started", "b")) - ended, Millis(1000));
  EXPECT_EQ(daemon.output().find(kNotBack), std::string::npos);
}

TEST_F(Vram, AfterACrashLongAgoTheNextStartIsNotDelayed) {
  TestDaemon daemon(models(), on_card());
  serve_a(daemon);
  use(1);
  const pid_t pid = daemon.records().of("started", "a").at(0)["pid"];
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  ASSERT_TRUE(daemon.reaches("a", "stopped"));
  use(7);  // somebody else's, and so none that is waited for
  const auto asked = Clock::now();
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_LE(time_of(daemon.records().wait_for("started", "b")) - asked, Millis(1000));
  EXPECT_EQ(daemon.output().find(kNotBack), std::string::npos);
}

TEST_F(Vram, AShutdownWaitsForNoMemory) {
  TestDaemon daemon(models("vramReleaseTimeout: 60"), on_card());
  serve_a(daemon);
  auto answer = start_chat(daemon.port(), "b");
  ASSERT_TRUE(said(daemon, kNotBack));
  const auto asked = Clock::now();
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_LE(Clock::now() - asked, Millis(5000));
  EXPECT_EQ(answer.get().status(), 503);
  EXPECT_EQ(daemon.records().count("started", "b"), 0u);
}

TEST_F(Vram, AFileThatIsBrokenIsAWarningAndHoldsNobodyUp) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}), {{"--gpu-source", "file:/dev/null"}, {}});
  ASSERT_TRUE(said(daemon, "the memory of GPUs cannot be read, so no start waits for it: The file of GPUs"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

TEST_F(Vram, WhoComesWhileACrashedModelsMemoryLingersWaitsForTheNextLaunch) {
  TestDaemon daemon(models(), on_card());
  serve_a(daemon);
  const pid_t pid = daemon.records().wait_for("started", "a")["pid"];
  ::kill(pid, SIGKILL);
  ASSERT_TRUE(said(daemon, kNotBack));
  EXPECT_EQ(daemon.state("a"), "stopping");
  auto answer = start_chat(daemon.port(), "a");
  // Longer than a request is offered to a launch that is dead.
  EXPECT_NE(answer.wait_for(Millis(2000)), std::future_status::ready);
  use(1);
  daemon.records().wait_for("listening", "a", 2);
  daemon.release("a", "up");
  EXPECT_EQ(answer.get().status(), 200);
}

// The reader of the cards waits in open() for somebody who writes, as it would in a driver's call.
TEST(Gpus, ADriverThatHangsDoesNotDelayTheEnd) {
  TempDir dir;
  const std::string path = dir.path("gpus.json");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  TestDaemon daemon(config_with({{"a"}}), {{"--gpu-source", "file:" + path}, {}});
  RawClient client(daemon.port());
  client.send("GET /api/gpus HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.await_read();
  const auto asked = Clock::now();
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_LE(Clock::now() - asked, Millis(3000)) << "shutdownTimeout is more";
  std::string answer;
  client.read_to_end(answer);
  EXPECT_TRUE(answer.empty() || answer.find("\"problem\":\"") != std::string::npos) << answer;
}

}  // namespace
}  // namespace paddock::test
