// While a model is busy, the weights of the one that waits for its place are read into the page cache.
#include "tests/integration/scenario.h"
#include "tests/support/page_cache.h"

namespace paddock::test {
namespace {

constexpr std::size_t kWeights = 20 << 20;

// Two models, and the second one names the file.
std::string with_weights(const UncachedFile& weights, const std::string& top = {}) {
  return config_with({{"a"}, {"b", "--log-line " + weights.path()}}, top);
}

bool said(const TestDaemon& daemon, const std::string& text) {
  return eventually([&] { return daemon.output().find(text) != std::string::npos; });
}

TEST(Prefetch, ReadsTheNextModelsWeightsWhileTheOneBeforeDrains) {
  const UncachedFile weights(kWeights, ".gguf");
  TestDaemon daemon(with_weights(weights));
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  EXPECT_LT(weights.cached_part(), 0.01);
  auto answer = start_chat(daemon.port(), "b");
  // Not all: a kernel that is short of memory, or thinks so, may have taken a page back.
  EXPECT_TRUE(eventually([&] { return weights.cached_part() > 0.9; }));
  EXPECT_EQ(daemon.records().count("started", "b"), 0u);
  EXPECT_TRUE(said(daemon, "prefetch for model b: 0.02 GiB of 0.02 GiB in 1 file in"));
  daemon.release("a", "g");
  EXPECT_EQ(answer.get().status(), 200);
}

TEST(Prefetch, OffReadsNothing) {
  const UncachedFile weights(kWeights, ".gguf");
  TestDaemon daemon(with_weights(weights, "prefetch: off"));
  RawClient running(daemon.port());
  begin_stream(running, "a", "g");
  auto answer = start_chat(daemon.port(), "b");
  ASSERT_TRUE(daemon.waiting("b", 1));
  daemon.release("a", "g");
  EXPECT_EQ(answer.get().status(), 200);
  EXPECT_LT(weights.cached_part(), 0.01);
  EXPECT_EQ(daemon.output().find("prefetch"), std::string::npos);
}

}  // namespace
}  // namespace paddock::test
