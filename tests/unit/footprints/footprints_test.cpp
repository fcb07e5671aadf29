#include "paddock/footprints/footprints.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "store.h"
#include "tests/support/temp_dir.h"

namespace paddock::footprints {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Key key(int number) { return std::string(60, 'a') + std::to_string(1000 + number); }

// Footprints on a file, with the control thread in the test's hands.
class Bench {
 public:
  explicit Bench(std::string path) : path_(std::move(path)) {}

  // Opens them anew and waits until the file is read.
  Footprints& reopen() {
    footprints_.reset();
    context_.restart();
    bool opened = false;
    footprints_.emplace(context_, path_, [&opened] { opened = true; });
    const auto guard = boost::asio::make_work_guard(context_);
    while (!opened && context_.run_one_for(20s) > 0) {
    }
    EXPECT_TRUE(opened);
    return *footprints_;
  }
  // A second opening reads only what is written, so look until it is there.
  std::optional<Learned> kept(const Key& one, const Learned& expected) {
    std::string aside;
    const TimePoint end = steady_now() + 20s;
    Learned learned;
    while (steady_now() < end && learned != expected) {
      auto store = Store::open(path_, aside);
      const auto read =
          store ? store->read() : Result<std::map<Key, Entry>, std::string>(std::map<Key, Entry>());
      if (!read || !read->count(one)) continue;
      learned = read->at(one).footprint;
      if (!read->at(one).loads.empty()) learned.load = read->at(one).loads.back();
    }
    return learned;
  }

 private:
  const std::string path_;
  boost::asio::io_context context_;
  std::optional<Footprints> footprints_;
};

void run(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
}

TEST(Footprints, AreKnownInTheNextLife) {
  test::TempDir dir;
  const std::string path = dir.path("footprints.db");
  Bench bench(path);
  const Footprint footprint{{{"GPU-1", 5000}, {"GPU-2", 7}}, 300, 4s, 31.5};
  Footprints& first = bench.reopen();
  EXPECT_EQ(first.find(key(1)), std::nullopt);
  first.learn(key(1), footprint);
  EXPECT_EQ(first.find(key(1)), footprint);
  EXPECT_EQ(bench.kept(key(1), footprint), footprint);
  EXPECT_EQ(bench.reopen().find(key(1)), footprint);
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST(Footprints, WhatIsNotGivenStaysAndLoadsAreTheMedianOfFive) {
  Bench bench("");
  Footprints& footprints = bench.reopen();
  footprints.learn(key(1), {{{"GPU-1", 5000}}, 300, std::nullopt});
  EXPECT_EQ(footprints.find(key(1))->load, std::nullopt);
  for (const Duration load : {90s, 1s, 2s, 3s, 4s, 100s}) footprints.learn(key(1), {{}, std::nullopt, load});
  EXPECT_EQ(footprints.find(key(1)), (Learned{{{"GPU-1", 5000}}, 300, 3s}));
  footprints.learn(key(1), {{}, std::nullopt, std::nullopt, 40.0});
  footprints.learn(key(1), {{}, std::nullopt, std::nullopt, 60.0});
  EXPECT_EQ(footprints.find(key(1))->pace, 50.0);
  footprints.learn(key(1), {{{"GPU-2", 1}}, std::nullopt, std::nullopt});
  EXPECT_EQ(footprints.find(key(1))->devices.count("GPU-1"), 0u) << "devices are told whole";
}

TEST(FootprintStore, DropsWhatWasNotWrittenForLongest) {
  test::TempDir dir;
  std::string aside;
  auto store = Store::open(dir.path("f.db"), aside);
  ASSERT_TRUE(store) << store.error();
  run(dir.path("f.db"),
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
      "INSERT INTO footprint SELECT 'old' || i, 1, i FROM n; INSERT INTO device VALUES ('old1', 'd', 1)");
  ASSERT_TRUE(store->write(key(1), {{{{"GPU-1", UINT64_MAX}}, UINT64_MAX, std::nullopt}, {1s}}));
  const auto read = store->read();
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->size(), kMostEntries);
  EXPECT_EQ(read->count("old1"), 0u);
  EXPECT_EQ(read->count("old2"), 1u);
  EXPECT_EQ(read->at(key(1)).footprint.ram, static_cast<std::uint64_t>(INT64_MAX));
}

TEST(FootprintStore, AFileOfEarlierDaysIsReadAndKnowsPacesFromThenOn) {
  test::TempDir dir;
  const std::string path = dir.path("f.db");
  std::string aside;
  ASSERT_TRUE(Store::open(path, aside));
  run(path, "INSERT INTO footprint VALUES ('old', 7, 1); DROP TABLE pace");
  auto store = Store::open(path, aside);
  ASSERT_TRUE(store) << store.error();
  ASSERT_TRUE(store->write(key(1), {{{}, 1, std::nullopt, 12.5}, {}}));
  const auto read = store->read();
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->at("old").footprint.ram, 7u);
  EXPECT_EQ(read->at(key(1)).footprint.pace, 12.5);
}

TEST(FootprintStore, ADamagedFileIsSetAside) {
  test::TempDir dir;
  const std::string path = dir.path("f.db");
  for (const std::string& text :
       {std::string(5000, 'x'), std::string("SQLite format 3\0", 16) + std::string(5000, '\7')}) {
    test::write_file(path, text);
    std::string aside;
    auto store = Store::open(path, aside);
    ASSERT_TRUE(store) << store.error();
    EXPECT_THAT(aside, HasSubstr("f.db.broken, and learning starts anew."));
    EXPECT_EQ(test::read_file(path + ".broken"), text);
    EXPECT_TRUE(store->write(key(1), {}));
  }
}

TEST(FootprintStore, AnotherDatabaseIsLeftAsItIs) {
  test::TempDir dir;
  const std::string path = dir.path("f.db");
  run(path, "CREATE TABLE activity (id INTEGER)");
  const std::string before = test::read_file(path);
  std::string aside;
  EXPECT_THAT(Store::open(path, aside).error(),
              EndsWith("f.db: it is a database of something else and stays as it is."));
  EXPECT_EQ(test::read_file(path), before);
  const std::string later = dir.path("later.db");
  ASSERT_TRUE(Store::open(later, aside));
  run(later, "PRAGMA user_version = 2");
  EXPECT_THAT(Store::open(later, aside).error(),
              EndsWith("it is of another version of paddock and stays as it is."));
  EXPECT_THAT(Store::open(dir.path("no/f.db"), aside).error(), EndsWith("No such file or directory."));
  ASSERT_EQ(::symlink(later.c_str(), dir.path("link").c_str()), 0);
  EXPECT_FALSE(Store::open(dir.path("link"), aside)) << "a link leads nowhere";
  EXPECT_THAT(aside, IsEmpty());
}

TEST(FootprintKey, ChangesWithEveryPart) {
  test::TempDir dir;
  const std::string file = dir.path("m.gguf");
  test::write_file(file, "1");
  const Command command{{"serve", "-m", file}, {"A=1"}, {file, dir.path("none"), dir.path("")}};
  const Key first = key_of(command);
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(key_of(command), first);
  Command other = command;
  other.words = {"serve", "-m" + file};
  EXPECT_NE(key_of(other), first);
  other = command;
  other.environment.clear();
  EXPECT_NE(key_of(other), first);
  test::write_file(file, "12");
  EXPECT_NE(key_of(command), first) << "another size";
  const timespec times[2] = {{1, 0}, {1, 0}};
  const Key second = key_of(command);
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  EXPECT_NE(key_of(command), second) << "another time";
}

}  // namespace
}  // namespace paddock::footprints
