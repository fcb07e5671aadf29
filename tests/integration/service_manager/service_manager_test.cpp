// Who started the daemon, and asked to be told, hears how it stands; its models cannot speak in its place.
#include <signal.h>

#include "paddock/base/read_text.h"
#include "tests/integration/scenario.h"
#include "tests/support/notify_socket.h"

namespace paddock::test {
namespace {

bool begins(const std::string& text, const std::string& head) {
  EXPECT_EQ(text.substr(0, head.size()), head);
  return text.rfind(head, 0) == 0;
}

TEST(ServiceManager, HearsOfTheStartOfReloadsAndOfTheEnd) {
  const TempDir dir;
  const NotifySocket manager(dir.path("notify"));
  TestDaemon::Options options;
  options.env = {"NOTIFY_SOCKET=" + dir.path("notify")};
  TestDaemon daemon(config_with({{"a"}}, "shutdownTimeout: 7"), options);
  const std::string ready = "READY=1\nSTATUS=listening on http://127.0.0.1:" + std::to_string(daemon.port());
  EXPECT_EQ(manager.heard(), ready + "\n");

  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const pid_t engine = daemon.records().wait_for("started", "a")["pid"];
  const std::string given = read_text("/proc/" + std::to_string(engine) + "/environ").value_or("");
  EXPECT_NE(given.find("CUDA_DEVICE_ORDER="), std::string::npos) << "all that it was given";
  EXPECT_EQ(given.find("NOTIFY_SOCKET"), std::string::npos);

  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(begins(manager.heard(), "RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(manager.heard(), ready + "\n");
  daemon.rewrite("models: [");
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(begins(manager.heard(), "RELOADING=1\n"));
  EXPECT_TRUE(begins(manager.heard(), ready + "; the new configuration has errors"));

  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(manager.heard(), "STOPPING=1\nSTATUS=stopping within 7 s\nEXTEND_TIMEOUT_USEC=9000000\n");
  EXPECT_EQ(manager.heard(Millis(0)), "") << "that was the last word";
}

}  // namespace
}  // namespace paddock::test
