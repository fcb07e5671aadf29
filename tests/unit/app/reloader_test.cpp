// When the files are read again, with short times.
#include "reloader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>

#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace paddock::app {
namespace {

using test::eventually;
using test::write_file;
using namespace std::chrono_literals;

class ReloaderTest : public ::testing::Test {
 protected:
  // Slow looks show that it was the kernel who told, quick ones that it need not.
  void watch(std::chrono::milliseconds every = 20ms) {
    options.watch = true;
    options.every = every;
    options.settle = 40ms;
    options.come_back = 200ms;
    begin();
  }
  void begin() {
    options.known = look_at(options.choice);
    reloader.emplace(options, [this](const config::LoadResult& result, const std::string& reason) {
      const std::lock_guard lock(mutex);
      heard.push_back(reason + " " + (result.config ? std::to_string(result.config->models.size()) : "bad"));
    });
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex);
    return heard;
  }
  bool hears(const std::string& news) {
    return eventually([&] { return !all().empty() && all().back() == news; });
  }
  // Whatever the thread had to do before this is done.
  void settle() {
    std::promise<void> done;
    reloader->run([&] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(test::kPatience), std::future_status::ready);
  }

  test::TempDir dir;
  std::string file = dir.path("config.yaml");
  Reloader::Options options{{{file}, ""}, false, {}};
  std::mutex mutex;
  std::vector<std::string> heard;  // guarded by mutex
  std::optional<Reloader> reloader;

  void SetUp() override { write_file(file, one); }

  static constexpr const char* one = "models: {a: {cmd: x}}\n";
  static constexpr const char* two = "models: {a: {cmd: x}, b: {cmd: x}}\n";
};

TEST_F(ReloaderTest, ReadsWhenItIsAsked) {
  begin();
  write_file(file, two);
  std::promise<std::size_t> models;
  reloader->load("SIGHUP", [&](const config::LoadResult& result, const std::string& reason) {
    EXPECT_EQ(reason, "SIGHUP");
    models.set_value(result.config->models.size());
  });
  EXPECT_EQ(models.get_future().get(), 2u);
  EXPECT_TRUE(all().empty()) << "nobody watches";
}

// Whoever saves a file with an editor that empties it first may ask in between.
TEST_F(ReloaderTest, NeverTakesAFileThatIsBeingWrittenForOneWithoutModels) {
  write_file(file, two);
  begin();
  std::atomic<int> times = 0;
  std::atomic<int> fewer = 0;
  for (int i = 0; i < 30; ++i) {
    reloader->load("SIGHUP", [&](const config::LoadResult& result, const std::string&) {
      ++times;
      if (!result.config || result.config->models.size() != 2) ++fewer;
    });
    write_file(file, two);
    ASSERT_TRUE(eventually([&] { return times > i; }));
  }
  EXPECT_EQ(fewer, 0);
}

TEST_F(ReloaderTest, AnEmptyFileThatStaysEmptyIsAnErrorWhoeverAsks) {
  begin();
  write_file(file, "");
  std::promise<bool> good;
  reloader->load("SIGHUP", [&](const config::LoadResult& result, const std::string&) {
    good.set_value(result.config != nullptr);
  });
  EXPECT_FALSE(good.get_future().get());
}

TEST_F(ReloaderTest, DropsNothingThatIsAsked) {
  begin();
  std::atomic<int> times = 0;
  for (int i = 0; i < 50; ++i) {
    reloader->load("request", [&](const config::LoadResult&, const std::string&) { ++times; });
  }
  settle();
  EXPECT_EQ(times, 50);
}

TEST_F(ReloaderTest, SeesAChangeByLooking) {
  watch();
  write_file(file, two);
  EXPECT_TRUE(hears("file changed 2"));
}

TEST_F(ReloaderTest, HearsOfAChangeFromTheKernel) {
  watch(1h);
  write_file(file, two);
  EXPECT_TRUE(hears("file changed 2"));
}

TEST_F(ReloaderTest, WaitsForAFileThatIsBeingWritten) {
  watch();
  write_file(file, "");
  write_file(file, "models: {a: {cmd: x},\n");
  write_file(file, two);
  EXPECT_TRUE(hears("file changed 2"));
  EXPECT_EQ(all().size(), 1u);
}

TEST_F(ReloaderTest, TellsOfAFileThatDoesNotComeBack) {
  watch();
  std::filesystem::remove(file);
  EXPECT_TRUE(hears("file changed bad"));
  write_file(file, two);
  EXPECT_TRUE(hears("file changed 2"));
}

TEST_F(ReloaderTest, AnEmptyFileIsAnErrorAndNotTheEndOfAllModels) {
  watch();
  write_file(file, "");
  EXPECT_TRUE(hears("file changed bad"));
}

TEST_F(ReloaderTest, NoModelsOnPurposeAreNoError) {
  watch();
  write_file(file, "models: {}\n");
  EXPECT_TRUE(hears("file changed 0"));
}

TEST_F(ReloaderTest, SeesFilesOfAFolderComeAndGo) {
  const std::string folder = dir.path("conf.d");
  std::filesystem::create_directory(folder);
  options.choice.dir = folder;
  watch();
  write_file(folder + "/b.yaml", "models: {b: {cmd: x}}\n");
  EXPECT_TRUE(hears("file changed 2"));
  std::filesystem::remove(folder + "/b.yaml");
  EXPECT_TRUE(hears("file changed 1"));
}

TEST_F(ReloaderTest, SeesALinkThatLeadsElsewhere) {
  write_file(dir.path("v2"), two);
  std::filesystem::rename(file, dir.path("v1"));
  std::filesystem::create_symlink(dir.path("v1"), file);
  watch();
  std::filesystem::create_symlink(dir.path("v2"), dir.path("new"));
  std::filesystem::rename(dir.path("new"), file);
  EXPECT_TRUE(hears("file changed 2"));
}

TEST_F(ReloaderTest, EndsWhileItIsAsked) {
  watch();
  for (int i = 0; i < 50; ++i) reloader->load("request", [](const auto&, const auto&) {});
  reloader.reset();
}

}  // namespace
}  // namespace paddock::app
