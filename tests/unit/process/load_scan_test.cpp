#include "load_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::process {
namespace {

// `weights 62%`
std::string shown(const LoadProgress& progress) {
  std::string out = stage_name(progress.stage);
  if (progress.percent) out += " " + std::to_string(*progress.percent) + "%";
  return out;
}

std::string after(const std::string& output) {
  LoadScan scan;
  scan.feed(output);
  return shown(scan.progress());
}

TEST(LoadScan, OneThatSaysNothingIsStarting) {
  EXPECT_EQ(after(""), "starting");
  EXPECT_EQ(after("build: 1234 (abc)\nhello 50%\n"), "starting");
  EXPECT_EQ(after("main: HTTP server is listening, hostname: 127.0.0.1, port: 1\n"), "starting");
  EXPECT_EQ(after("....\n"), "starting") << "dots of something else";
}

TEST(LoadScan, LlamaCppsStages) {
  const std::string weights =
      "0.00.100.000 I srv    load_model: loading model 'm.gguf'\n"
      "0.00.332.274 I load_tensors: loading model tensors, this can take a while... (mmap = true)\n";
  EXPECT_EQ(after(weights), "weights");
  const std::string all = weights + std::string(40, '.');
  EXPECT_EQ(after(all), "weights 40%");
  EXPECT_EQ(after(all + std::string(60, '.') + "\n"), "weights 100%");
  EXPECT_EQ(
      after(all + "load_tensors:        CUDA0 model buffer size =   974.88 MiB\n" + std::string(5, '.')),
      "weights 45%");
  EXPECT_EQ(after(all + "\nllama_context: constructing llama_context\n"), "context");
  EXPECT_EQ(after(all + "\nllama_kv_cache:      CUDA0 KV buffer size =   512.00 MiB\n"), "context");
  EXPECT_EQ(after("common_init_from_params: warming up the model with an empty run - please wait ...\n"),
            "warm-up");
  EXPECT_EQ(after("main: model loaded\n"), "server");
}

TEST(LoadScan, ASecondModelsWeightsBeginAtZero) {
  const std::string begin = "load_tensors: loading model tensors\n";
  EXPECT_EQ(after(begin + std::string(100, '.') + "\n" + begin), "weights");
  EXPECT_EQ(after(begin + std::string(100, '.') + "\n" + begin + ".."), "weights 2%");
  EXPECT_EQ(after("llama_context: x\n" + begin + "..."), "weights 3%");
}

TEST(LoadScan, VllmsStages) {
  EXPECT_EQ(after("INFO [gpu_model_runner.py:1045] Starting to load model Qwen/Qwen3-8B...\n"), "weights");
  EXPECT_EQ(after("\rLoading safetensors checkpoint shards:  25% Completed | 1/4 [00:01<00:03,  1.02s/it]\n"),
            "weights 25%");
  EXPECT_EQ(after("Loading weights took 2.30 seconds\n"), "context");
  EXPECT_EQ(after("Model loading took 8.4897 GiB and 4.475500 seconds\n"), "context");
  EXPECT_EQ(after("INFO [monitor.py:34] torch.compile takes 12.21 s in total\n"), "compile");
  EXPECT_EQ(after("INFO [kv_cache_utils.py:634] GPU KV cache size: 158,176 tokens\n"), "context");
  EXPECT_EQ(after("\rCapturing CUDA graph shapes:  40%|####      | 14/35 [00:05<00:08]"), "warm-up 40%");
  EXPECT_EQ(after("INFO:     Application startup complete.\n"), "server");
}

TEST(LoadScan, Bars) {
  EXPECT_EQ(after("[INFO ] loading model from 'x.gguf'\n  |==>               | 120/1000 - 1.00it/s\r"),
            "weights 12%");
  EXPECT_EQ(after("Fetching 10 files:  50%|#####     | 5/10 [00:00<00:00]"), "download 50%");
  EXPECT_EQ(after("Downloading m.gguf  62.5% 1.2 GB"), "download 62%");
  EXPECT_EQ(after("loading model\n| 5/0 |\n| a/b |\n|| 7/3\n|| 99999999999/3\n"), "weights") << "no shares";
  EXPECT_EQ(after("loading model 101%\n"), "weights");
  EXPECT_EQ(after("loading model 99999999999999999999%\n"), "weights");
}

TEST(LoadScan, EverySplitTellsTheSame) {
  const std::string text =
      "load_tensors: loading model tensors\n.........\nload_tensors: CPU buffer\r\n.....\n"
      "\rLoading safetensors checkpoint shards:  50% Completed | 1/2\n\rCapturing CUDA graph shapes: 40%|## "
      "| 2/5";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    LoadScan scan;
    scan.feed(std::string_view(text).substr(0, first));
    scan.feed(std::string_view(text).substr(first));
    EXPECT_EQ(shown(scan.progress()), after(text)) << first;
  }
  LoadScan single;
  for (const char c : text) single.feed(std::string_view(&c, 1));
  EXPECT_EQ(shown(single.progress()), after(text));
}

TEST(LoadScan, LongLinesAndBytesOfAnyKindDoNoHarm) {
  EXPECT_EQ(after(std::string(1 << 20, 'x') + "loading model\n"), "starting") << "not at its beginning";
  EXPECT_EQ(after("loading model tensors\n" + std::string(1 << 20, '.')), "weights 100%");
  EXPECT_EQ(after(std::string("\0\xff\x1b[2K", 6) + "loading model\r\r\r%|%|/\n"), "weights");
}

TEST(WithBytes, TellsWhereTheLogDoesNot) {
  EXPECT_EQ(shown(with_bytes({}, 620, 1000)), "weights 62%");
  EXPECT_EQ(shown(with_bytes({LoadStage::kWeights, {}}, 5000, 1000)), "weights 99%");
  EXPECT_EQ(shown(with_bytes({LoadStage::kWeights, 10}, 620, 1000)), "weights 10%");
  EXPECT_EQ(shown(with_bytes({LoadStage::kContext, {}}, 620, 1000)), "context");
  EXPECT_EQ(shown(with_bytes({}, 5, 1000)), "starting");
  EXPECT_EQ(shown(with_bytes({}, std::nullopt, 1000)), "starting");
  EXPECT_EQ(shown(with_bytes({}, 620, 0)), "starting");
}

}  // namespace
}  // namespace paddock::process
