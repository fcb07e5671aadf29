// What engines print can be searched and followed line by line, and an engine that floods its log harms
// neither itself nor others nor the daemon's memory.
#include <cstdlib>
#include <fstream>

#include "tests/integration/scenario.h"
#include "tests/support/sanitized.h"

namespace paddock::test {
namespace {

Json lines_of(const TestDaemon& daemon, const std::string& query) {
  const Response response = get(daemon.port(), "/api/logs?" + query);
  EXPECT_EQ(response.status(), 200) << query;
  const Json page = response.json();
  return page.value("lines", Json::array());
}

TEST(LogLines, ALoadCanBeReadAndFollowed) {
  TestDaemon daemon(config_with({{"a",
                                  "--log-line 'load_tensors: offloaded 2/2 layers to GPU' "
                                  "--log-line 'CUDA error: none left' --log-every-ms 100"},
                                 {"b"}},
                                side_by_side("a, b")));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  ASSERT_TRUE(eventually([&] { return lines_of(daemon, "model=a&level=error").size() == 1; }));
  const Json fit = lines_of(daemon, "model=a&tag=fit&q=OFFLOADED");
  ASSERT_EQ(fit.size(), 1u);
  EXPECT_EQ(fit[0]["launch"], get(daemon.port(), "/api/models/a").json()["launch"]["generation"]);
  EXPECT_FALSE(lines_of(daemon, "source=proxy&limit=1").empty());

  RawClient live(daemon.port());
  const std::string id = std::to_string(fit[0]["id"].get<std::uint64_t>());
  live.send(make_request("GET", "/api/logs/stream?model=a&level=error", {}, {{"Last-Event-ID", id}}));
  EXPECT_EQ(live.read_head().status, 200);
  live.read_until("CUDA error: none left");
  RawClient next(daemon.port());
  next.send(make_request("GET", "/api/logs/stream?model=a"));
  next.read_until("\"launch\"");
}

// Kilobytes.
std::size_t resident(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  }
  return 0;
}

TEST(LogLines, AFloodIsBoundedAndHarmsNobody) {
  // Else the address sanitizer keeps more of what is freed than the flood is long.
  ::setenv("ASAN_OPTIONS", "quarantine_size_mb=16", 1);
  TestDaemon daemon(config_with({{"a", "--flood-log 200000000"}, {"b"}}, side_by_side("a, b")));
  RawClient lazy(daemon.port(), 4096);
  lazy.send(make_request("GET", "/api/logs/stream?after=0"));
  EXPECT_EQ(lazy.read_head().status, 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const std::size_t before = resident(daemon.process().pid());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  daemon.records().wait_for("flood_done", "a", 1, 3 * kPatience);
  EXPECT_TRUE(eventually([&] { return !lines_of(daemon, "model=a&q=were+not+read+line+by+line").empty(); }));
  // Rings, tails and backlogs are some 16 MiB, and several times that with a sanitizer's shadow; all of the
  // flood would be 195 and more.
  const pid_t pid = daemon.process().pid();
  const std::size_t most = is_sanitized(pid) ? 180u << 10 : 48u << 10;
  EXPECT_LT(resident(pid), before + most);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

}  // namespace
}  // namespace paddock::test
