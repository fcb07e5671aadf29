// What misleads in load reports, one test each.
#include <gtest/gtest.h>

#include <string>

#include "paddock/fit/report.h"
#include "paddock/fit/verdict.h"

namespace paddock::fit {
namespace {

constexpr Bytes kMiB = Bytes{1} << 20;

Bytes mib(double number) { return static_cast<Bytes>(number * (1 << 20) + 0.5); }

Amounts on(const Report& report, const char* name) {
  const Device* device = report.device(name);
  return device == nullptr ? Amounts{} : device->holds;
}

const std::string kLoaded =
    "load_tensors: loading model tensors\n"
    "load_tensors: offloaded 25/25 layers to GPU\n"
    "load_tensors:        CUDA0 model buffer size =  1000.00 MiB\n"
    "load_tensors:   CPU_Mapped model buffer size =   100.00 MiB\n";

TEST(Trap, pinned_memory_is_no_vram) {
  const Report report = read(kLoaded + "llama_context:  CUDA_Host  output buffer size =     0.50 MiB\n");
  EXPECT_EQ(report.ram.output, mib(0.5));
  EXPECT_EQ(on(report, "CUDA0").total(), 1000 * kMiB);
  EXPECT_EQ(report.device("CUDA_Host"), nullptr);
}

TEST(Trap, a_draft_model_does_not_overwrite_the_target) {
  const Report report = read(kLoaded +
                             "load_tensors: loading model tensors\n"
                             "load_tensors: offloaded 5/17 layers to GPU\n"
                             "load_tensors:        CUDA0 model buffer size =   200.00 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").weights, 1200 * kMiB);
  EXPECT_EQ(report.layers->on_devices, 25u);
  EXPECT_EQ(report.models, 2u);
}

TEST(Trap, an_mtp_context_adds_to_the_targets) {
  const Report report = read(kLoaded +
                             "llama_context: n_ctx = 4096\n"
                             "sched_reserve:      CUDA0 compute buffer size =   100.00 MiB\n"
                             "[spec] estimated fixed memory usage of MTP context is 648.03 MiB\n"
                             "llama_context: n_ctx = 512\n"
                             "sched_reserve:      CUDA0 compute buffer size =    50.00 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").compute, 150 * kMiB);
  EXPECT_EQ(report.context, 4096u);
  EXPECT_EQ(report.draft_estimated, mib(648.03));
}

TEST(Trap, both_kv_pools_count) {
  const Report report = read(kLoaded +
                             "llama_kv_cache:      CUDA0 KV buffer size =    96.00 MiB\n"
                             "llama_kv_cache:      CUDA0 KV buffer size =    15.00 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").kv, 111 * kMiB);
}

TEST(Trap, a_restated_kv_size_is_not_added) {
  const Report report = read(
      kLoaded +
      "llama_kv_cache:      CUDA0 KV buffer size =    51.00 MiB\n"
      "llama_kv_cache: size =   51.00 MiB (  4096 cells,  12 layers,  1/1 seqs), K (q8_0):   25.50 MiB, V "
      "(q8_0):   25.50 MiB\n"
      "llama_init_from_model: KV self size  =   51.00 MiB, K (q8_0):   25.50 MiB, V (q8_0):   25.50 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").kv, 51 * kMiB);
  ASSERT_EQ(report.pools.size(), 2u);
  EXPECT_EQ(report.pools[0].cells, 4096u);
  EXPECT_EQ(report.pools[1].k_type, "q8_0");
}

TEST(Trap, what_a_destructor_says_is_over) {
  const Report report =
      read(kLoaded +
           "~llama_context:      CUDA0 compute buffer size =   97.12 MiB\n"
           "~llama_context:  MTL0 compute buffer size is 97.1250 MiB, matches expectation of "
           "97.1250 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").compute, 0u);
}

TEST(Trap, a_dry_run_allocates_nothing) {
  const std::string by_level =
      "0.00.100.000 D load_tensors: loading model tensors\n"
      "0.00.100.001 D load_tensors: offloaded 99/99 layers to GPU\n"
      "0.00.100.002 D load_tensors:        CUDA0 model buffer size =  9000.00 MiB\n"
      "0.00.100.003 D llama_context: n_ctx = 99\n";
  const std::string by_size =
      "load_tensors: loading model tensors\n"
      "load_tensors: offloaded 99/99 layers to GPU\n"
      "load_tensors:        CUDA0 model buffer size =     0.00 MiB\n"
      "llama_context: n_ctx = 99\n"
      "llama_kv_cache:      CUDA0 KV buffer size =  7000.00 MiB\n";
  const std::string context = "llama_context: n_ctx = 4096\n";
  for (const Report& report :
       {read(by_level + kLoaded + context), read(by_size + by_size + kLoaded + context)}) {
    EXPECT_EQ(on(report, "CUDA0").total(), 1000 * kMiB);
    EXPECT_EQ(report.layers->all, 25u);
    EXPECT_EQ(report.context, 4096u);
    EXPECT_EQ(report.models, 1u);
  }
}

TEST(Trap, of_a_retried_reserve_the_last_group_counts) {
  const std::string group =
      "sched_reserve:      CUDA0 compute buffer size =   400.00 MiB\n"
      "sched_reserve:      CUDA1 compute buffer size =   400.00 MiB\n";
  const std::string last = "sched_reserve:      CUDA0 compute buffer size =   100.00 MiB\n";
  const std::string retry =
      "sched_reserve: compute buffer allocation failed, retrying without pipeline parallelism\n";
  for (const Report& report : {read(kLoaded + group + last), read(kLoaded + group + retry + last)}) {
    EXPECT_EQ(on(report, "CUDA0").compute, 100 * kMiB);
    EXPECT_EQ(on(report, "CUDA1").compute, 0u);
  }
}

TEST(Trap, a_projectors_compute_is_a_context_of_its_own) {
  const Report report = read(kLoaded +
                             "sched_reserve:      CUDA0 compute buffer size =   100.00 MiB\n"
                             "clip_ctx: CLIP using CUDA0 backend\n"
                             "alloc_compute_meta:      CUDA0 compute buffer size =    23.00 MiB\n");
  EXPECT_EQ(on(report, "CUDA0").compute, 123 * kMiB);
  EXPECT_EQ(report.projector->device, "CUDA0");
}

TEST(Trap, a_report_without_its_beginning_is_not_judged) {
  const Report report = read(
      "llama_kv_cache:      CUDA0 KV buffer size =    96.00 MiB\n"
      "sched_reserve:      CUDA0 compute buffer size =   100.00 MiB\n");
  const Verdict verdict = judge(report, {});
  EXPECT_EQ(verdict.word, Word::kUnknown);
  EXPECT_EQ(verdict.sentence, "The beginning of the memory report is missing");
  EXPECT_EQ(verdict.devices.at(0).holds.kv, 96 * kMiB);
}

TEST(Trap, a_comma_may_stand_for_the_point) {
  const Report report = read(
      "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 1900,50 MiB on device 1: cudaMalloc failed: "
      "out of memory\n"
      "load_tensors:        CUDA0 model buffer size =   974,88 MiB\n");
  EXPECT_EQ(report.shortages.at(0).wanted, mib(1900.5));
  EXPECT_EQ(report.shortages.at(0).device, "CUDA1");
  EXPECT_EQ(on(report, "CUDA0").weights, mib(974.88));
}

TEST(Trap, the_childs_first_card_may_be_another_of_the_machine) {
  Circumstances at;
  at.cards = {{"CUDA0", "GPU 1", 2000 * kMiB, 1700 * kMiB}, {"", "GPU 0", 24000 * kMiB, 0}};
  const Verdict verdict = judge(read(kLoaded), at);
  EXPECT_EQ(verdict.sentence, "Fits, 300 MiB left on GPU 1");
  EXPECT_EQ(verdict.devices.at(0).card, "GPU 1");
  EXPECT_EQ(verdict.devices.at(0).total, 2000 * kMiB);
}

TEST(Trap, a_megabyte_of_whisper_is_a_million) {
  const Report report = read("whisper_model_load:        CUDA0 total size =  1623.92 MB\n");
  EXPECT_EQ(on(report, "CUDA0").weights, 1623920000u);
}

TEST(Trap, a_megabyte_of_stable_diffusion_is_a_mebibyte) {
  const Report report = read("flux params backend buffer size =  3732.50 MB(VRAM) (776 tensors)\n");
  EXPECT_EQ(on(report, "GPU").weights, mib(3732.5));
}

TEST(Trap, a_gigabyte_of_vllm_is_a_gibibyte_in_old_builds_too) {
  const Report old = read("Loading model weights took 64.0 GB\n");
  EXPECT_EQ(on(old, "GPU0").weights, Bytes{64} << 30);
}

TEST(Trap, vllm_may_have_less_than_nothing_for_its_cache) {
  const std::string log = "INFO 08-04 10:00:00 [a.py:1] Available KV cache memory: -19.92 GiB\n";
  const Report report = read(log);
  EXPECT_DOUBLE_EQ(*report.vllm.kv_gib, -19.92);
  EXPECT_EQ(on(report, "GPU0").kv, 0u);
  const Verdict verdict = judge(report, {.failure = Failure{}});
  EXPECT_EQ(verdict.word, Word::kFailedOom);
  EXPECT_EQ(verdict.sentence, "Does not fit: nothing is left for the KV cache");
}

TEST(Trap, vllms_ranks_are_cards_of_their_own) {
  const Report report = read(
      "(Worker_TP0 pid=1) INFO 08-04 10:00:00 [a.py:1] Model loading took 8.0 GiB and 4.4 seconds\n"
      "(Worker_TP1 pid=2) INFO 08-04 10:00:00 [a.py:1] Model loading took 9.0 GiB and 4.4 seconds\n");
  EXPECT_EQ(on(report, "GPU0").weights, Bytes{8} << 30);
  EXPECT_EQ(on(report, "GPU1").weights, Bytes{9} << 30);
}

// What others hold or load at the same time is in the card's figures, never in ours.
TEST(Trap, what_others_hold_is_not_the_models) {
  Circumstances at;
  at.cards = {{"CUDA0", "GPU 0", 24000 * kMiB, 20000 * kMiB}};
  const Verdict verdict = judge(read(kLoaded), at);
  EXPECT_EQ(verdict.devices.at(0).holds.total(), 1000 * kMiB);
  EXPECT_EQ(verdict.sentence, "Fits: 1000 MiB of 23.4 GiB");
}

TEST(Trap, cudas_own_memory_is_in_no_log) {
  const std::string device = "llama_prepare_model_devices: using device CUDA0 (A) (0000:01:00.0) - ";
  EXPECT_EQ(judge(read(device + "1900 MiB free\n" + kLoaded), {}).word, Word::kFits);
  const Verdict verdict = judge(read(device + "1800 MiB free\n" + kLoaded), {});
  EXPECT_EQ(verdict.sentence, "Fits, 500 MiB left on CUDA0");
}

TEST(Trap, the_prompt_cache_is_ram_beside_the_buffers) {
  const Report report = read(kLoaded +
                             "srv        update:  - cache state: 1 prompts, 401.5 MiB (limits: 8192.000 MiB, "
                             "65536 tokens, 65536 est)\n");
  EXPECT_EQ(report.prompt_cache, mib(401.5));
  EXPECT_EQ(report.ram.total(), 100 * kMiB);
}

TEST(Trap, the_prompt_cache_has_a_limit_that_is_not_yet_taken) {
  const std::string enabled = "srv    load_model: prompt cache is enabled, size limit: 8192 MiB\n";
  const Report report = read(kLoaded + enabled);
  EXPECT_EQ(report.prompt_cache_limit, 8192 * kMiB);
  EXPECT_EQ(report.prompt_cache, 0u);
  EXPECT_EQ(report.ram.total(), 100 * kMiB);
  EXPECT_EQ(judge(report, {}).word, Word::kFits);
  EXPECT_EQ(read(kLoaded + "srv update:  - cache state: 1 prompts, 4.5 MiB (limits: 64.000 MiB, 1 tokens)\n")
                .prompt_cache_limit,
            64 * kMiB);
}

TEST(Trap, context_checkpoints_are_ram_beside_the_buffers) {
  const Report report =
      read(kLoaded +
           "slot create_check: id  0 | task 0 | created context checkpoint 1 of 8 (pos_min = 0, "
           "pos_max = 511, size = 149.626 MiB)\n"
           "srv        update:    - prompt 0x7f00: 2048 tokens, checkpoints:  1,   401.836 MiB\n");
  EXPECT_EQ(report.ram.total(), 100 * kMiB);
  EXPECT_EQ(on(report, "CUDA0").total(), 1000 * kMiB);
  EXPECT_EQ(report.elsewhere, 0u);
}

TEST(Trap, pinned_staging_that_is_not_to_be_had_is_no_failure) {
  const std::string log =
      kLoaded + "ggml_cuda_host_malloc: failed to allocate 1900,00 MiB of pinned memory: invalid argument\n";
  const Report report = read(log);
  EXPECT_TRUE(report.shortages.empty());
  EXPECT_EQ(report.ram.total(), 100 * kMiB);
  EXPECT_EQ(judge(report, {}).word, Word::kFits);
  const Verdict killed = judge(report, {.failure = Failure{FailureKind::kKilled}});
  EXPECT_EQ(killed.word, Word::kFailedKill) << "whatever it died of, it was not that";
}

TEST(Trap, pinned_staging_of_weights_is_ram) {
  const Report report = read(kLoaded + "load_tensors:    CUDA_Host model buffer size =  2000.00 MiB\n");
  EXPECT_EQ(report.ram.weights, 2100 * kMiB);
  EXPECT_EQ(judge(report, {}).word, Word::kSpilled);
}

TEST(Trap, lines_that_came_too_fast_may_be_missing) {
  const std::string gap = "... 2097152 bytes of output were not read line by line\n";
  const Report report = read(kLoaded + gap + gap);
  EXPECT_EQ(report.unread, 4 * kMiB);
  const Verdict verdict = judge(report, {});
  EXPECT_EQ(verdict.word, Word::kFits);
  EXPECT_EQ(
      verdict.sentence,
      "Fits: 1000 MiB on CUDA0 (4194304 bytes of its log came too fast to be read, so that something may "
      "be missing)");
}

TEST(Trap, all_layers_offloaded_proves_nothing) {
  const std::string log =
      "print_info: n_embd = 2880\nprint_info: n_vocab = 201088\n"
      "load_tensors: offloaded 25/25 layers to GPU\n"
      "load_tensors:      Vulkan0 model buffer size =  4699.90 MiB\n"
      "load_tensors:   CPU_Mapped model buffer size =  7218.45 MiB\n";
  const Verdict verdict = judge(read(log), {});
  EXPECT_EQ(verdict.word, Word::kSpilled);
  EXPECT_EQ(verdict.sentence, "Partly in RAM: 7.05 of 11.64 GiB of weights on CPU");
}

TEST(Trap, embeddings_stay_in_ram_by_design) {
  const std::string rest =
      "load_tensors: offloaded 36/36 layers to GPU\n"
      "load_tensors:        CUDA0 model buffer size =  2000.00 MiB\n"
      "load_tensors:   CPU_Mapped model buffer size =  3000.00 MiB\n";
  EXPECT_EQ(judge(read("print_info: arch = gemma3n\n" + rest), {}).word, Word::kFits);
  EXPECT_EQ(judge(read("print_info: arch = qwen3\n" + rest), {}).word, Word::kSpilled);
}

TEST(Trap, a_memory_table_of_a_probe_is_not_trusted) {
  const std::string row =
      "llama_print_memory_breakdown:   - CUDA0 (RTX 4090):  24080 = 9436 + (14193 = 13169 +      38 +     "
      "985) +  ";
  EXPECT_FALSE(read(kLoaded + row + "451\n").device("CUDA0")->total);
  const std::string loaded = kLoaded + "srv    load_model: initializing slots, n_slots = 4\n";
  EXPECT_EQ(read(loaded + row + "451\n").device("CUDA0")->total, 24080 * kMiB);
  EXPECT_FALSE(read(loaded + row + "-16586\n").device("CUDA0")->total);
  EXPECT_FALSE(read(loaded + row + "17592186027000\n").device("CUDA0")->total);
}

TEST(Trap, progress_dots_may_stand_before_a_line) {
  EXPECT_EQ(on(read("......load_tensors:        CUDA0 model buffer size =  10.00 MiB\n"), "CUDA0").weights,
            10 * kMiB);
  EXPECT_EQ(on(read(".....\rload_tensors:        CUDA0 model buffer size =  10.00 MiB\r\n"), "CUDA0").weights,
            10 * kMiB);
}

TEST(Trap, other_machines_and_unknown_places_count_apart) {
  const Report report = read(kLoaded +
                             "load_tensors: RPC[192.168.1.5:50052] model buffer size =   100.00 MiB\n"
                             "load_tensors: Quantum7 model buffer size =   70.00 MiB\n");
  EXPECT_TRUE(report.device("RPC[192.168.1.5:50052]")->is_remote);
  EXPECT_EQ(report.elsewhere, 70 * kMiB);
}

TEST(Hostile, text_is_read_in_bounds) {
  std::string many;
  for (int i = 0; i < 1500; ++i) {
    const std::string number = std::to_string(i);
    many += "load_tensors: CUDA" + number + " model buffer size = 99999999999999999999999999999999.00 MiB\n";
    many += "sched_reserve: ROCm" + number + " compute buffer size = 1.00 MiB\n";
    many += "llama_prepare_model_devices: using device Vulkan" + number +
            " (A) - 99999999999999999999999 MiB free\n";
    many += "CUDA error: out of memory\n";
  }
  const Report report = read(many);
  EXPECT_LE(report.devices.size(), 200u);
  EXPECT_LE(report.said.size(), 100u);
  EXPECT_LE(report.shortages.size(), 16u);
  judge(report, {});
  for (const char* text :
       {"", "\n", "\r\r\r", "\x1b[", "\x1b", "{", "[1] ", "0.00.000.000 ", "buffer size = MiB"}) {
    EXPECT_FALSE(read(text).has_weights());
  }
  EXPECT_FALSE(read(std::string(1 << 20, '.')).has_weights());
  EXPECT_FALSE(read(std::string(1 << 18, '{')).has_weights());
}

}  // namespace
}  // namespace paddock::fit
