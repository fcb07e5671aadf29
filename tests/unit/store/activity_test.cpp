// The list of requests in memory and in files: pages, sums, limits, and which files are taken.
#include "paddock/store/activity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "tests/support/temp_dir.h"

namespace paddock::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kDeadline = 20s;

template <class T>
T await(std::future<T> future) {
  if (future.wait_for(kDeadline) == std::future_status::ready) return future.get();
  ADD_FAILURE() << "no answer within the deadline";
  std::abort();
}

Result<Page, std::string> page(Activity& activity, PageQuery query = {}) {
  const auto told = std::make_shared<std::promise<Result<Page, std::string>>>();
  activity.page(std::move(query),
                [told](Result<Page, std::string> page) { told->set_value(std::move(page)); });
  return await(told->get_future());
}

Result<Stats, std::string> stats(Activity& activity, std::string model = {}) {
  const auto told = std::make_shared<std::promise<Result<Stats, std::string>>>();
  activity.stats(std::move(model),
                 [told](Result<Stats, std::string> one) { told->set_value(std::move(one)); });
  return await(told->get_future());
}

std::vector<std::uint64_t> ids(const Result<Page, std::string>& page) {
  std::vector<std::uint64_t> out;
  if (!page) return out;
  for (const Row& row : page->rows) out.push_back(row.id);
  return out;
}

Row row(Activity& activity, const std::string& model, int second = 0) {
  Row out;
  out.id = activity.next_id();
  out.ended = WallTime(std::chrono::seconds(1'790'000'000 + second));
  out.model = model;
  out.path = "/v1/chat/completions";
  out.content_type = "text/event-stream";
  out.status = 200;
  out.usage = {20, 50, 8, -1, -1, 100, 40, 0};
  out.duration_ms = 1450;
  out.metadata = R"({"fifo_priority":"0"})";
  out.method = "POST";
  out.stream = true;
  out.bytes = 77;
  out.queue_ms = 1;
  out.load_ms = 2;
  out.ttft_ms = 3;
  return out;
}

// Of another program.
void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* problem = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK)
      << (problem ? problem : "");
  sqlite3_free(problem);
  sqlite3_close(database);
}

// As that program writes it.
const char* const kLlamaSwap = R"(
CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
  tstamp TIMESTAMP DEFAULT (datetime('now')));
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1);
CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, ts_created INTEGER, model_id TEXT, req_path TEXT,
  resp_content_type TEXT, resp_status_code INTEGER, cache_tokens INTEGER, draft_tokens INTEGER, draft_acc_tokens INTEGER,
  input_tokens INTEGER, output_tokens INTEGER, prompt_per_second REAL, tokens_per_second REAL, duration_ms INTEGER,
  error_msg TEXT, metadata_json TEXT);
INSERT INTO activity VALUES (41, 1780000000, 'old', '/v1/x', 'application/json', 200, -1, -1, -1, 5, 6, 7.5, 8.5, 90, NULL, '{}');
)";

TEST(Activity, GivesBackWhatItGot) {
  Activity activity({});
  ASSERT_TRUE(activity.open());
  const Row one = row(activity, "a");
  activity.add(one);
  const auto got = page(activity);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->total, 1u);
  ASSERT_EQ(got->rows.size(), 1u);
  EXPECT_EQ(got->rows[0], one);
  EXPECT_EQ(one.id, 1u);
}

TEST(Activity, PagesSortsAndFilters) {
  Activity activity({});
  ASSERT_TRUE(activity.open());
  for (int i = 0; i < 7; ++i) {
    Row one = row(activity, i % 2 ? "odd" : "even", i);
    one.usage.output = 100 - i / 2;
    activity.add(one);
  }
  PageQuery query;
  query.limit = 3;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(7, 6, 5));
  query.page = 3;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(1));
  query.page = ~0ull;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre());
  query = {};
  query.models = {"odd", "'; DROP TABLE activity; --"};
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(6, 4, 2));
  query = {};
  query.sort = SortKey::kGenerated;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(2, 1, 4, 3, 6, 5, 7))
      << "ties go by id in the same direction";
  query.ascending = true;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(7, 5, 6, 3, 4, 1, 2));
  query = {};
  query.min_id = 2;
  query.max_id = 3;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(3, 2));
  query = {};
  query.start = WallTime(1'790'000'001s);
  query.end = WallTime(1'790'000'002s + 500ms);
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(3, 2));
  EXPECT_EQ(page(activity, query)->total, 2u);
  for (int key = 0; key <= static_cast<int>(SortKey::kDuration); ++key) {
    query = {};
    query.sort = static_cast<SortKey>(key);
    EXPECT_EQ(ids(page(activity, query)).size(), 7u) << key;
  }
}

TEST(Activity, TellsWhatWentWrong) {
  Activity activity({});
  ASSERT_TRUE(activity.open());
  const auto add = [&](int status, const char* code) {
    Row one = row(activity, "a");
    one.status = status;
    one.code = code;
    activity.add(one);
  };
  add(200, "");
  add(200, "upstream_broke");
  add(500, "");
  add(399, "");
  add(404, "status_404");
  PageQuery query;
  query.went = Went::kWrong;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(5, 3, 2));
  query.limit = 2;
  query.page = 2;
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(2));
  EXPECT_EQ(page(activity, query)->total, 3u);
  query = {};
  query.went = Went::kWell;
  query.models = {"a"};
  EXPECT_THAT(ids(page(activity, query)), ElementsAre(4, 1));
}

TEST(Activity, SumsUp) {
  Activity activity({});
  ASSERT_TRUE(activity.open());
  EXPECT_EQ(stats(activity)->requests, 0u);
  EXPECT_FALSE(stats(activity)->prompt);
  activity.add(row(activity, "a"));
  Row unread = row(activity, "a");
  unread.usage = metrics::kUnreadUsage;
  activity.add(unread);
  activity.add(row(activity, "b"));
  const auto all = stats(activity);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->requests, 3u);
  EXPECT_EQ(all->input_tokens, 40);
  EXPECT_EQ(all->output_tokens, 100);
  EXPECT_EQ(all->cached_tokens, 16);
  EXPECT_EQ(all->prompt->bins, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(stats(activity, "b")->requests, 1u);
}

TEST(Activity, KeepsTheNewestInMemory) {
  Activity::Options options;
  options.most_in_memory = 3;
  Activity activity(options);
  ASSERT_TRUE(activity.open());
  for (int i = 0; i < 10; ++i) activity.add(row(activity, "a"));
  EXPECT_THAT(ids(page(activity)), ElementsAre(10, 9, 8));
  activity.keep_in_memory(1);
  activity.add(row(activity, "a"));
  EXPECT_THAT(ids(page(activity)), ElementsAre(11));
}

// The thread is held in `stored` until the test lets it go on.
TEST(Activity, LosesRowsAndQuestionsBeforeItGrows) {
  std::promise<void> go_on;
  const std::shared_future<void> gone_on = go_on.get_future().share();
  std::promise<void> reached;
  std::once_flag once;
  Activity::Options options;
  options.most_queued = 2;
  options.stored = [&](std::uint64_t) {
    std::call_once(once, [&] { reached.set_value(); });
    gone_on.wait_for(kDeadline);
  };
  Activity activity(options);
  ASSERT_TRUE(activity.open());
  activity.add(row(activity, "a"));
  await(reached.get_future());
  for (int i = 0; i < 5; ++i) activity.add(row(activity, "a"));
  EXPECT_EQ(activity.dropped(), 3u);
  int refused = 0;
  for (int i = 0; i < 100; ++i) activity.stats("", [&](const auto& answer) { refused += answer ? 0 : 1; });
  EXPECT_GT(refused, 0);
  go_on.set_value();
}

TEST(Activity, WithoutOpenNothingIsKept) {
  Activity activity({});
  activity.add(row(activity, "a"));
  EXPECT_EQ(activity.dropped(), 1u);
  EXPECT_FALSE(page(activity));
}

// Its first question is answered for as long as the test wants.
struct Busy {
  explicit Busy(Activity::Options options) : activity(std::move(options)) {
    EXPECT_TRUE(activity.open());
    activity.page({}, [this](const auto&) {
      asked.set_value();
      await(go_on.get_future());
    });
    await(asked.get_future());
  }

  std::promise<bool> go_on;
  std::promise<void> asked;
  Activity activity;
};

TEST(Activity, ClosesWithItsRowsAndRefusesWhatIsAsked) {
  test::TempDir folder;
  Activity::Options options;
  options.path = folder.path("a.db");
  std::uint64_t added = 0;
  {
    Busy busy(options);
    int refused = 0;  // the thread's until it has ended
    for (int i = 0; i < 3; ++i) {
      busy.activity.add(row(busy.activity, "a"));
      ++added;
      busy.activity.stats("", [&refused](const auto& answer) { refused += !answer; });
    }
    std::thread closing([&] { busy.activity.close(); });
    // From then on rows are dropped.
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (std::chrono::steady_clock::now() < deadline) {
      busy.activity.add(row(busy.activity, "b"));
      if (busy.activity.dropped() > 0) break;
      ++added;
      std::this_thread::sleep_for(1ms);
    }
    busy.go_on.set_value(true);
    closing.join();
    EXPECT_EQ(refused, 3);
    EXPECT_FALSE(stats(busy.activity));
    busy.activity.close();
  }
  Activity again(options);
  ASSERT_TRUE(again.open());
  EXPECT_EQ(stats(again)->requests, added);
}

TEST(Activity, NoRowWaitsForMoreThanOneQuestion) {
  std::vector<std::string> order;
  std::promise<bool> over;
  Activity::Options options;
  options.stored = [&order](std::uint64_t id) { order.push_back("row " + std::to_string(id)); };
  Busy busy(options);
  const auto note = [&](const char* name) { return [&order, name](const auto&) { order.push_back(name); }; };
  busy.activity.stats("", [&](const auto&) {
    order.push_back("first");
    busy.activity.add(row(busy.activity, "a"));
  });
  busy.activity.stats("", note("second"));
  busy.activity.stats("", [&](const auto& answer) {
    order.push_back(std::to_string(answer->requests));
    over.set_value(true);
  });
  busy.go_on.set_value(true);
  EXPECT_TRUE(await(over.get_future()));
  EXPECT_THAT(order, ElementsAre("first", "row 1", "second", "1"));
}

TEST(Activity, BreaksOffAQuestionThatTakesTooLong) {
  Activity::Options options;
  options.most_asked = -1ms;
  Activity activity(options);
  ASSERT_TRUE(activity.open());
  for (int i = 0; i < 1000; ++i) activity.add(row(activity, "a", i));
  PageQuery query;
  query.sort = SortKey::kModel;
  const auto answer = page(activity, query);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("interrupted"));
  activity.add(row(activity, "a"));
  EXPECT_EQ(activity.dropped(), 0u) << "rows are not under that limit";
}

TEST(ActivityFile, LastsAndGoesOnCounting) {
  test::TempDir folder;
  Activity::Options options;
  options.path = folder.path("a.db");
  options.most_in_memory = 1;
  {
    Activity activity(options);
    ASSERT_TRUE(activity.open());
    for (int i = 0; i < 3; ++i) activity.add(row(activity, "a"));
  }
  Activity activity(options);
  ASSERT_TRUE(activity.open());
  EXPECT_EQ(activity.next_id(), 4u);
  EXPECT_THAT(ids(page(activity)), ElementsAre(3, 2, 1));
}

TEST(ActivityFile, IsBounded) {
  test::TempDir folder;
  Activity::Options options;
  options.path = folder.path("a.db");
  options.most_in_file = 2;
  Activity activity(options);
  ASSERT_TRUE(activity.open());
  for (int i = 0; i < 5; ++i) activity.add(row(activity, "a"));
  EXPECT_THAT(ids(page(activity)), ElementsAre(5, 4));
}

TEST(ActivityFile, OfLlamaSwapIsTakenOver) {
  test::TempDir folder;
  const std::string path = folder.path("swap.db");
  run_sql(path, kLlamaSwap);
  Activity activity({path});
  const auto opened = activity.open();
  ASSERT_TRUE(opened) << opened.error();
  activity.add(row(activity, "a"));
  const auto all = page(activity);
  EXPECT_THAT(ids(all), ElementsAre(42, 41));
  const Row& old = all->rows[1];
  EXPECT_EQ(old.model, "old");
  EXPECT_EQ(old.usage.generation_rate, 8.5);
  EXPECT_EQ(old.error, "");
  EXPECT_EQ(old.method, "");
  EXPECT_EQ(old.ttft_ms, -1);
}

TEST(ActivityFile, OfAnotherLayoutIsRefusedUntouched) {
  const std::string versioned = kLlamaSwap;
  const std::vector<std::pair<std::string, std::string>> files{
      {"CREATE TABLE notes (id INTEGER);", "of another kind"},
      {versioned + "INSERT INTO goose_db_version (version_id, is_applied) VALUES (2, 1);", "version 2"},
      {versioned + "ALTER TABLE activity ADD COLUMN more TEXT;", "unknown version"},
      {versioned + "DROP TABLE goose_db_version;", "version none"},
      {versioned + "CREATE TABLE paddock_activity (id INTEGER);", "another version of paddock"},
  };
  for (const auto& [sql, why] : files) {
    test::TempDir folder;
    const std::string path = folder.path("x.db");
    run_sql(path, sql);
    const std::string before = test::read_file(path);
    Activity activity({path});
    const auto opened = activity.open();
    ASSERT_FALSE(opened) << sql;
    EXPECT_THAT(opened.error(), HasSubstr(why));
    EXPECT_EQ(test::read_file(path), before) << sql;
    const auto files_left = std::distance(std::filesystem::directory_iterator(folder.path("")), {});
    EXPECT_EQ(files_left, 1) << "nothing is left beside it";
  }
}

TEST(ActivityFile, WhatIsNoDatabaseIsRefused) {
  test::TempDir folder;
  test::write_file(folder.path("text"), std::string(5000, 'x'));
  std::filesystem::create_directory(folder.path("folder"));
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  for (const std::string name : {"text", "folder", "pipe", "missing/a.db"}) {
    Activity activity({folder.path(name)});
    const auto opened = activity.open();
    ASSERT_FALSE(opened) << name;
    EXPECT_THAT(opened.error(), HasSubstr(name));
  }
  EXPECT_EQ(test::read_file(folder.path("text")), std::string(5000, 'x'));
  test::write_file(folder.path("empty"), "");
  Activity activity({folder.path("empty")});
  EXPECT_TRUE(activity.open());
}

}  // namespace
}  // namespace paddock::store
