// The rules in their order, each with what makes it win.
#include "paddock/fit/verdict.h"

#include <gtest/gtest.h>

#include <string>

#include "flags.h"
#include "paddock/fit/judgements.h"

namespace paddock::fit {
namespace {

constexpr Bytes kMiB = Bytes{1} << 20;

const std::string kFull =
    "print_info: n_embd = 1024\nprint_info: n_vocab = 32000\n"
    "load_tensors: offloaded 25/25 layers to GPU\n"
    "load_tensors:        CUDA0 model buffer size =  8000.00 MiB\n"
    "load_tensors:   CPU_Mapped model buffer size =    33.20 MiB\n"
    "llama_context: n_ctx = 8192\n"
    "llama_kv_cache:      CUDA0 KV buffer size =  1000.00 MiB\n";

Verdict full(Circumstances at) { return judge(read(kFull), at); }
Circumstances failed(FailureKind kind, std::string line = {}) {
  return {.failure = Failure{kind, std::move(line)}};
}

TEST(Verdict, of_a_failure_tells_want_of_memory_from_others) {
  const Verdict killed = full(failed(FailureKind::kKilled));
  EXPECT_EQ(killed.word, Word::kFailedKill);
  EXPECT_EQ(killed.sentence, "Killed: probably out of system RAM");
  const Verdict other = full(failed(FailureKind::kOther, "0.00.000.001 E error: unknown argument: --x"));
  EXPECT_EQ(other.word, Word::kUnknown);
  EXPECT_EQ(other.sentence, "It failed, but not for want of memory: error: unknown argument: --x");
  EXPECT_EQ(full(failed(FailureKind::kOutOfMemory, "std::bad_alloc")).sentence,
            "Does not fit: std::bad_alloc");
  // A line about memory outranks the signal.
  const Verdict both = full(failed(FailureKind::kKilled, "CUDA error: out of memory"));
  EXPECT_EQ(both.word, Word::kFailedOom);
  ASSERT_FALSE(both.proof.empty());
  EXPECT_EQ(both.proof[0], "CUDA error: out of memory");
}

TEST(Verdict, of_a_failure_names_what_could_not_be_had) {
  const auto sentence = [](const std::string& line) {
    return judge(read(line + "\n"), failed(FailureKind::kOther)).sentence;
  };
  EXPECT_EQ(sentence("alloc_tensor_range: failed to allocate CUDA1 buffer of size 2147483648"),
            "Does not fit: CUDA1 needed 2.0 GiB more");
  EXPECT_EQ(sentence("error loading model: unable to allocate Vulkan0 buffer"),
            "Does not fit: out of memory on Vulkan0");
  EXPECT_EQ(sentence("x: allocating 512.00 MiB on device 1: hipMalloc failed: out of memory"),
            "Does not fit: ROCm1 needed 512 MiB more");
  EXPECT_EQ(sentence("ggml_vulkan: Device memory allocation of size 369827840 failed."),
            "Does not fit: a device needed 353 MiB more");
  EXPECT_EQ(
      sentence("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total "
               "capacity of 31.51 GiB of which 196.06 MiB is free."),
      "Does not fit: GPU0 needed 2.0 GiB more");
  EXPECT_EQ(sentence("graph_reserve: failed to allocate compute buffers"), "Does not fit: out of memory");
}

TEST(Verdict, of_a_failure_advises_by_what_it_was_for) {
  const auto advice = [](const std::string& line) {
    return judge(read(line + "\n"), failed(FailureKind::kOther)).advice;
  };
  EXPECT_NE(
      advice("failed to initialize the context: failed to allocate buffer for kv cache").find("--ctx-size"),
      std::string::npos);
  EXPECT_NE(advice("graph_reserve: failed to allocate compute buffers").find("--ubatch-size"),
            std::string::npos);
  EXPECT_NE(advice("error loading model: unable to allocate CUDA0 buffer").find("--n-gpu-layers"),
            std::string::npos);
  EXPECT_NE(advice("ValueError: No available memory for the cache blocks. Try").find("--max-model-len"),
            std::string::npos);
  EXPECT_NE(advice("VAE decode failed (likely out of memory)").find("--vae-tiling"), std::string::npos);
}

TEST(Verdict, on_cpu_only_names_the_reason) {
  const std::string log = "load_tensors:   CPU_Mapped model buffer size =  92.10 MiB\n";
  EXPECT_EQ(judge(read(log), {}).sentence, "Runs on CPU only: no buffer on a device");
  EXPECT_EQ(judge(read("load_tensors: offloaded 0/25 layers to GPU\n" + log), {}).sentence,
            "Runs on CPU only: load_tensors: offloaded 0/25 layers to GPU");
  const Verdict ordered = judge(read(log), {.words = {"llama-server", "-ngl", "0"}});
  EXPECT_EQ(ordered.sentence, "Runs on CPU only: --n-gpu-layers 0");
  EXPECT_EQ(ordered.advice, "Raise --n-gpu-layers to use a GPU.");
  EXPECT_EQ(judge(read("whisper_backend_init_gpu: no GPU found\n"), {}).word, Word::kCpuOnly);
}

TEST(Verdict, spills_by_weights_kv_layers_or_overflow) {
  EXPECT_EQ(full({}).word, Word::kFits);
  // 2 % of the weights are 162 MiB.
  const auto with_ram = [](const char* size) {
    return judge(read(kFull + "load_tensors:          CPU model buffer size =  " + size + " MiB\n"), {}).word;
  };
  EXPECT_EQ(with_ram("150.00"), Word::kFits);
  EXPECT_EQ(with_ram("250.00"), Word::kSpilled);
  const std::string kv = kFull + "llama_kv_cache:        CPU KV buffer size =    10.00 MiB\n";
  EXPECT_EQ(judge(read(kv), {}).word, Word::kSpilled);
  EXPECT_EQ(judge(read(kv), {.words = {"--no-kv-offload"}}).word, Word::kFits);
  const auto overflow = [](const char* layers) {
    return judge(read(kFull + "common_params_fit_impl:   - CUDA0 (A): 25 layers ( " + layers +
                      " overflowing),   6049 MiB used,   1046 MiB free\n"),
                 {});
  };
  EXPECT_EQ(overflow("0").word, Word::kFits);
  EXPECT_NE(overflow("3").sentence.find("(parts of 3 layers)"), std::string::npos) << overflow("3").sentence;
}

TEST(Verdict, sees_the_driver_page) {
  Circumstances at;
  at.cards = {{"CUDA0", "GPU 0", 10000 * kMiB, 9900 * kMiB}};
  EXPECT_EQ(full(at).word, Word::kTight);
  at.is_slow = true;
  EXPECT_EQ(full(at).word, Word::kDriverSpill);
  EXPECT_EQ(full(at).sentence, "Logs say it fits, the driver is paging");
  at.is_slow = false;
  const Bytes explained = read(kFull).ram.total() + 256 * kMiB;
  at.cards[0].shared = explained;
  EXPECT_EQ(full(at).word, Word::kTight) << "pinned buffers and what copies go through";
  at.cards[0].shared = explained + 1;
  EXPECT_EQ(full(at).word, Word::kDriverSpill);
  EXPECT_NE(full(at).advice.find("--ctx-size"), std::string::npos);
  at.cards[0].used = 9000 * kMiB;
  EXPECT_EQ(full(at).word, Word::kFits);
}

TEST(Verdict, sees_a_context_that_is_less_than_asked) {
  EXPECT_EQ(full({.words = {"-c", "16384"}}).sentence, "Fits, context cut to 8192 (16384 asked)");
  EXPECT_EQ(full({.words = {"-c", "16384"}}).context_before_cut, 16384u);
  EXPECT_EQ(full({.words = {"--ctx-size=8192"}}).word, Word::kFits);
  EXPECT_EQ(full({.words = {"--ctx-size=8192"}}).context_before_cut, std::nullopt);
  const std::string cut =
      "llama_params_fit: context size reduced from 65536 to 4096 -> need 13440 MiB less memory\n"
      "load_tensors:        CUDA0 model buffer size =  8000.00 MiB\n";
  EXPECT_EQ(judge(read(cut), {}).sentence, "Fits, context cut (65536 asked)");
  EXPECT_EQ(full({.words = {"-c", "0"}}).word, Word::kFits);
  EXPECT_EQ(full({.words = {"-c"}}).word, Word::kFits);
}

TEST(Verdict, is_tight_by_megabytes_or_percent) {
  Circumstances at;
  at.cards = {{"CUDA0", "GPU 1", 24000 * kMiB, 23400 * kMiB}};
  EXPECT_EQ(full(at).sentence, "Fits, 600 MiB left on GPU 1");  // 3 % are 720 MiB
  at.cards = {{"CUDA0", "GPU 1", 10000 * kMiB, 9489 * kMiB}};
  EXPECT_EQ(full(at).sentence, "Fits, 511 MiB left on GPU 1");
  at.cards[0].used = 9488 * kMiB;
  EXPECT_EQ(full(at).word, Word::kFits);
  // The only card, whose name the child does not tell.
  at.cards = {{"", "GPU 0", 10000 * kMiB, 9900 * kMiB}};
  EXPECT_EQ(full(at).sentence, "Fits, 100 MiB left on GPU 0");
}

TEST(Verdict, knows_a_card_by_its_slot) {
  const std::string log = "using device CUDA0 (A) (0000:41:00.0) - 20000 MiB free\n" + kFull;
  Circumstances at;
  at.cards = {{.title = "GPU 0", .total = 10000 * kMiB, .used = 9900 * kMiB, .pci = "00000000:01:00.0"},
              {.title = "GPU 1", .total = 20000 * kMiB, .used = 11000 * kMiB, .pci = "00000000:41:00.0"}};
  EXPECT_EQ(judge(read(log), at).sentence, "Fits: 8.8 of 19.5 GiB");
  EXPECT_EQ(judge(read(log), at).devices.at(0).card, "GPU 1");
  at.cards.pop_back();
  EXPECT_EQ(judge(read(log), at).devices.at(0).card, "") << "the only card, but another one";
}

TEST(Judgements, keep_the_last_of_the_newest_launch) {
  Judgements judgements;
  EXPECT_EQ(judgements.of(ModelId("a")), nullptr);
  const auto put = [&](std::uint64_t launch, Word word) {
    Judgement judgement;
    judgement.launch = Generation{launch};
    judgement.verdict.word = word;
    judgements.put(ModelId("a"), judgement);
    return judgements.of(ModelId("a"))->verdict.word;
  };
  EXPECT_EQ(put(2, Word::kFits), Word::kFits);
  EXPECT_EQ(put(2, Word::kTight), Word::kTight);
  EXPECT_EQ(put(1, Word::kSpilled), Word::kTight);
  EXPECT_EQ(put(3, Word::kShrunk), Word::kShrunk);
}

TEST(Verdict, on_vllm_asks_for_one_whole_request) {
  const std::string log = "Model loading took 8.5 GiB and 4.4 seconds\nAvailable KV cache memory: 2.30 GiB\n";
  const auto with = [&](const char* times) {
    return judge(read(log + "Maximum concurrency for 120,000 tokens per request: " + times + "x\n"), {});
  };
  EXPECT_EQ(with("1.00").word, Word::kFits);
  EXPECT_EQ(with("0.90").sentence, "Fits, but the KV cache holds less than one request of 120000 tokens");
  EXPECT_EQ(judge(read(log), {.words = {"--cpu-offload-gb", "4"}}).word, Word::kSpilled);
}

TEST(Verdict, without_a_report_says_how_to_get_one) {
  const Verdict verdict = judge(read("server is listening\n"), {});
  EXPECT_EQ(verdict.word, Word::kUnknown);
  EXPECT_EQ(verdict.sentence, "No memory report: start it with -lv 4");
  EXPECT_EQ(verdict.advice, "Start it with --log-verbosity 4.");
  const Verdict image = judge(read("listening\n"), {.words = {"/opt/sd-server", "-m", "x.gguf"}});
  EXPECT_EQ(image.sentence, "No memory report: start it with -v");
  EXPECT_EQ(image.advice, "Start it with --verbose.");
  const Verdict python =
      judge(read("listening\n"), {.words = {"python3", "-m", "vllm.entrypoints.openai.api_server"}});
  EXPECT_EQ(python.sentence, "No memory report");
  EXPECT_EQ(python.advice, "");
}

// What an engine was asked for and printed, and what it may be asked for in place of that.
struct Advised {
  std::string log, advice;
  Word word;
  Words words{};
  Circumstances at{};
};

void expect_advice(const std::vector<Advised>& all) {
  for (const Advised& one : all) {
    Circumstances at = one.at;
    at.words = one.words;
    const Verdict verdict = judge(read(one.log), at);
    EXPECT_STREQ(name_of(verdict.word), name_of(one.word)) << one.log;
    EXPECT_EQ(verdict.advice, one.advice) << one.log;
  }
}

TEST(Advice, for_images_names_flags_of_stable_diffusion_cpp) {
  const std::string total = "total params memory size = 13000.00MB (VRAM 4000.00MB, RAM ";
  const std::string spilled = total + "9000.00MB): vae 94.57MB(VRAM)\n";
  const std::string full = total + "0.00MB): vae 94.57MB(VRAM)\n";
  const Circumstances failed_now = failed(FailureKind::kOther), killed = failed(FailureKind::kKilled);
  Circumstances nearly, paging;
  nearly.cards = {{"", "GPU 0", 10000 * kMiB, 9600 * kMiB}};
  paging.cards = {{"", "GPU 0", 10000 * kMiB, 9900 * kMiB}};
  paging.is_slow = true;
  expect_advice({
      {spilled,
       "Set --offload-to-cpu to bring them to the GPU while they are used, or --diffusion-fa and "
       "--vae-tiling to make room.",
       Word::kSpilled},
      {full + "alloc params backend buffer failed\n",
       "Set --offload-to-cpu or --diffusion-fa.",
       Word::kFailedOom,
       {},
       failed_now},
      {"ggml_cuda: allocating 1900.00 MiB on device 0: cudaMalloc failed: out of memory\n",
       "Set --diffusion-fa or --clip-on-cpu.",
       Word::kFailedOom,
       {"sd-server", "--offload-to-cpu"},
       failed_now},
      {"flux: failed to allocate the compute buffer\n",
       "Set --diffusion-fa or --offload-to-cpu.",
       Word::kFailedOom,
       {},
       failed_now},
      {"VAE decode failed (likely out of memory)\n",
       "Set --vae-on-cpu.",
       Word::kFailedOom,
       {"sd-server", "--vae-tiling"},
       failed_now},
      {"VAE decode failed (likely out of memory)\n",
       "Take a smaller file with --diffusion-model or --model.",
       Word::kFailedOom,
       {"sd-server", "--vae-tiling", "--vae-on-cpu"},
       failed_now},
      {full,
       "Take a smaller file with --diffusion-model or --model, so that less RAM is needed.",
       Word::kFailedKill,
       {},
       killed},
      {"",
       "Remove --offload-to-cpu, so that less RAM is needed.",
       Word::kFailedKill,
       {"sd-server", "--offload-to-cpu"},
       killed},
      {full, "Set --diffusion-fa or --vae-tiling.", Word::kTight, {}, nearly},
      {full,
       "Set --offload-to-cpu or --diffusion-fa. And leave GGML_CUDA_ENABLE_UNIFIED_MEMORY unset.",
       Word::kDriverSpill,
       {},
       paging},
      {"auto-fit: no usable GPU devices\n",
       "To use a GPU, take a build for it, and see that no --backend keeps it on the CPU.", Word::kCpuOnly},
  });
}

TEST(Verdict, of_images_that_are_streamed_from_ram_is_not_that_of_the_cpu) {
  const std::string log =
      "total params memory size = 13000.00MB (VRAM 0.00MB, RAM 13000.00MB): vae 94.57MB(RAM)\n";
  const std::string card = "  Device 0: NVIDIA A40, compute capability 8.6, VMM: yes\n";
  const Circumstances streams = {.words = {"sd-server", "--offload-to-cpu"}};
  const Verdict verdict = judge(read(card + log), streams);
  EXPECT_EQ(verdict.sentence, "Streams from RAM by configuration: 12.7 of 12.7 GiB of weights in RAM");
  EXPECT_EQ(verdict.word, Word::kFits);
  EXPECT_EQ(judge(read(card + log), {}).word, Word::kCpuOnly);
  EXPECT_EQ(judge(read(log), streams).word, Word::kCpuOnly) << "no card is there";
}

TEST(Advice, for_vllm_names_its_flags) {
  const std::string log = "Model loading took 8.5 GiB and 4.4 seconds\nAvailable KV cache memory: 2.30 GiB\n";
  const std::string lower = "Lower --max-model-len or --max-num-seqs, or change --gpu-memory-utilization.";
  const Circumstances failed_now = failed(FailureKind::kOther), killed = failed(FailureKind::kKilled);
  expect_advice({
      {"ValueError: No available memory for the cache blocks. Try\n",
       lower,
       Word::kFailedOom,
       {},
       failed_now},
      {"torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity "
       "of "
       "31.51 GiB of which 196.06 MiB is free.\n",
       lower,
       Word::kFailedOom,
       {},
       failed_now},
      {log, lower, Word::kFailedOom, {}, failed(FailureKind::kOutOfMemory, "CUDA error: out of memory")},
      {log + "Maximum concurrency for 120,000 tokens per request: 0.90x\n",
       "Lower --max-model-len, or raise --gpu-memory-utilization.", Word::kTight},
      {log, "Remove --cpu-offload-gb if there is room.", Word::kSpilled, {"vllm", "--cpu-offload-gb", "4"}},
      {"",
       "Take a smaller model, or a quantised one (--quantization), so that less RAM is needed.",
       Word::kFailedKill,
       {"vllm", "serve", "m"},
       killed},
      {log,
       "Lower --cpu-offload-gb, so that less RAM is needed.",
       Word::kFailedKill,
       {"vllm", "--cpu-offload-gb", "4"},
       killed},
  });
}

TEST(Advice, for_speech_names_flags_of_whisper_cpp) {
  const std::string smaller = "Take a smaller model or quantisation with --model.";
  const std::string cpu = "whisper_model_load:      CPU total size =   147.37 MB\n";
  expect_advice({
      {cpu, "To use a GPU, take a build for it; without --no-gpu it uses the first that it finds.",
       Word::kCpuOnly},
      {cpu, "Remove --no-gpu to use a GPU.", Word::kCpuOnly, {"whisper-server", "-ng"}},
      {"whisper_backend_init_gpu: using CUDA0 backend\n",
       smaller,
       Word::kFailedOom,
       {},
       failed(FailureKind::kOutOfMemory, "CUDA error: out of memory")},
      {"", smaller, Word::kFailedKill, {"/usr/bin/whisper-server"}, failed(FailureKind::kKilled)},
      {"whisper_backend_init_gpu: using CUDA0 backend\nwhisper_model_load: CUDA0 total size = 1623.92 MB\n" +
           cpu,
       smaller, Word::kSpilled},
  });
}

TEST(Advice, for_language_models_names_flags_of_llama_server) {
  expect_advice({
      {kFull,
       "Lower --ctx-size or --cache-ram, or keep --mmap on, so that less RAM is needed.",
       Word::kFailedKill,
       {},
       failed(FailureKind::kKilled)},
      {"no usable GPU found\n", "To use a GPU, take a build for it and see that --list-devices names it.",
       Word::kCpuOnly},
      {kFull,
       "Lower --ctx-size or --ubatch-size to leave more room.",
       Word::kTight,
       {},
       {.cards = {{"CUDA0", "GPU 0", 10000 * kMiB, 9600 * kMiB}}}},
  });
}

TEST(Flags, are_found_in_both_spellings) {
  const Words words = {"server", "-c", "4096", "--cache-type-k=q8_0", "-c", "8192", "-ngl"};
  EXPECT_EQ(value_of(words, {"-c", "--ctx-size"}), "8192");
  EXPECT_EQ(value_of(words, {"--cache-type-k"}), "q8_0");
  EXPECT_EQ(value_of(words, {"-ngl"}), std::nullopt);
  EXPECT_TRUE(has_flag(words, {"-ngl"}));
  EXPECT_FALSE(has_flag(words, {"-ot"}));
}

}  // namespace
}  // namespace paddock::fit
