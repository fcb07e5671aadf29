#include "paddock/machine/stats.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace paddock::machine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kKiB = 1024;

TEST(Stats, Memory) {
  const auto memory = parse_meminfo(
      "MemTotal:       65767936 kB\nMemFree:         1000 kB\nMemAvailable:   50000000 kB\nBuffers: x kB\n"
      "SwapTotal:       8000 kB\nSwapFree:        7000 kB\n");
  EXPECT_EQ(memory, (Memory{65767936 * kKiB, 50000000 * kKiB, 1000 * kKiB, 8000 * kKiB, 7000 * kKiB}));
  EXPECT_EQ(parse_meminfo("MemTotal: 9 kB\nMemFree: 4 kB\n")->available, 4 * kKiB) << "an old kernel";
  EXPECT_FALSE(parse_meminfo(""));
  EXPECT_FALSE(parse_meminfo("MemTotal: 99999999999999999999 kB") && parse_meminfo("")) << "no crash";
}

TEST(Stats, Cores) {
  const auto cores = parse_cores(
      "cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 10 1 2 80 5 1 1 0 7 0\ncpu1 0 0 0 0\ncpufreq 3\nintr 1\n");
  EXPECT_THAT(cores, ElementsAre(CoreTime{15, 100}, CoreTime{0, 0}));
  EXPECT_THAT(busy_percent(cores, {{40, 150}, {0, 10}}), ElementsAre(50, 0));
  EXPECT_THAT(busy_percent(cores, {{0, 0}, {0, 0}}), ElementsAre(0, 0)) << "counters that went back";
  EXPECT_THAT(busy_percent({}, cores), IsEmpty());
  EXPECT_THAT(parse_cores("cpu0 18446744073709551615 18446744073709551615"),
              ElementsAre(CoreTime{~0ULL, ~0ULL}));
}

TEST(Stats, Interfaces) {
  EXPECT_THAT(parse_interfaces("Inter-|   Receive  |  Transmit\n face |bytes    packets\n"
                               "    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n"
                               "  eth0:12345 6 0 0 0 0 0 0 678 9 0 0 0 0 0 0\nwg0: 1\n:\n"),
              ElementsAre(Interface{"eth0", 12345, 678}, Interface{"wg0", 1, 0}));
}

TEST(Stats, Load) {
  EXPECT_EQ(parse_load("0.50 1.25 12.00 3/512 4711\n"), (std::array<double, 3>{0.5, 1.25, 12}));
  EXPECT_FALSE(parse_load("0.50 nan 1"));
  EXPECT_FALSE(parse_load(""));
}

TEST(Stats, AreReadFromTheFolderAndFromThisMachine) {
  test::TempDir dir;
  EXPECT_FALSE(read_stats(dir.path("")).memory);
  test::write_file(dir.path("meminfo"), "MemTotal: 2 kB\nMemFree: 1 kB\n");
  EXPECT_EQ(read_stats(dir.path("")).memory->total, 2 * kKiB);
  const Stats here = read_stats();
  ASSERT_TRUE(here.memory);
  EXPECT_GT(here.memory->total, here.memory->available);
  EXPECT_FALSE(here.cores.empty());
}

}  // namespace
}  // namespace paddock::machine
