#include "paddock/gpu/sampler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace paddock::gpu {
namespace {

using namespace std::chrono_literals;

// Counts its readings, and hangs while it is shut. The thread that hangs in it may outlive the test.
class Gated final : public Source {
 public:
  Result<std::vector<Device>, std::string> read() override {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    if (begun_ > 100) return std::string("too many");
    return std::vector<Device>{{0, "", "", "", 1000, static_cast<std::uint64_t>(begun_)}};
  }
  void set_open(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void await_begun(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 10s, [&] { return begun_ >= count; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int begun_ = 0;
};

class SamplerTest : public ::testing::Test {
 protected:
  Sampler::Handler keep() {
    return [this](const Reading& reading) { readings.push_back(reading); };
  }
  bool come(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (readings.size() < count && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return readings.size() == count;
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::shared_ptr<Gated> source = std::make_shared<Gated>();
  std::optional<Sampler> sampler{std::in_place, io, source};
  std::vector<Reading> readings;
};

TEST_F(SamplerTest, BringsAReadingWithItsTime) {
  const TimePoint before = steady_now();
  sampler->read(keep());
  EXPECT_TRUE(readings.empty());
  ASSERT_TRUE(come(1));
  EXPECT_EQ(readings[0].devices.at(0).used, 1u);
  EXPECT_EQ(readings[0].problem, "");
  EXPECT_LE(before, readings[0].begun);
  EXPECT_LE(readings[0].begun, readings[0].done);
}

TEST_F(SamplerTest, WhoAsksDuringAReadingGetsTheNextAndSharesIt) {
  source->set_open(false);
  sampler->read(keep());
  source->await_begun(1);
  sampler->read(keep());
  sampler->read(keep());
  source->set_open(true);
  ASSERT_TRUE(come(3));
  EXPECT_EQ(readings[0].devices[0].used, 1u);
  EXPECT_EQ(readings[1].devices[0].used, 2u);
  EXPECT_EQ(readings[2].devices[0].used, 2u);
}

TEST_F(SamplerTest, WithoutASourceNobodyIsCalled) {
  Sampler blind(io, nullptr);
  EXPECT_FALSE(blind.has_source());
  blind.read(keep());
  io.poll();
  EXPECT_TRUE(readings.empty());
}

TEST_F(SamplerTest, EndsThoughItsSourceHangs) {
  source->set_open(false);
  sampler->read(keep());
  source->await_begun(1);
  sampler.reset();
  source->set_open(true);
  io.poll();
  EXPECT_TRUE(readings.empty());
}

}  // namespace
}  // namespace paddock::gpu
