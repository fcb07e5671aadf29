#include "paddock/feed/feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace paddock::feed {
namespace {

Part model(const std::string& key, const std::string& text) { return {"models", key, text}; }
Part gone(const std::string& key) { return {"models", key, std::nullopt}; }

// `a=1 b=- log:x`
std::string told(const News& news) {
  std::string out = news.whole ? "whole" : "";
  for (const Part& part : news.parts) out += " " + part.key + "=" + part.text.value_or("-");
  for (const Row& row : news.rows) out += " " + row.section + ":" + row.text;
  return out;
}

TEST(Feed, AFreshWatcherGetsTheWholeState) {
  Feed feed("r");
  feed.publish({model("b", "1"), model("a", "1")});
  EXPECT_EQ(told(feed.since("")), "whole a=1 b=1");
  EXPECT_EQ(feed.since("").id, "r-1");
}

TEST(Feed, WhoComesBackGetsWhatIsDifferent) {
  Feed feed("r");
  feed.publish({model("a", "1"), model("b", "1")});
  const std::string seen = feed.id();
  EXPECT_TRUE(feed.since(seen).empty());
  feed.publish({model("a", "2")});
  feed.publish({model("a", "3"), model("c", "1")});
  EXPECT_EQ(told(feed.since(seen)), " a=3 c=1") << "the newest state, not its history";
  EXPECT_EQ(feed.since(seen).id, "r-3");
}

TEST(Feed, WhatIsGoneIsTold) {
  Feed feed("r");
  feed.publish({model("a", "1"), model("b", "1")});
  const std::string seen = feed.id();
  feed.publish({gone("a"), gone("never")});
  EXPECT_EQ(told(feed.since(seen)), " a=-");
  EXPECT_EQ(told(feed.since("")), "whole b=1");
  feed.publish({model("a", "1")});
  EXPECT_EQ(told(feed.since(seen)), " a=1");
}

TEST(Feed, WhatIsTheSameIsNoNews) {
  Feed feed("r");
  feed.publish({model("a", "1")});
  feed.publish({model("a", "1"), gone("b")});
  feed.publish({});
  EXPECT_EQ(feed.id(), "r-1");
}

TEST(Feed, IdsThatItDidNotGiveLeadToTheWholeState) {
  Feed feed("ab");
  feed.publish({model("a", "1")});
  feed.publish({model("a", "2")});
  for (const std::string id :
       {"", "x", "ab", "ab-", "ab-0", "ab-3", "ab-1x", "ab--1", "cd-1", "abc-1", "ab-99999999999999999999"})
    EXPECT_EQ(told(feed.since(id)), "whole a=2") << id;
  EXPECT_EQ(told(feed.since("ab-1")), " a=2");
}

TEST(Feed, ARestartIsAnotherRun) {
  Feed before("one"), after("two");
  before.publish({model("a", "1")});
  after.publish({model("a", "1")});
  EXPECT_EQ(told(after.since(before.id())), "whole a=1");
}

TEST(Feed, WhoMissedWhatIsForgottenGetsTheWholeState) {
  Feed feed("r", {.rows = 2, .gone = 1});
  feed.publish({model("a", "1"), model("b", "1"), model("c", "1")});
  const std::string first = feed.id();
  feed.publish({gone("a")});
  const std::string second = feed.id();
  feed.publish({gone("b")});
  EXPECT_EQ(told(feed.since(first)), "whole c=1") << "that a is gone is forgotten";
  EXPECT_EQ(told(feed.since(second)), " b=-");
}

TEST(Feed, OneThatLivesAgainIsNotForgotten) {
  Feed feed("r", {.rows = 2, .gone = 1});
  feed.publish({model("a", "1"), model("b", "1")});
  const std::string first = feed.id();
  feed.publish({gone("a")});
  feed.publish({model("a", "2")});
  feed.publish({gone("b")});
  EXPECT_EQ(told(feed.since(first)), " a=2 b=-");
}

TEST(Feed, RowsAreToldOnceAndTheLastAreKept) {
  Feed feed("r", {.rows = 3, .gone = 9});
  feed.publish({model("a", "1")});
  const std::string first = feed.id();
  feed.append({"log", "1"});
  EXPECT_TRUE(feed.since(first).empty()) << "not before it is published";
  feed.publish({});
  const std::string second = feed.id();
  feed.append({"log", "2"});
  feed.append({"log", "3"});
  feed.publish({});
  EXPECT_EQ(told(feed.since(first)), " log:1 log:2 log:3");
  EXPECT_EQ(told(feed.since(second)), " log:2 log:3");
  feed.append({"log", "4"});
  feed.publish({});
  EXPECT_EQ(told(feed.since(first)), "whole a=1 log:2 log:3 log:4") << "it missed row 1";
  EXPECT_EQ(told(feed.since(second)), " log:2 log:3 log:4");
}

TEST(Feed, RowsThatNobodyPublishesDoNotPileUp) {
  Feed feed("r", {.rows = 3, .gone = 9});
  for (int i = 0; i < 1000; ++i) feed.append({"log", std::to_string(i)});
  feed.publish({});
  EXPECT_EQ(told(feed.since("")), "whole log:997 log:998 log:999");
}

TEST(Watcher, IsWokenOnceForWhatComesAfterItFoundNothing) {
  Feed feed("r");
  feed.publish({model("a", "1")});
  Watcher watcher(feed, "");
  int wakes = 0;
  watcher.start([&] { ++wakes; });
  EXPECT_EQ(told(watcher.read()), "whole a=1");
  feed.publish({model("a", "2")});
  EXPECT_EQ(wakes, 0) << "it has not looked yet";
  EXPECT_EQ(told(watcher.read()), " a=2");
  EXPECT_TRUE(watcher.read().empty());
  feed.publish({model("a", "3")});
  feed.publish({model("a", "4")});
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(told(watcher.read()), " a=4");
}

TEST(Watcher, IsToldNothingOfAStateThatIsNotThereYet) {
  Feed feed("r");
  Watcher watcher(feed, "");
  EXPECT_TRUE(watcher.read().empty());
  feed.publish({model("a", "1")});
  EXPECT_EQ(told(watcher.read()), "whole a=1");
}

TEST(Watcher, ANudgeWakesWhoWaits) {
  Feed feed("r");
  Watcher watcher(feed, "");
  int wakes = 0;
  watcher.start([&] { ++wakes; });
  feed.nudge();
  EXPECT_EQ(wakes, 0);
  watcher.read();
  feed.nudge();
  feed.nudge();
  EXPECT_EQ(wakes, 1);
}

TEST(Watcher, IsCountedWhileItLivesAndMayOutliveTheFeed) {
  auto feed = std::make_unique<Feed>("r");
  EXPECT_EQ(feed->watchers(), 0u);
  {
    Watcher first(*feed, ""), second(*feed, "");
    EXPECT_EQ(feed->watchers(), 2u);
  }
  EXPECT_EQ(feed->watchers(), 0u);
  Watcher last(*feed, "");
  feed.reset();
  EXPECT_TRUE(last.read().empty());
}

// Each ends with the same state, however little it read on the way.
TEST(Watcher, ManyThatReadAtTheirOwnPaceEndWithTheSame) {
  constexpr int kVersions = 2000, kReaders = 4;
  Feed feed("r");
  std::vector<std::thread> readers;
  std::atomic<bool> over{false};
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, pace = i + 1] {
      Watcher watcher(feed, "");
      watcher.start([] {});
      std::string last;
      for (int round = 0; last != std::to_string(kVersions); ++round) {
        const bool end = over;
        if (!end && round % pace != 0) std::this_thread::yield();
        const News news = watcher.read();
        if (!news.parts.empty()) {
          const std::string now = news.parts.back().text.value_or("");
          EXPECT_TRUE(last.empty() || std::stoi(now) > std::stoi(last));
          last = now;
        }
        if (end) break;
      }
      EXPECT_EQ(last, std::to_string(kVersions));
    });
  }
  for (int i = 1; i <= kVersions; ++i) feed.publish({model("a", std::to_string(i))});
  over = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(feed.watchers(), 0u);
}

}  // namespace
}  // namespace paddock::feed
