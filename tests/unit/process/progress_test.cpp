#include "progress.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace paddock::process {
namespace {

using namespace std::chrono_literals;

TEST(Progress, IsLookedForOverATenthOfTheLimit) {
  EXPECT_EQ(progress_window(120s), 12s);
  EXPECT_EQ(progress_window(15s), 5s) << "engines are silent for some seconds now and then";
}

TEST(Progress, BytesAreWhatWasReadAndMapped) {
  EXPECT_EQ(bytes_in("rchar: 10\nwchar: 7\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 0\n"), 4106u);
  EXPECT_EQ(most_in("rchar: 10\nread_bytes: 4096\n"), 4096u) << "not what was read twice over";
  EXPECT_EQ(most_in("rchar: 10\n"), std::nullopt);
  EXPECT_EQ(bytes_in(""), std::nullopt);
  EXPECT_EQ(bytes_in("rchar: x\nread_bytes: 1\n"), std::nullopt);
  EXPECT_EQ(bytes_in("rchar: 1\n"), std::nullopt);
}

TEST(Progress, TheKernelTellsOfOurOwnReads) {
  const auto before = bytes_moved(::getpid());
  ASSERT_TRUE(before);
  std::FILE* zeros = std::fopen("/dev/zero", "r");
  std::vector<char> buffer(1 << 20);
  ASSERT_EQ(std::fread(buffer.data(), 1, buffer.size(), zeros), buffer.size());
  std::fclose(zeros);
  EXPECT_TRUE(moved_enough(before, bytes_moved(::getpid())));
  EXPECT_EQ(bytes_moved(-1), std::nullopt);
}

TEST(Progress, WhatIsReadInPassingIsNone) {
  EXPECT_FALSE(moved_enough(1000, 2000));
  EXPECT_FALSE(moved_enough(1000, std::nullopt));
  EXPECT_TRUE(moved_enough(1000, 1'000'000));
  EXPECT_TRUE(moved_enough(std::nullopt, 1'000'000));
}

TEST(Progress, AnyLineButTheAnswersToProbesCounts) {
  EXPECT_FALSE(says_more_than_answers("", "/health"));
  EXPECT_FALSE(says_more_than_answers("\n \r\n", "/health"));
  EXPECT_FALSE(says_more_than_answers("srv log: request: GET /health 127.0.0.1 503\n", "/health"));
  EXPECT_FALSE(says_more_than_answers("INFO \"GET /health HTTP/1.1\" 503\nINFO \"GET /health", "/health"));
  EXPECT_TRUE(says_more_than_answers("\"GET /health HTTP/1.1\" 503\nloading 12%\r", "/health"));
  EXPECT_TRUE(says_more_than_answers("GET /models", "/health"));
  EXPECT_TRUE(says_more_than_answers("GET /health", "")) << "nobody probes";
}

TEST(Progress, TheProbedPathIsTheServers) {
  SpawnSpec spec;
  spec.endpoint.base_path = "/base";
  EXPECT_EQ(probed_path(spec), "/base/health");
  spec.check_path = "ready";
  EXPECT_EQ(probed_path(spec), "/base/ready");
  spec.check_path = "";
  EXPECT_EQ(probed_path(spec), "");
}

}  // namespace
}  // namespace paddock::process
