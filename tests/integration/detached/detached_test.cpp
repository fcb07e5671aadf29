// Launchers that exit while the service lives, and the reverse: both modes behave as configured.
#include <signal.h>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// A launcher as `docker run -d` is one: it leaves a server in a session of its own behind and tells its pid.
class Launcher {
 public:
  // `then`: what the launcher does when the server is up; `more`: lines of the model.
  std::string config(const std::string& then, const std::string& more) const {
    return "logLevel: debug\nmodels:\n  a:\n    cmd: >-\n      sh -c 'setsid @FAKE@ --port ${PORT} --name a "
           "& "
           "echo $! > " +
           pid_file() + "; " + then + "'\n" + more;
  }
  std::string detached(const std::string& then = "exit 0") const {
    return config(then, "    detached: true\n    cmdStop: sh -c 'echo stopping; kill $(cat " + pid_file() +
                            "); rm " + pid_file() + "'\n");
  }
  std::string pid_file() const { return dir_.path("pid"); }

 private:
  TempDir dir_;
};

pid_t service_of(const TestDaemon& daemon) { return daemon.records().wait_for("started", "a")["pid"]; }

Json launch_of(const TestDaemon& daemon) {
  return get(daemon.port(), "/api/models/a/launches").json()["launches"].at(0);
}

TEST(Detached, TheServiceOutlivesItsLauncherAndEndsWithItsStopCommand) {
  const Launcher launcher;
  TestDaemon daemon(launcher.detached());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t service = service_of(daemon);
  const pid_t started = launch_of(daemon)["pid"];
  EXPECT_TRUE(eventually([&] { return !alive(started); }));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_TRUE(alive(service));
  EXPECT_EQ(daemon.state("a"), "ready");
  EXPECT_EQ(daemon.records().count("started"), 1u);
  EXPECT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_FALSE(alive(service));
  EXPECT_GE(daemon.records().count("sigterm", "a"), 1u) << "it could end as it likes";
  EXPECT_EQ(read_file(launcher.pid_file()), "") << "the command could finish";
  EXPECT_NE(get(daemon.port(), "/logs").body.bytes.find("stopping\n"), std::string::npos);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "and again";
}

TEST(Detached, ItsDeathIsSeenByItsHealthPath) {
  const Launcher launcher;
  TestDaemon daemon(launcher.detached());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  ::kill(service_of(daemon), SIGKILL);
  EXPECT_TRUE(daemon.reaches("a", "stopped", Millis(25'000)));
  const Json launch = launch_of(daemon);
  EXPECT_EQ(launch["reason"], "crashed") << launch;
  EXPECT_NE(daemon.output().find("model `a` does not answer at /health any more"), std::string::npos);
  EXPECT_EQ(read_file(launcher.pid_file()), "") << "its stop command has tidied up";
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "the next request starts it again";
}

TEST(Detached, TheServiceDiesWhileItsLauncherLives) {
  const Launcher launcher;
  TestDaemon daemon(launcher.detached("exec sleep 600"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t left = launch_of(daemon)["pid"];
  ::kill(service_of(daemon), SIGKILL);
  EXPECT_TRUE(daemon.reaches("a", "stopped", Millis(25'000)));
  EXPECT_FALSE(alive(left)) << "what is left of the launch goes with it";
}

TEST(Detached, ALauncherThatFailsIsAFailedStart) {
  const Launcher launcher;
  TestDaemon daemon(
      "models:\n  a:\n    cmd: sh -c 'echo the name a is already in use; exit 125'\n    proxy: "
      "http://127.0.0.1:9\n    detached: true\n    cmdStop: touch " +
      launcher.pid_file() + ".tidied\n");
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_NE(response.error_message().find("exit code 125 before it was ready: the name a is already in use"),
            std::string::npos)
      << response.error_message();
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_TRUE(std::filesystem::exists(launcher.pid_file() + ".tidied"));
}

TEST(Detached, AShutdownStopsTheService) {
  const Launcher launcher;
  TestDaemon daemon(launcher.detached());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t service = service_of(daemon);
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_FALSE(alive(service));
  EXPECT_EQ(read_file(launcher.pid_file()), "") << "by its stop command";
}

// The other mode: the launcher is the model.
TEST(Attached, ALauncherThatExitsTakesItsServiceWithIt) {
  const Launcher launcher;
  TestDaemon daemon(launcher.config("sleep 0.2; exit 0", ""));
  const Response response = chat(daemon.port(), "a");
  // It may have served until its launcher ended.
  EXPECT_TRUE(response.status() == 200 || response.error_code() == "start_failed") << response.body.bytes;
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_FALSE(alive(service_of(daemon)));
}

TEST(Attached, AServiceThatDiesUnderItsLauncherIsNotSeen) {
  const Launcher launcher;
  TestDaemon daemon(launcher.config("exec sleep 600", ""));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  ::kill(service_of(daemon), SIGKILL);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 502);
  EXPECT_EQ(daemon.state("a"), "ready") << "its process lives";
}

}  // namespace
}  // namespace paddock::test
