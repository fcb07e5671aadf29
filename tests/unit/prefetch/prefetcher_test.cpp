// Real files that are not in the page cache; what came of an order is read in the log.
#include "paddock/prefetch/prefetcher.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <sstream>

#include "paddock/base/unique_fd.h"
#include "tests/support/page_cache.h"
#include "tests/support/temp_dir.h"

namespace paddock::prefetch {
namespace {

using namespace std::chrono_literals;
using test::UncachedFile;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kSize = 24 * kMiB;

class PrefetcherTest : public ::testing::Test {
 protected:
  PrefetcherTest() : old_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_, true));
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
  }
  ~PrefetcherTest() override { spdlog::set_default_logger(old_); }

  // What it reads goes behind everything else that this machine's disk is asked for.
  bool said(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (log_.str().find(text) == std::string::npos && std::chrono::steady_clock::now() < end) {
      io.run_one_for(100ms);
    }
    return log_.str().find(text) != std::string::npos;
  }
  // A machine with that much RAM available.
  Options machine(std::size_t mib) {
    Options options;
    options.meminfo = dir.path("meminfo");
    test::write_file(options.meminfo, "MemAvailable: " + std::to_string(mib * 1024) + " kB\n");
    return options;
  }

  test::TempDir dir;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::ostringstream log_;

 private:
  std::shared_ptr<spdlog::logger> old_;
};

TEST_F(PrefetcherTest, ReadsWhatTheCommandNames) {
  const UncachedFile model(kSize), vae(kSize), small(kMiB);
  Prefetcher prefetcher(io);
  prefetcher.begin(ModelId("m"), {"serve", "--model", model.path(), "--vae=" + vae.path(), small.path()}, {});
  ASSERT_TRUE(said("prefetch for model m: 0.05 GiB of 0.05 GiB in 2 files")) << log_.str();
  // A kernel that needs memory takes a page or two back at any time.
  EXPECT_GT(model.cached_part(), 0.99);
  EXPECT_GT(vae.cached_part(), 0.99);
  EXPECT_LT(small.cached_part(), 0.5) << "below 16 MiB";
  EXPECT_THAT(log_.str(), Not(HasSubstr(model.path()))) << "a command line may hold secrets";
}

TEST_F(PrefetcherTest, IsSkippedWhereTheFilesAreLargerThanTheRam) {
  const UncachedFile model(kSize);
  Prefetcher little(io, machine(23));
  little.begin(ModelId("m"), {"serve", model.path()}, {});
  ASSERT_TRUE(said("model m: skipped, its files have 0.02 GiB and 0.02 GiB of RAM are available"));
  EXPECT_LT(model.cached_part(), 0.01);
  Prefetcher enough(io, machine(24));
  enough.begin(ModelId("m"), {"serve", model.path()}, {});
  ASSERT_TRUE(said("0.02 GiB of 0.02 GiB in 1 file in"));
  EXPECT_GT(model.cached_part(), 0.99);
}

TEST_F(PrefetcherTest, IsSkippedWhereNobodyKnowsTheRam) {
  const UncachedFile model(kSize);
  Options options;
  options.meminfo = dir.path("none");
  Prefetcher prefetcher(io, options);
  prefetcher.begin(ModelId("m"), {"serve", model.path()}, {});
  ASSERT_TRUE(said("model m: skipped"));
  EXPECT_LT(model.cached_part(), 0.01);
}

TEST_F(PrefetcherTest, WithoutWeightsThereIsNothingToDo) {
  Prefetcher prefetcher(io);
  prefetcher.begin(ModelId("m"), {"serve", dir.path("none")}, {});
  EXPECT_TRUE(said("prefetch for model m: no weights to read"));
}

// An order asks for the RAM before it reads, here in a pipe, and hangs there until the test writes.
TEST_F(PrefetcherTest, ANewerOrderReplacesTheOlderAndAnEndEndsIt) {
  const UncachedFile first(kSize), second(kSize), third(kSize);
  Options options;
  options.meminfo = dir.path("pipe");
  ASSERT_EQ(::mkfifo(options.meminfo.c_str(), 0600), 0);
  const auto await_order = [&] { return UniqueFd(::open(options.meminfo.c_str(), O_WRONLY | O_CLOEXEC)); };
  const auto let_on = [](UniqueFd pipe) {
    constexpr std::string_view kText = "MemAvailable: 99999999 kB\n";
    EXPECT_EQ(::write(pipe.get(), kText.data(), kText.size()), static_cast<ssize_t>(kText.size()));
  };
  Prefetcher prefetcher(io, options);
  prefetcher.begin(ModelId("a"), {"serve", first.path()}, {});
  UniqueFd pipe = await_order();
  prefetcher.begin(ModelId("b"), {"serve", second.path()}, {});
  prefetcher.begin(ModelId("c"), {"serve", third.path()}, {});
  prefetcher.end(ModelId("a"));  // is over already
  let_on(std::move(pipe));
  ASSERT_TRUE(said("model a: 0.00 GiB of 0.02 GiB")) << log_.str();
  let_on(await_order());
  ASSERT_TRUE(said("model c: 0.02 GiB of 0.02 GiB")) << log_.str();
  EXPECT_LT(first.cached_part(), 0.01);
  EXPECT_GT(third.cached_part(), 0.99);

  prefetcher.begin(ModelId("b"), {"serve", second.path()}, {});
  pipe = await_order();
  prefetcher.end(ModelId("b"));
  let_on(std::move(pipe));
  ASSERT_TRUE(said("model b: 0.00 GiB of 0.02 GiB")) << log_.str();
  EXPECT_LT(second.cached_part(), 0.01) << "neither its first order nor its second";
}

}  // namespace
}  // namespace paddock::prefetch
