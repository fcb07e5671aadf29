#include "paddock/base/errands.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace paddock {
namespace {

using namespace std::chrono_literals;

class ErrandsTest : public ::testing::Test {
 protected:
  template <class Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return condition();
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::optional<Errands> errands{std::in_place, io};
};

TEST_F(ErrandsTest, AreDoneElsewhereAndReportedHereInTheirOrder) {
  std::vector<int> done;
  std::thread::id there, here;
  for (int i = 0; i < 3; ++i) {
    errands->run([&, i]() -> Errands::Done {
      const std::thread::id id = std::this_thread::get_id();
      return [&, i, id] {
        there = id;
        here = std::this_thread::get_id();
        done.push_back(i);
      };
    });
  }
  EXPECT_TRUE(done.empty()) << "called before run() returned";
  EXPECT_TRUE(run_until([&] { return done.size() == 3; }));
  EXPECT_EQ(done, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(here, std::this_thread::get_id());
  EXPECT_NE(there, here);
}

TEST_F(ErrandsTest, NobodyWaitsForOneThatHangs) {
  // The thread holds what it waits for, as it may outlive this test.
  const auto begun = std::make_shared<std::promise<void>>();
  const auto gate = std::make_shared<std::promise<void>>();
  const auto reports = std::make_shared<std::atomic<int>>(0);
  errands->run([=]() -> Errands::Done {
    begun->set_value();
    gate->get_future().wait();
    return [reports] { ++*reports; };
  });
  errands->run([=]() -> Errands::Done {
    ++*reports;
    return nullptr;
  });
  begun->get_future().wait();
  errands.reset();
  gate->set_value();
  io.poll();
  EXPECT_EQ(*reports, 0) << "what has not begun is dropped, and nobody is told of what has";
}

TEST_F(ErrandsTest, WhatWasToBeDoneIsDroppedWithThem) {
  const auto begun = std::make_shared<std::promise<void>>();
  int reports = 0;
  errands->run([&]() -> Errands::Done { return [&] { ++reports; }; });
  errands->run([=]() -> Errands::Done {
    begun->set_value();  // so the first has been reported
    return nullptr;
  });
  begun->get_future().wait();
  errands.reset();
  io.poll();
  EXPECT_EQ(reports, 0);
}

TEST_F(ErrandsTest, AtTheEndItIsKnownWhetherOneIsLeftBehind) {
  const auto begun = std::make_shared<std::promise<void>>(), gate = std::make_shared<std::promise<void>>();
  errands->run([=]() -> Errands::Done {
    begun->set_value();
    gate->get_future().wait();
    return nullptr;
  });
  begun->get_future().wait();
  errands.reset();
  EXPECT_FALSE(Errands::all_over(1ms));
  gate->set_value();
  EXPECT_TRUE(Errands::all_over(10s));
}

}  // namespace
}  // namespace paddock
