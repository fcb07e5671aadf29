#include "gate.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace paddock::router {
namespace {

std::shared_ptr<Upstream> upstream(std::uint64_t generation) {
  return std::make_shared<Upstream>(ModelId("a"), Generation{generation}, "127.0.0.1", 1, "localhost", "",
                                    UniqueFd());
}

class Gates : public ::testing::Test {
 protected:
  int left = 0;  // how often the last one left a closed gate
  Gate gate{[this] { ++left; }};
};

TEST_F(Gates, AreShutUntilOpened) {
  EXPECT_FALSE(gate.enter());
  gate.open(upstream(7));
  EXPECT_EQ(gate.generation(), Generation{7});
  const auto entered = gate.enter();
  ASSERT_TRUE(entered);
  EXPECT_EQ(entered->generation, Generation{7});
  EXPECT_EQ(gate.inside(), 1);
  gate.leave();
  EXPECT_EQ(gate.inside(), 0);
  EXPECT_EQ(left, 0);
}

TEST_F(Gates, ThatAreEmptyCloseAtOnce) {
  gate.open(upstream(1));
  EXPECT_TRUE(gate.close());
  EXPECT_FALSE(gate.enter());
  EXPECT_EQ(left, 0);
}

TEST_F(Gates, TellWhenTheLastOneHasLeft) {
  gate.open(upstream(1));
  EXPECT_TRUE(gate.enter());
  EXPECT_TRUE(gate.enter());
  EXPECT_FALSE(gate.close());
  EXPECT_FALSE(gate.enter());
  EXPECT_EQ(gate.inside(), 2);
  gate.leave();
  EXPECT_EQ(left, 0);
  gate.leave();
  EXPECT_EQ(left, 1);
}

TEST_F(Gates, OpenForTheNextLaunch) {
  gate.open(upstream(1));
  EXPECT_TRUE(gate.close());
  gate.forget();
  EXPECT_EQ(gate.generation(), Generation{});
  gate.open(upstream(2));
  EXPECT_EQ(gate.enter()->generation, Generation{2});
  gate.leave();
}

TEST_F(Gates, KnowWhenTheLastLeaseEnded) {
  const TimePoint before = steady_now();
  gate.open(upstream(1));
  EXPECT_LT(gate.idle_since(), before);  // opening is no use
  EXPECT_TRUE(gate.enter());
  gate.leave();
  const TimePoint ended = gate.idle_since();
  EXPECT_GE(ended, before);
  EXPECT_TRUE(gate.close());
  gate.open(upstream(1));
  EXPECT_EQ(gate.idle_since(), ended);
}

// The closer opens for one launch after the other and takes each back; each time it must hear exactly once
// that the gate is empty, and then nobody may be inside.
class ClosedAgainAndAgain {
 public:
  void run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([this] { visit(); });
    for (std::uint64_t round = 1; round <= 2000 && !::testing::Test::HasFailure(); ++round) one_round(round);
    stop_ = true;
    for (std::thread& thread : threads) thread.join();
  }

 private:
  void one_round(std::uint64_t round) {
    current_ = round;
    gate_.open(upstream(round));
    const int seen = visits_;
    if (round % 8 == 0) {  // let somebody in, so that the rounds are not all empty
      const TimePoint deadline = steady_now() + std::chrono::seconds(5);
      while (visits_ == seen && steady_now() < deadline) std::this_thread::yield();
    }
    if (!gate_.close()) wait_for_last();
    EXPECT_EQ(news_, 0) << "told twice";
    EXPECT_EQ(inside_, 0);
    EXPECT_EQ(gate_.inside(), 0);
    gate_.forget();
  }
  void wait_for_last() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(told_.wait_for(lock, std::chrono::seconds(30), [this] { return news_ > 0; })) << "not told";
    --news_;
  }
  void last_left() {
    const std::lock_guard lock(mutex_);
    ++news_;
    told_.notify_one();
  }
  void visit() {
    while (!stop_) {
      if (const auto entered = gate_.enter()) {
        ++inside_;
        ++visits_;
        EXPECT_EQ(entered->generation.value, current_.load());
        --inside_;
        gate_.leave();
      } else {
        std::this_thread::yield();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable told_;
  std::atomic<int> news_{0}, inside_{0}, visits_{0};
  std::atomic<std::uint64_t> current_{0};
  std::atomic<bool> stop_{false};
  Gate gate_{[this] { last_left(); }};
};

TEST(GateThreads, HearOnceOfEachEmptyGate) { ClosedAgainAndAgain().run(); }

}  // namespace
}  // namespace paddock::router
