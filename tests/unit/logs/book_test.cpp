#include "paddock/logs/book.h"

#include <gtest/gtest.h>

#include <thread>

#include "paddock/logs/hub.h"
#include "paddock/logs/search.h"

namespace paddock::logs {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::uint64_t>;

const WallTime kStart{1'800'000'000s};

Line line(const std::string& model, std::uint64_t launch, const std::string& text,
          std::chrono::seconds at = 0s) {
  const Signs signs = read_signs(text);
  return {0,
          kStart + at,
          ModelId(model),
          launch,
          model.empty() ? Source::kProxy : Source::kUpstream,
          signs.level,
          signs.tags,
          text};
}

Ids ids(const std::vector<Line>& lines) {
  Ids out;
  for (const Line& one : lines) out.push_back(one.id);
  return out;
}

// Context lines in brackets of minus: negative.
std::vector<int> rows(const Page& page) {
  std::vector<int> out;
  for (const Page::Row& row : page.rows)
    out.push_back(static_cast<int>(row.line.id) * (row.context ? -1 : 1));
  return out;
}

std::vector<Line> read_all(const Book& book, const Scope& scope, bool forward) {
  std::vector<Line> out;
  std::uint64_t at = forward ? 0 : book.newest() + 1;
  for (bool end = false; !end;) {
    Slice slice = forward ? book.forward(at, scope) : book.backward(at, scope);
    end = slice.end;
    at = slice.next;
    for (Line& one : slice.lines) out.push_back(std::move(one));
  }
  return out;
}

TEST(Book, ReadsAllLogsInTheirOrder) {
  Book book;
  book.append({line("a", 1, "a1"), line("b", 2, "b1"), line("", 0, "own"), line("a", 1, "a2")});
  EXPECT_EQ(ids(read_all(book, {}, true)), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(ids(read_all(book, {}, false)), (Ids{4, 3, 2, 1}));
  EXPECT_EQ(ids(read_all(book, {ModelId("a"), {}, 0}, true)), (Ids{1, 4}));
  EXPECT_EQ(ids(read_all(book, {{}, Source::kProxy, 0}, false)), Ids{3});
  EXPECT_EQ(ids(read_all(book, {{}, Source::kUpstream, 2}, false)), Ids{2});
  const std::vector<Line> own = read_all(book, {ModelId(), {}, 0}, true);
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0].text, "own");
  EXPECT_EQ(own[0].time, kStart);
  EXPECT_EQ(book.newest(), 4u);
}

TEST(Book, TailsAreBoundedAndSayWhatTheyForgot) {
  Book::Options options;
  options.tail_bytes = 256 << 10;
  options.report_bytes = 0;
  Book book(options);
  const std::string text(100, 'x');
  for (int i = 0; i < 10'000; ++i) book.append({line("a", 1, text), line("b", 2, text)});
  const auto kept = read_all(book, {ModelId("a"), {}, 0}, true);
  EXPECT_LE(kept.size() * 140, options.tail_bytes);
  EXPECT_GE(kept.size() * 140, options.tail_bytes - (80 << 10));
  EXPECT_EQ(book.forward(0, {ModelId("a"), {}, 0}).lost, kept.front().id - 2);
  EXPECT_EQ(book.forward(kept.front().id, {ModelId("a"), {}, 0}).lost, 0u);
  book.set_tail_bytes(100 << 10);
  EXPECT_LT(read_all(book, {ModelId("a"), {}, 0}, false).size(), kept.size());
}

TEST(Book, AReportHoldsTheLoadAndLaterOnlyWhatTellsOfMemory) {
  Book::Options options;
  options.tail_bytes = 1;
  Book book(options);
  const Generation launch{7};
  EXPECT_EQ(book.newest_launch(ModelId("a")), std::nullopt);
  book.append({line("a", 7, "loading"), line("a", 7, "ready")});
  book.ready(ModelId("a"), launch, kStart + 10s);
  book.append(
      {line("a", 7, "a request", 70s), line("a", 7, "chatter", 71s), line("a", 7, "n_ctx = 4096", 99s)});
  EXPECT_EQ(book.load_report(ModelId("a"), launch), "loading\nready\na request\nn_ctx = 4096\n");
  EXPECT_EQ(ids(read_all(book, {}, true)), (Ids{1, 2, 3, 4, 5})) << "also what the report took";
  EXPECT_EQ(book.newest_launch(ModelId("a")), launch);
  EXPECT_EQ(book.load_report(ModelId("a"), {8}), "");
  EXPECT_EQ(book.load_report(ModelId("b"), launch), "");
}

TEST(Book, AFullReportForgetsNothingAndTakesNothing) {
  Book::Options options;
  options.report_bytes = 89;
  Book book(options);
  book.append({line("a", 1, "12345"), line("a", 1, "67890"), line("a", 1, "123"), line("a", 1, "")});
  EXPECT_EQ(book.load_report(ModelId("a"), {1}), "12345\n123\n");
  EXPECT_EQ(ids(read_all(book, {}, true)), (Ids{1, 2, 3, 4}));
}

TEST(Book, EmptyLinesFillAReportToo) {
  Book::Options options;
  options.report_bytes = 40 * 100;
  Book book(options);
  book.append(std::vector<Line>(1000, line("a", 1, "")));
  EXPECT_EQ(book.load_report(ModelId("a"), {1}), std::string(100, '\n'));
}

TEST(Book, ReportsOfTheNewestTwoLaunchesAreKept) {
  Book book;
  for (std::uint64_t launch = 1; launch <= 3; ++launch) book.append({line("a", launch, "x")});
  book.append({line("a", 1, "late")});
  EXPECT_EQ(book.load_report(ModelId("a"), {1}), "");
  EXPECT_EQ(book.load_report(ModelId("a"), {2}), "x\n");
  EXPECT_EQ(book.load_report(ModelId("a"), {3}), "x\n");
}

TEST(Book, IdsCanGoOnWhereAnEarlierDaemonEnded) {
  Book::Options options;
  options.first_id = 1000;
  Book book(options);
  EXPECT_EQ(book.newest(), 999u);
  book.append({line("a", 1, "x")});
  EXPECT_EQ(ids(read_all(book, {}, true)), Ids{1000});
  EXPECT_EQ(book.forward(500, {}).lost, 999u);
  EXPECT_EQ(book.forward(999, {}).lost, 0u);
}

TEST(BookReader, WakesOnceAfterItFoundNothing) {
  Book book;
  int wakes = 0;
  book.append({line("a", 1, "before")});
  BookReader reader(book, {ModelId("a"), {}, 0}, 0, [&] { ++wakes; });
  EXPECT_EQ(ids(reader.read().lines), Ids{1});
  EXPECT_TRUE(reader.read().lines.empty());
  EXPECT_EQ(wakes, 0);
  book.append({line("b", 2, "not in scope")});
  book.append({line("a", 1, "after")});
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(ids(reader.read().lines), Ids{3});
  EXPECT_TRUE(reader.read().lines.empty());
  EXPECT_EQ(reader.position(), 3u);
}

TEST(BookReader, OneThatNeverReadsCostsNothing) {
  Book::Options options;
  options.tail_bytes = 200 << 10;
  Book book(options);
  int wakes = 0;
  BookReader idle(book, {}, 0, [&] { ++wakes; });
  for (int i = 0; i < 20'000; ++i) book.append({line("", 0, std::string(100, 'x'))});
  EXPECT_EQ(wakes, 0);
  EXPECT_LE(read_all(book, {}, true).size() * 140, options.tail_bytes + (70 << 10));
}

TEST(BookReader, SeesEveryLineWhileOthersWrite) {
  Book book;
  BookReader reader(book, {}, 0, [] {});
  std::thread writer([&] {
    for (int i = 0; i < 5000; ++i) book.append({line("a", 0, "x"), line("b", 0, "y")});
  });
  std::uint64_t last = 0;
  while (last < 10'000) {
    for (const Line& one : reader.read().lines) ASSERT_EQ(one.id, ++last);
  }
  writer.join();
}

class Search : public ::testing::Test {
 protected:
  Search() {
    book_.append({line("a", 1, "one", 1s), line("a", 1, "Two CUDA error", 2s), line("b", 2, "three", 3s),
                  line("a", 1, "four", 4s), line("", 0, "five", 5s), line("a", 3, "two again", 6s),
                  line("a", 3, "seven", 7s)});
  }
  std::vector<int> found(const Query& query) { return rows(search(book_, query)); }

  Book book_;
};

TEST_F(Search, EachFilter) {
  using Rows = std::vector<int>;
  Query query;
  EXPECT_EQ(found(query), (Rows{1, 2, 3, 4, 5, 6, 7}));
  query.filter.text = "TWO";
  EXPECT_EQ(found(query), (Rows{2, 6}));
  query.filter.without = "Cuda";
  EXPECT_EQ(found(query), Rows{6});
  query.filter = {};
  query.filter.pattern = *Pattern::compile("^t.*e$");
  EXPECT_EQ(found(query), Rows{3});
  query.filter = {};
  query.filter.tags = kGpu | kTiming;
  EXPECT_EQ(found(query), Rows{2});
  query.filter = {};
  query.filter.at_least = Level::kError;
  EXPECT_EQ(found(query), Rows{2});
  query.filter = {};
  query.filter.scope.launch = 3;
  EXPECT_EQ(found(query), (Rows{6, 7}));
  query.filter = {};
  query.filter.since = Millis(kStart.time_since_epoch() / 1ms * 1ms) + 3s;
  query.filter.until = *query.filter.since + 1s;
  EXPECT_EQ(found(query), (Rows{3, 4}));
  query.filter.until = Millis::max();
  EXPECT_EQ(found(query), (Rows{3, 4, 5, 6, 7}));
}

TEST_F(Search, PagesBothWaysMeetEveryLineOnce) {
  Query query;
  query.limit = 2;
  std::vector<int> seen;
  for (bool more = true; more;) {
    const Page page = search(book_, query);
    const auto one = rows(page);
    seen.insert(seen.begin(), one.begin(), one.end());
    query.before = page.before;
    more = page.more;
    EXPECT_EQ(more, page.before.has_value());
  }
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
  query.before.reset();
  query.after = 0;
  seen.clear();
  for (bool more = true; more;) {
    const Page page = search(book_, query);
    for (const int id : rows(page)) seen.push_back(id);
    query.after = page.after;
    more = page.more;
  }
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(query.after, 7u);
  const Page newest = search(book_, Query{});
  EXPECT_EQ(newest.after, 7u);
  EXPECT_EQ(newest.before, std::nullopt);
  query.after = 1'000'000;
  EXPECT_TRUE(rows(search(book_, query)).empty());
  query.after = 2;
  query.before = 6;
  query.limit = 100;
  EXPECT_EQ(found(query), (std::vector<int>{3, 4, 5})) << "both";
}

TEST_F(Search, ContextIsWhatLiesAroundInScope) {
  Query query;
  query.filter.text = "two";
  query.filter.scope.model = ModelId("a");
  query.context = 1;
  EXPECT_EQ(found(query), (std::vector<int>{-1, 2, -4, 6, -7})) << "4 once, though both are near";
  query.limit = 1;
  EXPECT_EQ(found(query), (std::vector<int>{-4, 6, -7}));
  query.after = 0;
  const Page page = search(book_, query);
  EXPECT_EQ(rows(page), (std::vector<int>{-1, 2, -4}));
  EXPECT_TRUE(page.more);
  query.after = page.after;
  EXPECT_EQ(found(query), (std::vector<int>{6, -7}));
}

TEST(HubBook, TakesLinesOfLaunchesAndOwnOnes) {
  Hub hub;
  LaunchLog log(hub, ModelId("m"), {5});
  log.write("10%\r20%\nCUDA er");
  log.write("ror\npart");
  hub.write_own("2026 ", "own words", Level::kWarn, kStart);
  log.skip_lines(12345);
  const auto lines = read_all(hub.book(), {}, true);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].text, "20%");
  EXPECT_EQ(lines[1].text, "CUDA error");
  EXPECT_EQ(lines[1].level, Level::kError);
  EXPECT_EQ(lines[1].launch, 5u);
  EXPECT_EQ(lines[1].model, ModelId("m"));
  EXPECT_EQ(lines[2].text, "own words");
  EXPECT_EQ(lines[2].level, Level::kWarn);
  EXPECT_EQ(lines[2].source, Source::kProxy);
  EXPECT_EQ(lines[3].text, "part");
  EXPECT_EQ(lines[4].text, "... 12345 bytes of output were not read line by line");
  EXPECT_EQ(hub.book().load_report(ModelId("m"), {5}),
            "20%\nCUDA error\npart\n... 12345 bytes of output were not read line by line\n");
}

}  // namespace
}  // namespace paddock::logs
