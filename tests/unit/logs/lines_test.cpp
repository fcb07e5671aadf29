// From bytes to lines, and what lines tell of themselves.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "paddock/logs/line.h"
#include "paddock/logs/line_reader.h"

namespace paddock::logs {
namespace {

using namespace std::string_literals;
using Strings = std::vector<std::string>;

Strings read(const std::string& text, std::size_t piece = std::string::npos) {
  Strings lines;
  LineReader reader;
  const auto each = [&](std::string line) { lines.push_back(std::move(line)); };
  for (std::size_t at = 0; at < text.size(); at += std::min(piece, text.size()))
    reader.read(std::string_view(text).substr(at, piece), each);
  reader.finish(each);
  return lines;
}

TEST(LineReader, IsTheSameForEveryPieceSize) {
  const std::string text =
      "one\r\ntwo\n\n10%\r20%\r\n\r\r30%\r40%\nx\ry\r\r\n\x1b[31mred\x1b[0m\nGr\xC3\xBC\xC3\x9F"
      "e\nlast\r";
  const Strings expected{"one",
                         "two",
                         "",
                         "20%",
                         "40%",
                         "y",
                         "red",
                         "Gr\xC3\xBC\xC3\x9F"
                         "e",
                         "last"};
  for (std::size_t piece = 1; piece <= text.size(); ++piece) EXPECT_EQ(read(text, piece), expected) << piece;
}

TEST(LineReader, ManyReturnsMakeOneLine) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "\r" + std::to_string(i) + " of 100000";
  EXPECT_EQ(read(text + "\n", 4096), Strings{"99999 of 100000"});
}

TEST(LineReader, CutsWhatIsTooLong) {
  const Strings lines = read(std::string(LineReader::kLongest + 5, 'x') + "\nshort\n", 1000);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], std::string(LineReader::kLongest, 'x') + " ... (5 more bytes)");
  EXPECT_EQ(lines[1], "short");
  const Strings split = read(std::string(LineReader::kLongest - 1, 'x') + "\xC3\xBC and more\n");
  EXPECT_EQ(split.at(0), std::string(LineReader::kLongest - 1, 'x') + " ... (10 more bytes)");
}

TEST(CleanLine, MakesAnythingShowable) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_line("a\tb"), "a\tb");
  EXPECT_EQ(clean_line("\x1b[1;32mgreen\x1b[0m \x1b]0;title\a.\x1b]8;;url\x1b\\link\x1b(B!"), "green .link!");
  EXPECT_EQ(clean_line("open \x1b[12;"), "open ");
  EXPECT_EQ(clean_line("end\x1b"), "end");
  EXPECT_EQ(clean_line("\0\x01\x7f"s), bad + bad + bad);
  EXPECT_EQ(clean_line("\xE2\x82\xAC\xF0\x9F\x98\x80"), "\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(clean_line("\xC0\xAF"), bad + bad) << "overlong";
  EXPECT_EQ(clean_line("\xED\xA0\x80"), bad + bad + bad) << "a surrogate";
  EXPECT_EQ(clean_line("\xF4\x90\x80\x80"), bad + bad + bad + bad) << "beyond Unicode";
  EXPECT_EQ(clean_line("\xC2\x85x\xE2\x82"), bad + bad + "x" + bad + bad)
      << "a control byte; the end is missing";
}

struct Sample {
  const char* text;
  Level level;
  int tags;
};

TEST(Signs, LevelAndTagsOfWhatEnginesPrint) {
  constexpr Level kD = Level::kDebug, kI = Level::kInfo, kW = Level::kWarn, kE = Level::kError;
  const Sample samples[] = {
      {"0.00.021.665 E gguf_init_from_file: failed to open GGUF file", kE, kErrorTag},
      {"0.00.332.274 I load_tensors: offloaded 37/37 layers to GPU", kI, kGpu | kFit},
      {"[47161] 0.15.050.780 W llama_params_fit: failed to fit params to free device memory: x", kW,
       kGpu | kFit | kErrorTag},
      {"1.14.608.918 D some failed to be seen", kD, 0},
      {"load_tensors:        CUDA0 model buffer size =   974.88 MiB", kI, kGpu | kFit},
      {"load_tensors:   CPU_Mapped model buffer size =   304.28 MiB", kI, kGpu | kFit},
      {"llama_kv_cache:      CUDA0 KV buffer size =   182.75 MiB", kI, kGpu | kFit},
      {"CUDA error: out of memory", kE, kGpu | kFit | kErrorTag},
      {"ggml_backend_cuda_buffer_type_alloc_buffer: allocating 1900.00 MiB on device 0: cudaMalloc failed: "
       "out of memory",
       kE, kGpu | kFit | kErrorTag},
      {"       eval time =    1234.56 ms /   100 tokens (   12.35 ms per token,    81.00 tokens per second)",
       kI, kTiming},
      {"srv  log_server_r: request: GET /health 127.0.0.1 200", kI, kHttp},
      {"INFO:     127.0.0.1:51234 - \"POST /v1/chat/completions HTTP/1.1\" 500 Internal Server Error", kI,
       kHttp},
      {"[ERROR] stable-diffusion.cpp:101 - load failed", kE, kErrorTag},
      {"[WARN ] model.cpp:7  - unknown tensor", kW, 0},
      {"(EngineCore_0 pid=7) INFO 01-31 12:00:00 [gpu_worker.py:1] Available KV cache memory: 5.1 GiB", kI,
       kGpu | kFit},
      {"WARNING 01-31 12:00:00 [config.py:1] odd", kW, 0},
      {"2026-01-31 12:00:00,123 - CRITICAL - over", kE, kErrorTag},
      {"warning: no usable GPU found, --gpu-layers option will be ignored", kW, kGpu | kFit},
      {"Traceback (most recent call last):", kE, kErrorTag},
      {"0 errors, terrors and error_rate = 0.1", kI, 0},
      {"main: server is listening on http://127.0.0.1:8080", kI, 0},
      {"", kI, 0},
  };
  for (const Sample& sample : samples) {
    const Signs signs = read_signs(sample.text);
    EXPECT_EQ(name_of(signs.level), name_of(sample.level)) << sample.text;
    EXPECT_EQ(static_cast<int>(signs.tags), sample.tags) << sample.text;
  }
}

struct LoadLine {
  std::string row, text;
};

// What a load report tells of memory, of the lines that the verdict knows; the rest are of requests, of RAM
// that grows later, or of no memory at all.
std::vector<LoadLine> memory_lines() {
  std::vector<LoadLine> out;
  std::ifstream file(LOAD_LINES);
  for (std::string row; std::getline(file, row);) {
    std::istringstream fields(row);
    LoadLine line;
    std::string skipped;
    std::getline(fields, line.row, '\t');
    for (int groups_and_origin = 0; groups_and_origin < 2; ++groups_and_origin) {
      std::getline(fields, skipped, '\t');
    }
    std::getline(fields, line.text);
    bool is_other = line.text.empty();
    for (const char* begin : {"#", "!", "t_", "cache_", "unread", "loaded"}) {
      is_other = is_other || line.row.starts_with(begin);
    }
    if (!is_other) out.push_back(std::move(line));
  }
  return out;
}

// With and without the name of who prints it, which engines change.
TEST(Signs, LinesAboutMemoryAreOfTheGpuAndOfTheFit) {
  const std::vector<LoadLine> lines = memory_lines();
  EXPECT_GE(lines.size(), 95u);
  for (const LoadLine& line : lines) {
    EXPECT_EQ(read_signs(line.text).tags & (kGpu | kFit), kGpu | kFit) << line.row << ": " << line.text;
  }
  for (const char* text : {"context size reduced from 65536 to 4096 -> need 13440 MiB less memory",
                           "cannot fulfill margin of 1024 MiB on all devices, need to use 97337 MiB less",
                           "targets for free memory can be met on all devices, no changes needed",
                           "failed to allocate buffer for kv cache", "failed to allocate compute buffers"}) {
    EXPECT_EQ(read_signs(text).tags & (kGpu | kFit), kGpu | kFit) << text;
  }
  for (const char* text : {"slot update_slots: id 0 | task 0 | new prompt, n_ctx_slot = 4096, n_keep = 0",
                           "slot update_slots: id 3 | task 0 | kv cache rm [0, end)",
                           "srv  update:  - cache state: 1 prompts, 401.836 MiB (limits: 8192.000 MiB)"}) {
    EXPECT_EQ(read_signs(text).tags & kGpu, 0) << text;
  }
}

TEST(Signs, NamesAreReadBack) {
  for (const Tag tag : kAllTags) EXPECT_EQ(tag_named(name_of(tag)), tag);
  EXPECT_EQ(level_named("warn"), Level::kWarn);
  EXPECT_EQ(level_named("WARN"), std::nullopt);
  EXPECT_EQ(source_named("upstream"), Source::kUpstream);
  EXPECT_EQ(tag_named("cpu"), std::nullopt);
}

}  // namespace
}  // namespace paddock::logs
