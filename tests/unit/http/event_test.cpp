#include "event.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace paddock::http {
namespace {

// `held` shows whether the coroutine still lives.
Task<void> count_wakes(Event& event, std::shared_ptr<int> held, int times) {
  for (int i = 0; i < times; ++i) {
    co_await event.wait();
    ++*held;
  }
}

struct EventTest : testing::Test {
  // Starts a coroutine that waits `times` times, and lets it come to its first wait.
  void wait(int times = 1) {
    asio::co_spawn(context, count_wakes(*event, wakes, times), asio::detached);
    context.poll();
  }

  asio::io_context context{1};
  std::shared_ptr<int> wakes = std::make_shared<int>(0);
  std::unique_ptr<Event> event = std::make_unique<Event>();
};

TEST_F(EventTest, SetRunsTheWaiterBeforeItReturns) {
  wait();
  EXPECT_EQ(*wakes, 0);
  event->set();
  EXPECT_EQ(*wakes, 1);
}

TEST_F(EventTest, AnEarlySetIsRememberedOnce) {
  event->set();
  event->set();
  wait(2);
  EXPECT_EQ(*wakes, 1);
  event->set();
  EXPECT_EQ(*wakes, 2);
}

TEST_F(EventTest, ClearForgetsAnEarlySet) {
  event->set();
  event->clear();
  wait();
  EXPECT_EQ(*wakes, 0);
}

TEST_F(EventTest, OneSetWakesOnce) {
  wait(3);
  event->set();
  EXPECT_EQ(*wakes, 1);
  event->set();
  event->set();
  EXPECT_EQ(*wakes, 3);
  context.restart();
  context.poll();
  EXPECT_EQ(wakes.use_count(), 1) << "the coroutine has ended";
}

TEST_F(EventTest, DestroyingItDestroysTheWaiter) {
  wait();
  EXPECT_EQ(wakes.use_count(), 2);
  event.reset();
  context.restart();
  context.poll();
  EXPECT_EQ(wakes.use_count(), 1);
  EXPECT_EQ(*wakes, 0);
}

}  // namespace
}  // namespace paddock::http
