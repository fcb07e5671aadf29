#include "paddock/logs/own_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include "paddock/base/unique_fd.h"
#include "paddock/logs/time_format.h"

namespace paddock::logs {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  // Until the writing end is closed everywhere.
  std::string read_all() {
    std::string all;
    char buffer[4096];
    pollfd fds = {read.get(), POLLIN, 0};
    while (::poll(&fds, 1, 20000) == 1) {
      const ssize_t size = ::read(read.get(), buffer, sizeof buffer);
      if (size <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all + "<timed out>";
  }
  std::string read_some(std::size_t size) {
    std::string some(size, '\0');
    pollfd fds = {read.get(), POLLIN, 0};
    if (::poll(&fds, 1, 20000) != 1) return "<timed out>";
    const ssize_t got = ::read(read.get(), some.data(), size);
    return got > 0 ? some.substr(0, static_cast<std::size_t>(got)) : std::string();
  }
  UniqueFd read, write;
};

// Puts spdlog's logger back, so that no test leaves one behind whose hub is gone.
class OwnLog : public ::testing::Test {
 protected:
  OwnLog() : before_(spdlog::default_logger()) {}
  ~OwnLog() override { spdlog::set_default_logger(before_); }

  std::string text() { return hub_.proxy().read_from(0, 1 << 20).bytes; }

  Hub hub_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(OwnLog, WritesTimeLevelMessage) {
  install_own_log(hub_, Level::kInfo);
  spdlog::info("model `{}` is ready", "m");
  EXPECT_THAT(text(), MatchesRegex("[0-9]+-[0-9]+-[0-9]+ [0-9]+:[0-9]+:[0-9]+\\.[0-9][0-9][0-9] "
                                   "info  model `m` is ready\n"));
  EXPECT_EQ(hub_.combined().read_from(0, 1000).bytes, text());
}

TEST_F(OwnLog, LevelCanChange) {
  install_own_log(hub_, Level::kWarn);
  spdlog::info("too small");
  spdlog::error("seen");
  set_own_level(Level::kDebug);
  spdlog::debug("seen too");
  EXPECT_THAT(text(), MatchesRegex("[^\n]* error seen\n[^\n]* debug seen too\n"));
}

TEST_F(OwnLog, TimeFormatCanChange) {
  install_own_log(hub_, Level::kInfo);
  set_own_time_format("kitchen");
  spdlog::info("one");
  EXPECT_THAT(text(), MatchesRegex("[0-9]+:[0-9][0-9][AP]M info  one\n"));
  set_own_time_format("");
  spdlog::info("two");
  EXPECT_THAT(text(), MatchesRegex("[^\n]*\n[0-9]+-[0-9]+-[0-9]+ [^\n]* info  two\n"));
}

TEST(TimeFormat, EachName) {
  const char* const before = ::getenv("TZ");
  const std::string kept = before ? before : "";
  ::setenv("TZ", "XST-2:30", 1);
  ::tzset();
  const auto time = std::chrono::system_clock::from_time_t(1769839205) + 50ms;  // 2026-01-31 06:00:05 UTC
  const std::pair<const char*, const char*> expected[] = {
      {"ansic", "Sat Jan 31 08:30:05 2026"},
      {"unixdate", "Sat Jan 31 08:30:05 XST 2026"},
      {"rubydate", "Sat Jan 31 08:30:05 +0230 2026"},
      {"rfc822", "31 Jan 26 08:30 XST"},
      {"rfc822z", "31 Jan 26 08:30 +0230"},
      {"rfc850", "Saturday, 31-Jan-26 08:30:05 XST"},
      {"rfc1123", "Sat, 31 Jan 2026 08:30:05 XST"},
      {"rfc1123z", "Sat, 31 Jan 2026 08:30:05 +0230"},
      {"rfc3339", "2026-01-31T08:30:05+02:30"},
      {"rfc3339nano", "2026-01-31T08:30:05.05+02:30"},
      {"kitchen", "8:30AM"},
      {"stamp", "Jan 31 08:30:05"},
      {"stampmilli", "Jan 31 08:30:05.050"},
      {"stampmicro", "Jan 31 08:30:05.050000"},
      {"stampnano", "Jan 31 08:30:05.050000000"},
      {"another", ""},
  };
  for (const auto& [name, text] : expected) EXPECT_EQ(format_time(time, name), text) << name;
  const auto whole = std::chrono::system_clock::from_time_t(1770012245);  // 2026-02-02 06:04:05 UTC
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  EXPECT_EQ(format_time(whole, "rfc3339nano"), "2026-02-02T06:04:05Z");
  EXPECT_EQ(format_time(whole, "ansic"), "Mon Feb  2 06:04:05 2026");
  before ? ::setenv("TZ", kept.c_str(), 1) : ::unsetenv("TZ");
  ::tzset();
}

TEST_F(OwnLog, StrangersCannotForgeLines) {
  install_own_log(hub_, Level::kInfo);
  spdlog::info("asked for {}", "x\x1b[2J\r\n2026-01-01 00:00:00.000 info  all is well\n");
  EXPECT_THAT(text(), EndsWith("info  asked for x\\x1b[2J\\x0d\n"
                               "                              2026-01-01 00:00:00.000 info  all is well\n"));
}

TEST(Follower, CopiesWhatWasThereAndWhatComes) {
  Pipe pipe;
  Channel channel(1 << 16);
  channel.write("before\n");
  {
    Follower follower(channel, pipe.write.get());
    EXPECT_EQ(pipe.read_some(100), "before\n");
    channel.write("while\n");
    EXPECT_EQ(pipe.read_some(100), "while\n");
    channel.write("last\n");
  }
  pipe.write.reset();
  EXPECT_EQ(pipe.read_all(), "last\n");
}

TEST(Follower, CopiesMoreThanAPipeHolds) {
  Pipe pipe;
  Channel channel(1 << 20);
  const std::string text(300'000, 'x');
  channel.write(text);
  std::string got;
  {
    Follower follower(channel, pipe.write.get());
    while (got.size() < text.size()) got += pipe.read_some(4096);
  }
  EXPECT_EQ(got, text);
}

TEST(Follower, SaysHowMuchWasLost) {
  Pipe pipe;
  Channel channel(100);
  channel.write(std::string(150, 'a'));
  { const Follower follower(channel, pipe.write.get()); }
  pipe.write.reset();
  EXPECT_EQ(pipe.read_all(), "[50 bytes of the log were lost here]\n" + std::string(100, 'a'));
}

TEST(Follower, AReaderThatDoesNotReadCostsOneSecondAtTheEnd) {
  Pipe pipe;
  Channel channel(1 << 20);
  Follower* follower = new Follower(channel, pipe.write.get());
  const auto before_writing = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) channel.write(std::string(4096, 'x'));
  const auto stopping = std::chrono::steady_clock::now();
  EXPECT_LT(stopping - before_writing, 1s);
  delete follower;
  const auto took = std::chrono::steady_clock::now() - stopping;
  EXPECT_GE(took, 900ms);
  EXPECT_LT(took, 2s);
}

TEST(Follower, ABrokenPipeEndsTheCopying) {
  Pipe pipe;
  pipe.read.reset();
  Channel channel(1 << 16);
  const auto start = std::chrono::steady_clock::now();
  {
    const Follower follower(channel, pipe.write.get());
    channel.write("nobody reads this\n");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 900ms);
}

}  // namespace
}  // namespace paddock::logs
