// Who started the daemon, and asked to be told, hears how it stands; its models cannot speak in its place.
#include <signal.h>

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
  for (const std::string entry : daemon.records().wait_for("started", "a")["environ"]) {
    EXPECT_NE(entry.rfind("NOTIFY_SOCKET", 0), 0u) << entry;
  }

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
