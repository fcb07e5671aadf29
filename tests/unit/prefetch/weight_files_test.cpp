#include "weight_files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "paddock/prefetch/prefetcher.h"
#include "tests/support/temp_dir.h"

namespace paddock::prefetch {
namespace {

using ::testing::ElementsAre;

TEST(WeightFiles, AreLargeRegularFilesEachOnce) {
  test::TempDir dir;
  const std::string a = dir.path("a-00001-of-00002.gguf"), b = dir.path("a-00002-of-00002.gguf");
  test::write_file(a, "12");
  test::write_file(b, "1234567");
  test::write_file(dir.path("c"), "12345");
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  const std::vector<std::string> paths = {a,           dir.path("c"),    dir.path("c"),
                                          "/dev/zero", dir.path("fifo"), dir.path("none")};
  EXPECT_THAT(weight_files(paths, 5), ElementsAre(WeightFile{b, 7}, WeightFile{dir.path("c"), 5}))
      << "the first part may be small";
  EXPECT_THAT(weight_files(paths, 6), ElementsAre(WeightFile{b, 7}));
}

TEST(WeightFiles, AreWeighedWithoutTheProgram) {
  test::TempDir dir;
  for (const char* name : {"a", "b", "c", "d"}) test::write_file(dir.path(name), std::string(5, *name));
  test::write_file(dir.path("run.sh"), "exec serve -m " + dir.path("d"));
  const Options options{"", 5};
  EXPECT_EQ(weights_of({dir.path("a"), "--model=" + dir.path("b"), dir.path("none")}, {}, options), 5u);
  EXPECT_EQ(weights_of({"sh", "-c", "serve -m '" + dir.path("b") + "'"},
                       {"LLAMA_ARG_MMPROJ=" + dir.path("c")}, options),
            10u);
  EXPECT_EQ(weights_of({dir.path("run.sh"), dir.path("b")}, {}, options), 10u);
  EXPECT_EQ(weights_of({}, {}, options), 0u);
}

TEST(WeightFiles, AvailableMemory) {
  EXPECT_EQ(available_memory("MemTotal: 9 kB\nMemAvailable:     12 kB\nBuffers: 3 kB\n"), 12u * 1024);
  EXPECT_EQ(available_memory("MemTotal: 9 kB\n"), std::nullopt);
  EXPECT_EQ(available_memory("MemAvailable:"), std::nullopt);
  EXPECT_EQ(available_memory("MemAvailable: much"), std::nullopt);
  EXPECT_EQ(available_memory("MemAvailable: 18446744073709551615 kB"), std::nullopt);
}

}  // namespace
}  // namespace paddock::prefetch
