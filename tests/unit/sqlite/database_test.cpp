#include "paddock/sqlite/database.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace paddock::sqlite {
namespace {

using ::testing::HasSubstr;

Database in_memory() {
  Database database;
  const auto ready = database.open(":memory:", {Access::kCreate});
  EXPECT_TRUE(ready) << ready.error();
  EXPECT_TRUE(database.run("CREATE TABLE t (n INTEGER NOT NULL, r REAL, s TEXT)"));
  return database;
}

TEST(SqliteDatabase, GivesBackWhatIsPutIn) {
  Database database = in_memory();
  Statement put(database, "INSERT INTO t VALUES (?, ?, ?)");
  EXPECT_FALSE(put.bind(INT64_MAX).bind(0.5).bind(std::string_view("a\0b", 3)).step());
  put.reset();
  EXPECT_FALSE(put.bind(std::int64_t{-1}).bind_null().bind("").step());
  EXPECT_FALSE(put.failed());
  Statement get(database, "SELECT n, r, s FROM t ORDER BY n DESC");
  ASSERT_TRUE(get.step());
  EXPECT_EQ(get.integer(0), INT64_MAX);
  EXPECT_EQ(get.real(1), 0.5);
  EXPECT_EQ(get.text(2), std::string("a\0b", 3));
  ASSERT_TRUE(get.step());
  EXPECT_TRUE(get.is_null(1));
  EXPECT_EQ(get.text(2), "");
  EXPECT_FALSE(get.step());
  EXPECT_FALSE(get.failed()) << "its rows are over";
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 2);
  EXPECT_EQ(database.number("SELECT r FROM t WHERE n < 0"), std::nullopt) << "no number";
}

TEST(SqliteStatement, AfterAnErrorDoesNothingMoreUntilItIsReset) {
  Database database = in_memory();
  Statement wrong(database, "INSERT INTO none VALUES (?)");
  EXPECT_FALSE(wrong.bind("x").step());
  EXPECT_TRUE(wrong.failed());
  EXPECT_THAT(database.problem(), HasSubstr("no such table"));
  wrong.reset();
  EXPECT_TRUE(wrong.failed()) << "it was never one";
  Statement put(database, "INSERT INTO t (n) VALUES (?)");
  EXPECT_FALSE(put.bind(std::int64_t{1}).bind(std::int64_t{2}).step());
  EXPECT_TRUE(put.failed()) << "a parameter too many";
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 0);
  put.reset();
  EXPECT_FALSE(put.bind(std::int64_t{1}).step());
  EXPECT_FALSE(put.failed());
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 1);
  EXPECT_FALSE(database.is_damaged());
}

TEST(SqliteStatement, IsBrokenOffWhenItsTimeIsOver) {
  Database database = in_memory();
  const char* const endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  {
    int looks = 0;
    const Database::Limit limit(database, 1000, [&looks] { return ++looks > 3; });
    Statement statement(database, endless);
    EXPECT_FALSE(statement.step());
    EXPECT_TRUE(statement.failed());
  }
  EXPECT_EQ(database.number("SELECT 7"), 7) << "the limit is over";
}

TEST(SqliteDatabase, OnlyOneThatMayMakesAFile) {
  test::TempDir dir;
  const std::string path = dir.path("a.db");
  for (const Access access : {Access::kRead, Access::kWrite}) {
    Database database;
    EXPECT_FALSE(database.open(path, {access}));
    EXPECT_FALSE(database.is_open());
  }
  Database made;
  ASSERT_TRUE(made.open(path, {Access::kCreate}));
  ASSERT_TRUE(made.run("CREATE TABLE t (n)"));
  Database reader;
  ASSERT_TRUE(reader.open(path, {Access::kRead}));
  EXPECT_THAT(reader.run("INSERT INTO t VALUES (1)").error(), HasSubstr("readonly"));
  EXPECT_EQ(reader.number("SELECT count(*) FROM t"), 0);
}

TEST(SqliteDatabase, DamageIsToldFromOtherErrors) {
  test::TempDir dir;
  const std::string path = dir.path("a.db");
  test::write_file(path, std::string(5000, 'x'));
  Database database;
  ASSERT_TRUE(database.open(path, {Access::kWrite})) << "nothing was read yet";
  EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_schema"), std::nullopt);
  EXPECT_TRUE(database.is_damaged());
  EXPECT_THAT(database.problem(), HasSubstr("not a database"));

  const std::string sound = dir.path("b.db");
  Database holder, waiter;
  ASSERT_TRUE(holder.open(sound, {Access::kCreate}));
  ASSERT_TRUE(holder.run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(waiter.open(sound, {Access::kWrite, std::chrono::milliseconds(0)}));
  EXPECT_FALSE(waiter.run("BEGIN IMMEDIATE")) << "it is locked";
  EXPECT_FALSE(waiter.is_damaged());
}

}  // namespace
}  // namespace paddock::sqlite
