#include "paddock/http/in_flight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "request_head.h"

namespace paddock::http {
namespace {

const InFlight::Facts kFacts{"m", "POST", "/v1/chat/completions", "127.0.0.1"};

TEST(InFlight, ListsWhatIsThereAndHowFarItIs) {
  InFlight list(2);
  EXPECT_TRUE(list.list().empty());
  InFlight::Entry entry(list.table(1), kFacts);
  InFlight::Picture one = list.list().at(0);
  EXPECT_EQ(one.id, entry.id());
  EXPECT_EQ(one.model, "m");
  EXPECT_EQ(one.method, "POST");
  EXPECT_EQ(one.path, "/v1/chat/completions");
  EXPECT_EQ(one.client, "127.0.0.1");
  EXPECT_EQ(one.phase, InFlight::Phase::kWaiting);
  EXPECT_FALSE(one.stream);

  entry.answering(true);
  entry.passed_on(17);
  one = list.list().at(0);
  EXPECT_EQ(one.phase, InFlight::Phase::kAnswering);
  EXPECT_TRUE(one.stream);
  EXPECT_EQ(one.flow.bytes, 17u);
}

TEST(InFlight, TellsHowAnAnswerComes) {
  using namespace std::chrono_literals;
  InFlight list(1);
  InFlight::Entry entry(list.table(0), kFacts);
  const auto flow = [&] { return list.progress(1).at(0).flow; };
  EXPECT_EQ(flow().first_byte(), std::nullopt);
  entry.sending(true);
  EXPECT_TRUE(list.list().at(0).stream) << "it asks for one";
  EXPECT_EQ(flow().first_byte(), std::nullopt);
  EXPECT_EQ(flow().rate(steady_now()), 0);
  const TimePoint began = flow().sent + 250ms;
  entry.counted(began, 1);
  EXPECT_EQ(flow().first_byte(), 250ms);
  EXPECT_EQ(flow().rate(began + 1s), 0) << "one token tells no rate";
  entry.counted(began, 21);
  EXPECT_EQ(flow().rate(began + 50ms), 0) << "too early";
  EXPECT_DOUBLE_EQ(flow().rate(began + 2s), 10);
  EXPECT_EQ(list.find(entry.id())->flow, flow());
}

TEST(InFlight, OldestFirstOverAllTablesAndNoNumberTwice) {
  InFlight list(3);
  std::vector<std::unique_ptr<InFlight::Entry>> entries;
  for (std::size_t i = 0; i < 9; ++i)
    entries.push_back(std::make_unique<InFlight::Entry>(list.table(i % 3), kFacts));
  std::set<std::uint64_t> ids;
  for (const auto& entry : entries) ids.insert(entry->id());
  EXPECT_EQ(ids.size(), 9u);
  EXPECT_EQ(ids.count(0), 0u);
  const auto pictures = list.list();
  ASSERT_EQ(pictures.size(), 9u);
  for (std::size_t i = 1; i < 9; ++i) EXPECT_LE(pictures[i - 1].started, pictures[i].started);
}

TEST(InFlight, EntriesLeaveInAnyOrder) {
  InFlight list(1);
  std::optional<InFlight::Entry> first, second, third;
  first.emplace(list.table(0), kFacts);
  second.emplace(list.table(0), kFacts);
  third.emplace(list.table(0), kFacts);
  const std::uint64_t kept = third->id();
  first.reset();
  EXPECT_EQ(list.list().size(), 2u);
  second.reset();
  ASSERT_EQ(list.list().size(), 1u);
  EXPECT_EQ(list.list()[0].id, kept);
  third.reset();
  EXPECT_TRUE(list.list().empty());
}

TEST(InFlight, TellsThatSomethingMovesOrFlows) {
  InFlight list(2);
  EXPECT_EQ(list.moves() + list.flow(), 0u);
  std::uint64_t seen = list.moves();
  const auto moved = [&] { return std::exchange(seen, list.moves()) != seen; };
  std::optional<InFlight::Entry> entry;
  entry.emplace(list.table(1), kFacts);
  EXPECT_TRUE(moved());
  EXPECT_FALSE(moved());
  entry->enter(InFlight::Phase::kSending);
  EXPECT_TRUE(moved());
  entry->answering(true);
  EXPECT_TRUE(moved());
  EXPECT_EQ(list.flow(), 0u);
  entry->passed_on(5);
  EXPECT_EQ(list.flow(), 1u);
  EXPECT_FALSE(moved());
  entry.reset();
  EXPECT_TRUE(moved());
}

TEST(InFlight, ProgressIsThatOfTheOldest) {
  InFlight list(3);
  std::vector<std::unique_ptr<InFlight::Entry>> entries;
  for (std::size_t i = 0; i < 9; ++i)
    entries.push_back(std::make_unique<InFlight::Entry>(list.table(i % 3), kFacts));
  entries[1]->answering(true);
  entries[1]->passed_on(17);
  const auto all = list.list();
  const auto oldest = list.progress(4);
  ASSERT_EQ(oldest.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(oldest[i].id, all[i].id);
  const auto one =
      std::find_if(oldest.begin(), oldest.end(), [](const auto& each) { return each.flow.bytes > 0; });
  ASSERT_NE(one, oldest.end());
  EXPECT_EQ(one->id, entries[1]->id());
  EXPECT_EQ(one->flow.bytes, 17u);
  EXPECT_TRUE(one->stream);
  EXPECT_EQ(one->phase, InFlight::Phase::kAnswering);
  EXPECT_EQ(list.progress(100).size(), 9u);
}

TEST(InFlight, OneIsFoundWithItsHeadersAndWithoutItsSecrets) {
  RequestHeadReader reader(4096);
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\nX-Session-ID: 7\r\n\r\n";
  ASSERT_EQ(reader.parse(text), RequestHeadReader::Outcome::kDone);
  InFlight list(2);
  std::optional<InFlight::Entry> entry;
  InFlight::Facts facts = kFacts;
  facts.head = &reader.head();
  entry.emplace(list.table(1), facts);
  const std::uint64_t id = entry->id();
  const auto found = list.find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, "/v1/chat/completions");
  EXPECT_EQ(found->headers,
            (Headers{{"Host", "localhost"}, {"Authorization", "[REDACTED]"}, {"X-Session-ID", "7"}}));
  EXPECT_FALSE(list.find(id + 2));
  EXPECT_FALSE(list.find(0));
  entry.reset();
  EXPECT_FALSE(list.find(id));
}

TEST(InFlight, ACancelGoesToTheTableOfTheRequest) {
  InFlight list(2);
  std::vector<std::uint64_t> first, second;
  list.table(0).on_cancel([&](std::uint64_t id) { first.push_back(id); });
  list.table(1).on_cancel([&](std::uint64_t id) { second.push_back(id); });
  std::optional<InFlight::Entry> entry;
  entry.emplace(list.table(1), kFacts);
  const std::uint64_t id = entry->id();
  EXPECT_TRUE(list.cancel(id));
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second, std::vector<std::uint64_t>{id});
  EXPECT_FALSE(list.cancel(0));
  EXPECT_FALSE(list.cancel(id + 2));
  EXPECT_FALSE(list.cancel(~std::uint64_t{0}));
  entry.reset();
  EXPECT_FALSE(list.cancel(id));
  EXPECT_EQ(second.size(), 1u);
}

// For the thread sanitizer: others look while requests come and go.
TEST(InFlight, MayBeLookedAtFromAnywhere) {
  InFlight list(2);
  std::vector<std::thread> workers;
  for (std::size_t w = 0; w < 2; ++w) {
    workers.emplace_back([&list, w] {
      for (int i = 0; i < 2000; ++i) {
        InFlight::Entry entry(list.table(w), kFacts);
        entry.enter(InFlight::Phase::kSending);
        entry.passed_on(1);
      }
    });
  }
  std::size_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    most = std::max(most, list.list().size());
    list.cancel(static_cast<std::uint64_t>(i));
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_LE(most, 2u);
  EXPECT_TRUE(list.list().empty());
}

}  // namespace
}  // namespace paddock::http
