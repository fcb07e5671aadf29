#include "line_clerk.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>

#include "paddock/logs/search.h"
#include "tests/support/wait.h"

namespace paddock::process {
namespace {

using namespace std::chrono_literals;

class LineClerkTest : public ::testing::Test {
 protected:
  LineClerk::DeskPtr open(const std::string& model, std::shared_ptr<FatalWatch> watch = nullptr) {
    return LineClerk::open(logs::LaunchLog(hub_, ModelId(model), {1}), std::move(watch));
  }
  // Until the returned promise is kept the clerk reads nothing.
  std::shared_ptr<std::promise<void>> hold() {
    auto begun = std::make_shared<std::promise<void>>();
    auto held = std::make_shared<std::promise<void>>();
    clerk_.when_read(open("holder"), [begun, held] {
      begun->set_value();
      held->get_future().wait_for(30s);
    });
    EXPECT_EQ(begun->get_future().wait_for(30s), std::future_status::ready);
    return held;
  }
  void wait(const LineClerk::DeskPtr& desk) {
    auto read = std::make_shared<std::promise<void>>();
    clerk_.when_read(desk, [read] { read->set_value(); });
    EXPECT_EQ(read->get_future().wait_for(30s), std::future_status::ready);
  }
  std::vector<std::string> lines(const std::string& model, const std::string& text = {}) {
    logs::Query query;
    query.filter.scope.model = ModelId(model);
    query.filter.text = text;
    std::vector<std::string> out;
    for (const auto& row : logs::search(hub_.book(), query).rows) out.push_back(row.line.text);
    return out;
  }

  logs::Hub hub_;
  LineClerk clerk_;
};

using Strings = std::vector<std::string>;

TEST_F(LineClerkTest, BytesAtOnceAndLinesLater) {
  const auto desk = open("a");
  const auto held = hold();
  clerk_.give(desk, "one\ntw");
  clerk_.give(desk, "o\nthree");
  EXPECT_EQ(hub_.model(ModelId("a"))->read_from(0, 100).bytes, "one\ntwo\nthree");
  EXPECT_EQ(lines("a"), Strings());
  held->set_value();
  wait(desk);
  EXPECT_EQ(lines("a"), (Strings{"one", "two"}));
  clerk_.close(desk);
  wait(desk);
  EXPECT_EQ(lines("a"), (Strings{"one", "two", "three"}));
}

TEST_F(LineClerkTest, WhatItCannotKeepUpWithIsDroppedAndSaid) {
  const auto flood = open("a");
  const auto calm = open("b");
  const auto held = hold();
  const std::string block = std::string(1023, 'x') + "\n";
  for (std::size_t given = 0; given < 3 * kBacklogBytes; given += block.size()) clerk_.give(flood, block);
  clerk_.give(calm, "b is read\n");
  held->set_value();
  wait(flood);
  clerk_.give(flood, "after\n");
  wait(flood);
  wait(calm);
  EXPECT_EQ(lines("a", "were not read"), Strings{"... " + std::to_string(2 * kBacklogBytes) +
                                                 " bytes of output were not read line by line"});
  EXPECT_EQ(lines("a").back(), "after");
  EXPECT_EQ(lines("b"), Strings{"b is read"});
  EXPECT_EQ(hub_.model(ModelId("a"))->end_offset(), 3 * kBacklogBytes + 6) << "the bytes are all there";
}

TEST_F(LineClerkTest, AFloodsEndIsSaidThoughNothingFollows) {
  const auto flood = open("a");
  const auto held = hold();
  const std::string block = std::string(1023, 'x') + "\n";
  for (std::size_t given = 0; given < 2 * kBacklogBytes; given += block.size()) clerk_.give(flood, block);
  held->set_value();
  EXPECT_TRUE(test::eventually([&] { return !lines("a").empty() && lines("a").back().starts_with("... "); }));
}

TEST_F(LineClerkTest, OneByteAtATimeTakesNoMoreMemory) {
  const auto desk = open("a");
  const auto held = hold();
  for (std::size_t i = 0; i < kBacklogBytes / 4; ++i) clerk_.give(desk, i % 64 == 63 ? "\n" : "x");
  held->set_value();
  wait(desk);
  EXPECT_EQ(lines("a", "were not read"), Strings());
  EXPECT_EQ(lines("a").back(), std::string(63, 'x'));
}

TEST_F(LineClerkTest, AWatchSeesWhatWasPrintedOnceItWasArmed) {
  Strings seen;
  const auto watch = std::make_shared<FatalWatch>([&](std::string line) { seen.push_back(std::move(line)); });
  const auto desk = open("a", watch);
  const auto held = hold();
  clerk_.give(desk, "CUDA error: before\n");
  watch->arm();
  clerk_.give(desk, "CUDA error: after\n");
  held->set_value();
  wait(desk);
  EXPECT_EQ(seen, Strings{"CUDA error: after"});
}

TEST_F(LineClerkTest, DestructionReadsWhatIsThere) {
  LineClerk::DeskPtr desk = open("a");
  {
    LineClerk other;
    other.give(desk, "last words");
    other.close(desk);
  }
  EXPECT_EQ(lines("a"), Strings{"last words"});
}

// It would never return if it read all that comes.
TEST_F(LineClerkTest, DestructionDoesNotWaitForTheEndOfAFlood) {
  const auto desk = open("a");
  auto flooded = std::make_unique<LineClerk>(5ms);
  std::function<void()> more = [&more, &desk, clerk = flooded.get()] { clerk->when_read(desk, more); };
  more();
  flooded.reset();
}

}  // namespace
}  // namespace paddock::process
