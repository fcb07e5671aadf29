// What engines print can be searched and followed line by line, and an engine that floods its log harms
// neither itself nor others nor the daemon's memory.
#include <cstdlib>
#include <deque>
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

// Page by page, from the newest line back to the first that is kept.
std::vector<Json> lines_back(const TestDaemon& daemon) {
  std::vector<Json> lines;
  std::string before;
  for (int pages = 0; pages < 100; ++pages) {
    Json page = get(daemon.port(), "/api/logs?limit=1000" + before).json();
    const auto found = page["lines"].get<std::vector<Json>>();
    lines.insert(lines.end(), found.rbegin(), found.rend());
    if (page["before"].is_null()) return lines;
    before = "&before=" + page["before"].dump();
  }
  ADD_FAILURE() << "no end after " << lines.size() << " lines";
  return lines;
}

TEST(LogLines, PagesGoBackToTheFirstWhileAFloodComes) {
  TestDaemon daemon("logBuffer: 64KiB\n" + side_by_side("a, b") +
                    "\nmodels:\n"
                    "  a: {cmd: '@FAKE@ --port ${PORT} --name a --flood-log 1000000000000'}\n"
                    "  b:\n"
                    "    cmd: sh -c 'seq -f \"number %g\" 3000 >&2; exec @FAKE@ --port ${PORT} --name b'\n");
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  ASSERT_EQ(chat(daemon.port(), "b").status(), 200);
  ASSERT_TRUE(eventually([&] { return lines_of(daemon, "model=b&q=number+3000").size() == 1; }));
  const std::vector<Json> lines = lines_back(daemon);
  ASSERT_GT(lines.size(), 3000u);
  int number = 3000;
  std::uint64_t id = lines.front()["id"].get<std::uint64_t>() + 1;
  for (const Json& line : lines) {
    ASSERT_LT(line["id"], id);
    id = line["id"];
    const std::string text = line["text"];
    if (!text.starts_with("number ")) continue;
    ASSERT_EQ(text, "number " + std::to_string(number--));
  }
  EXPECT_EQ(number, 0);
  const Json first = lines_of(daemon, "after=0&limit=1");
  EXPECT_EQ(first[0]["id"], id);
  EXPECT_TRUE(eventually([&] { return lines_of(daemon, "limit=1")[0]["id"] > lines.front()["id"]; }));
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
  std::deque<RawClient> lazy;
  for (const char* path : {"/api/logs/stream?after=0", "/logs/stream", "/api/events"}) {
    lazy.emplace_back(daemon.port(), 4096).send(make_request("GET", path));
    EXPECT_EQ(lazy.back().read_head().status, 200) << path;
  }
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  const std::size_t before = resident(daemon.process().pid());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  daemon.records().wait_for("flood_done", "a", 1, kPatience);
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
