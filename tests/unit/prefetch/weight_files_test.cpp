#include "weight_files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "paddock/prefetch/prefetcher.h"
#include "tests/support/temp_dir.h"

namespace paddock::prefetch {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WeightFiles, AreLookedForInEveryWord) {
  EXPECT_THAT(candidates({"serve", "--model=/m/a.gguf", "/m/b"}),
              ElementsAre("serve", "--model=/m/a.gguf", "/m/a.gguf", "/m/b"));
  const auto of_a_shell = candidates({"sh", "-c", "exec serve -m '/m/my model.gguf' --vae=\"/m/v\""});
  EXPECT_THAT(of_a_shell, Contains("/m/my model.gguf"));
  EXPECT_THAT(of_a_shell, Contains("/m/v"));
  EXPECT_THAT(candidates({"/m/my model.gguf"}), Contains("/m/my model.gguf")) << "as it stands, too";
  EXPECT_THAT(candidates({}), IsEmpty());
}

TEST(WeightFiles, AreLargeRegularFilesEachOnce) {
  test::TempDir dir;
  const std::string a = dir.path("a-00001-of-00002.gguf"), b = dir.path("a-00002-of-00002.gguf");
  test::write_file(a, "12");
  test::write_file(b, "1234567");
  test::write_file(dir.path("c"), "12345");
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  const std::vector<std::string> argv = {
      "serve",         "-m", a, "--model=" + dir.path("c"), dir.path("c"), "/dev/zero", dir.path("fifo"),
      dir.path("none")};
  EXPECT_THAT(weight_files(argv, 5), ElementsAre(WeightFile{b, 7}, WeightFile{dir.path("c"), 5}))
      << "the first part may be small";
  EXPECT_THAT(weight_files(argv, 6), ElementsAre(WeightFile{b, 7}));
}

TEST(WeightFiles, AreWeighedWithoutTheProgram) {
  test::TempDir dir;
  test::write_file(dir.path("a"), "12345");
  test::write_file(dir.path("b"), "1234567");
  EXPECT_EQ(weights_of({dir.path("a"), dir.path("b"), dir.path("none")}, {"", 5}), 7u);
  EXPECT_EQ(weights_of({}), 0u);
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
