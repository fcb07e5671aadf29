#include "failure.h"

#include <gtest/gtest.h>

namespace paddock::process {
namespace {

using Kind = FailureClass;
const ModelId kModel("qwen");

TEST(Messages, OfAStartAreSentences) {
  EXPECT_EQ(
      ended_early(kModel, {.code = 3, .signal = {}}, "failed to open x").message,
      "model `qwen` ended with exit code 3 before it was ready (a file is missing or cannot be opened): "
      "failed to open x");
  EXPECT_EQ(ended_early(kModel, {.code = {}, .signal = 11}, "").message,
            "model `qwen` ended with signal 11 (SIGSEGV) before it was ready.");
  SpawnSpec spec;
  spec.model = kModel;
  EXPECT_EQ(timed_out(spec, StartLimit::kTimeout, "loading 10%").message,
            "model `qwen` was not ready within 120 s (healthCheckTimeout): loading 10%");
  EXPECT_EQ(not_spawned(kModel, {Kind::kUnknown, "fork failed: no."}).message,
            "model `qwen` could not be started: fork failed: no.");
}

TEST(Messages, SayWhichLimitOfAStartWasPassed) {
  SpawnSpec spec;
  spec.model = kModel;
  spec.start_timeout_max = std::chrono::minutes(10);
  EXPECT_EQ(timed_out(spec, StartLimit::kStalled, "").message,
            "model `qwen` made no progress for 12 s after its healthCheckTimeout of 120 s.");
  EXPECT_EQ(
      timed_out(spec, StartLimit::kMax, "").message,
      "model `qwen` was not ready within 600 s (healthCheckTimeoutMax), though it had been making progress.");
  for (const StartLimit limit : {StartLimit::kTimeout, StartLimit::kStalled, StartLimit::kMax}) {
    EXPECT_EQ(timed_out(spec, limit, "").kind, Kind::kTimeout);
  }
}

// Nothing in the output tells of it.
TEST(Messages, NameTheOomKillerWhereNobodyElseKilled) {
  EXPECT_EQ(ended_early(kModel, {.code = {}, .signal = 9}, "").message,
            "model `qwen` ended with signal 9 (SIGKILL) before it was ready (the kernel's OOM killer is a "
            "likely reason).");
  EXPECT_EQ(ending(kModel, {.code = 137, .signal = {}}, "").message,
            "model `qwen` ended by itself with exit code 137 (the kernel's OOM killer is a likely reason).");
}

TEST(Endings, HaveClassLineAndTail) {
  const Ending crash = ending(kModel, {.code = {}, .signal = 6}, "slot 1\nCUDA error: out of memory\nbye\n");
  EXPECT_EQ(crash.kind, Kind::kOutOfVram);
  EXPECT_EQ(crash.line, "CUDA error: out of memory");
  EXPECT_EQ(crash.tail, "slot 1\nCUDA error: out of memory\nbye\n");
  EXPECT_EQ(crash.message,
            "model `qwen` ended by itself with signal 6 (SIGABRT) (out of GPU memory): CUDA error: out of "
            "memory");
  const StartFailure late = timed_out({}, StartLimit::kTimeout, "loading\nerror: slow\nmore\n");
  EXPECT_EQ(late.kind, Kind::kTimeout);
  EXPECT_EQ(late.line, "error: slow");
  EXPECT_EQ(late.tail, "loading\nerror: slow\nmore\n");
}

TEST(Describe, KnowsCodesAndSignals) {
  EXPECT_EQ(describe({}), "not started");
  EXPECT_EQ(describe({.code = 0, .signal = {}}), "exit code 0");
  EXPECT_EQ(describe({.code = {}, .signal = 15}), "signal 15 (SIGTERM)");
  EXPECT_EQ(describe({.code = {}, .signal = 40}), "signal 40");
}

}  // namespace
}  // namespace paddock::process
