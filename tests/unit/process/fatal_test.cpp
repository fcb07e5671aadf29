#include "fatal.h"

#include <gtest/gtest.h>

#include <vector>

namespace paddock::process {
namespace {

TEST(FatalLine, IsFoundWhereEnginesPutIt) {
  for (const char* line :
       {"CUDA error: an illegal memory access was encountered",
        "/src/ggml/src/ggml-cuda/ggml-cuda.cu:88: CUDA error",
        "RuntimeError: CUDA error: unspecified launch failure",
        "(EngineCore pid=7) ERROR 10-10 [core.py:1] RuntimeError: HIP error: invalid device function",
        "0.12.345.678 E CUDA error: out of memory", "vk::Queue::submit: ErrorDeviceLost", "ROCm error: x"}) {
    EXPECT_EQ(find_fatal_line(line), line);
    EXPECT_EQ(find_fatal_line("before\n" + std::string(line) + "\r\nafter"), line);
  }
}

TEST(FatalLine, IsNotWhatSomebodyWrote) {
  for (const char* line :
       {"", "all is well", "prompt: what is a CUDA error", "{\"content\":\"CUDA error: why?\"}", "cuda error",
        "no CUDA errors so far", "Received request x: prompt: 'RuntimeError: CUDA error: device-side assert'",
        "srv params: {\"text\": \"RuntimeError: CUDA error: a\"}"}) {
    EXPECT_EQ(find_fatal_line(line), "") << line;
  }
}

TEST(FatalLine, TheSecondOfALineMayBeTheOne) {
  EXPECT_EQ(find_fatal_line("a CUDA error\nx: CUDA error"), "x: CUDA error");
}

struct FatalWatchTest : ::testing::Test {
  std::vector<std::string> seen;
  FatalWatch watch{[this](std::string line) { seen.push_back(std::move(line)); }};
};

TEST_F(FatalWatchTest, SeesALineHoweverItIsSplit) {
  const std::string text = "loading\nx.cu:1: CUDA error\nnext";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    seen.clear();
    FatalWatch split{[this](std::string line) { seen.push_back(std::move(line)); }};
    split.arm();
    split.look(text.substr(0, at));
    split.look(text.substr(at));
    EXPECT_EQ(seen, std::vector<std::string>{"x.cu:1: CUDA error"}) << at;
  }
}

TEST_F(FatalWatchTest, SeesItByteByByte) {
  watch.arm();
  for (const char byte : std::string("ok\nCUDA error: x\n")) watch.look({&byte, 1});
  EXPECT_EQ(seen, std::vector<std::string>{"CUDA error: x"});
}

TEST_F(FatalWatchTest, TellsOnceAndOnlyArmed) {
  watch.look("CUDA error: before it was ready\n");
  EXPECT_TRUE(seen.empty());
  watch.arm();
  watch.look("CUDA error: one\nCUDA error: two\n");
  watch.look("CUDA error: three\n");
  EXPECT_EQ(seen, std::vector<std::string>{"CUDA error: one"});
}

TEST_F(FatalWatchTest, ALineWithoutEndCostsLittle) {
  watch.arm();
  for (int i = 0; i < 1000; ++i) watch.look(std::string(64 << 10, 'x'));
  watch.look("\nCUDA error: y\n");
  EXPECT_EQ(seen, std::vector<std::string>{"CUDA error: y"});
}

}  // namespace
}  // namespace paddock::process
