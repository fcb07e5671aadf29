// Whole load reports, and what is judged of them from the log alone.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "paddock/fit/verdict.h"

namespace paddock::fit {
namespace {

Bytes mib(double number) { return static_cast<Bytes>(number * (1 << 20) + 0.5); }

std::string text_of(const std::string& name) {
  std::ifstream file(FIT_DATA "/reports/" + name + ".log");
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Verdict verdict_of(const std::string& name, Circumstances at = {}) { return judge(read(text_of(name)), at); }

struct Expected {
  const char* name;
  Word word;
  const char* sentence;
  std::vector<std::string> words{};
  bool failed = false;
};

TEST(Reports, have_their_verdicts) {
  const Expected all[] = {
      {"full_fit", Word::kFits, "Fits: 5.8 of 23.6 GiB"},
      {"experts_on_cpu",
       Word::kSpilled,
       "Partly in RAM: 6.68 of 11.27 GiB of weights on CPU (14 layers' experts)",
       {"llama-server", "-ngl", "24", "--n-cpu-moe", "14"}},
      {"two_pools", Word::kFits, "Fits: 11.9 GiB on CUDA0"},
      {"draft_model", Word::kFits, "Fits: 46.7 of 88.8 GiB"},
      {"out_of_memory", Word::kFailedOom, "Does not fit: CUDA0 needed 141.4 GiB more", {}, true},
      {"shrunk_context", Word::kShrunk, "Fits, context cut to 4096 (65536 asked)"},
      {"cpu_only", Word::kCpuOnly,
       "Runs on CPU only: warning: no usable GPU found, --gpu-layers option will be ignored"},
      {"partly_offloaded", Word::kSpilled,
       "Partly in RAM: 2.95 of 20.05 GiB of weights on CPU, 128 MiB of KV cache (41 of 49 layers on GPU)"},
      {"projector", Word::kFits, "Fits: 3.2 GiB on CUDA0"},
      {"whisper", Word::kFits, "Fits: 1.7 GiB on CUDA0"},
      {"diffusion", Word::kSpilled, "Partly in RAM: 9.10 of 12.84 GiB of weights on CPU"},
      {"diffusion",
       Word::kFits,
       "Streams from RAM by configuration: 9.1 of 12.8 GiB of weights in RAM",
       {"sd-server", "--offload-to-cpu"}},
      {"vllm", Word::kFits, "Fits: 10.8 GiB on GPU0"},
  };
  for (const Expected& expected : all) {
    Circumstances at;
    at.words = expected.words;
    if (expected.failed) at.failure = Failure{};
    const Verdict verdict = verdict_of(expected.name, at);
    EXPECT_STREQ(name_of(verdict.word), name_of(expected.word)) << expected.name;
    EXPECT_EQ(verdict.sentence, expected.sentence) << expected.name;
    EXPECT_FALSE(verdict.proof.empty()) << expected.name;
    const std::string text = text_of(expected.name);
    for (const std::string& line : verdict.proof) {
      EXPECT_NE(text.find(line), std::string::npos) << expected.name << ": " << line;
    }
    const bool is_well = verdict.word == Word::kFits;
    EXPECT_EQ(verdict.advice.find("--") == std::string::npos, is_well)
        << expected.name << ": " << verdict.advice;
  }
}

TEST(Reports, are_split_by_device_and_kind) {
  const Verdict fit = verdict_of("full_fit");
  ASSERT_EQ(fit.devices.size(), 1u);
  EXPECT_EQ(fit.devices[0].name, "CUDA0");
  EXPECT_EQ(fit.devices[0].title, "NVIDIA GeForce RTX 3090");
  EXPECT_EQ(fit.devices[0].pci, "0000:01:00.0");
  EXPECT_EQ(fit.devices[0].total, mib(24124));
  EXPECT_EQ(fit.devices[0].free, mib(23571));
  const Amounts on_card{.weights = mib(4455.34), .kv = mib(1152), .compute = mib(304.75)};
  EXPECT_EQ(fit.devices[0].holds, on_card);
  const Amounts in_ram{.weights = mib(333.84), .compute = mib(24.01), .output = mib(2.32)};
  EXPECT_EQ(fit.ram, in_ram);
}

TEST(Reports, of_a_context_that_was_cut_tell_what_it_began_with) {
  EXPECT_EQ(verdict_of("shrunk_context").context_before_cut, 65536u);
  EXPECT_EQ(verdict_of("full_fit").context_before_cut, std::nullopt);
}

TEST(Reports, with_two_models_are_summed) {
  const Verdict draft = verdict_of("draft_model");
  ASSERT_EQ(draft.devices.size(), 2u);
  EXPECT_EQ(draft.devices[0].holds.weights, mib(20038.81) + mib(1252.41));
  EXPECT_EQ(draft.devices[0].holds.kv, mib(2624) + mib(512));
  EXPECT_EQ(draft.devices[0].holds.compute, mib(340.01) + mib(254.5));
  EXPECT_EQ(draft.devices[1].holds.compute, mib(340.02));
  EXPECT_EQ(read(text_of("draft_model")).layers->all, 81u);
}

TEST(Reports, with_two_pools_are_summed) {
  const Report report = read(text_of("two_pools"));
  EXPECT_EQ(report.device("CUDA0")->holds.kv, mib(816) + mib(7.97));
  ASSERT_EQ(report.pools.size(), 2u);
  EXPECT_EQ(report.pools[1].cells, 640u);
  EXPECT_EQ(report.context, 65536u);
}

// A mapped range covers what went to the device, and the embeddings belong in RAM.
TEST(Reports, with_a_mapped_file_are_trimmed_to_its_size) {
  const Report report = read(text_of("experts_on_cpu"));
  const Bytes weights = report.ram.weights + report.device("Vulkan0")->holds.weights;
  EXPECT_NEAR(static_cast<double>(weights), 11.27 * (1 << 30), 1e6);
  EXPECT_NEAR(static_cast<double>(report.embeddings), 0.57 * (1 << 30), 1e7);
  EXPECT_NEAR(static_cast<double>(report.ram.weights - report.embeddings) / static_cast<double>(weights),
              0.54, 0.01);
  EXPECT_EQ(report.fit_failed, "n_gpu_layers already set by user to 24, abort");
}

TEST(Reports, are_not_trimmed_by_what_was_rounded) {
  const std::string log =
      "print_info: file size   = 4.68 GiB (4.91 BPW)\n"
      "load_tensors:        CUDA0 model buffer size =  4400.00 MiB\n"
      "load_tensors:   CPU_Mapped model buffer size =   ";
  EXPECT_EQ(read(log + "397.00 MiB\n").ram.weights, mib(397));
  EXPECT_EQ(read(log + "400.00 MiB\n").ram.weights, mib(4.68 * 1024) - mib(4400));
}

TEST(Reports, of_other_engines_are_split_too) {
  const Report whisper = read(text_of("whisper"));
  EXPECT_EQ(whisper.device("CUDA0")->holds.kv, 10490000u + 31460000u + 7860000u);
  EXPECT_EQ(whisper.device("CUDA0")->holds.compute, 37690000u + 55350000u + 9260000u + 100050000u);
  // The phases run one after the other.
  const Report diffusion = read(text_of("diffusion"));
  EXPECT_EQ(diffusion.device("CUDA0")->holds.compute, mib(1664));
  EXPECT_EQ(diffusion.device("CUDA0")->holds.weights, mib(3827.08));
  EXPECT_EQ(diffusion.ram.weights, mib(9318.83));
  const Report vllm = read(text_of("vllm"));
  EXPECT_DOUBLE_EQ(*vllm.vllm.concurrency, 2.31);
  EXPECT_EQ(vllm.vllm.request_tokens, 32768u);
}

}  // namespace
}  // namespace paddock::fit
