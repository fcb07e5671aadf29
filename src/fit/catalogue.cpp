#include "catalogue.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "paddock/base/pattern.h"

namespace paddock::fit {

namespace {

// `needles`, one of which (between bars) is in every line that matches, spare the search in most of the
// others.
struct Row {
  std::string_view name, needles, pattern;
};

// clang-format off
constexpr Row kRows[] = {
    {"dev_used", "using device ",
     R"re(using device (\S+) \((.*?)\)(?: \(([0-9A-Fa-f:.]+|unknown id)\))? - (\d+) MiB free)re"},
    {"cuda_found", "found ",
     R"re(ggml_(?:cuda_init|init_cublas): found (\d+) (\w+) devices?(?: \(Total VRAM: (\d+) MiB\))?:)re"},
    {"cuda_dev", "Device ",
     R"re(^ *Device (\d+): (.+?), (?:compute capability (\d+\.\d+)|(gfx\w+)(?: \([^)]*\))?)(?:, VMM: (yes|no))?(?:, Wave Size: \d+)?(?:, VRAM: (\d+) MiB)?)re"},
    {"vk_found", "ggml_vulkan",
     R"re(ggml_vulkan: Found (\d+) Vulkan devices:)re"},
    {"vk_dev", "ggml_vulkan",
     R"re(ggml_vulkan: (\d+) = (.+?) \| uma: (\d) \|)re"},
    {"no_gpu", "no usable GPU|ggml_cuda_init|No devices found",
     R"re(no usable GPU found|ggml_cuda_init: no CUDA devices found|ggml_cuda_init: failed to initialize|ggml_vulkan: No devices found)re"},
    {"load_start", "loading model tensors",
     R"re((?:llm_)?load_tensors: loading model tensors)re"},
    {"layers", "offloaded ",
     R"re(offloaded (\d+)/(\d+) layers to GPU)re"},
    {"buf", "buffer size",
     R"re((~?[A-Za-z_]\w*): +(\S+) +(?:([A-Za-z0-9 ]+?) +)?buffer size += +([0-9]+[.,][0-9]+) MiB)re"},
    {"buf_total_old", "VRAM",
     R"re((?:llm_load_tensors|llama_model_load_internal|llm_load_print_meta): (?:VRAM used|total VRAM used): +([0-9.]+) M)re"},
    {"kv_summary", "llama_kv_cache",
     R"re((llama_kv_cache\w*): size = +([0-9.]+) MiB \( *(\d+) cells, +(\d+) layers, +([0-9/]+) seqs\), K \((\w+)\): +([0-9.]+) MiB, V \((\w+)\): +([0-9.]+) MiB)re"},
    {"kv_self", "KV self size",
     R"re(KV self size += +([0-9.]+) MiB, (?:K|c\^KV) \((\w+)\): +([0-9.]+) MiB, (?:V|kv\^T) \((\w+)\): +([0-9.]+) MiB)re"},
    {"swa_pool", "SWA KV cache",
     R"re(creating +(non-SWA|SWA) KV cache, size = (\d+) cells)re"},
    {"rs_summary", "llama_memory_recurrent",
     R"re(llama_memory_recurrent: size = +([0-9.]+) MiB \( *(\d+) cells, +(\d+) layers)re"},
    {"splits", "graph splits",
     R"re(graph splits = (\d+)(?: \(with bs=(\d+)\), (\d+) \(with bs=1\))?)re"},
    {"tensor_override", "overrid",
     R"re([Tt]ensor (blk\.(\d+)\.[\w.]+) .*buffer type overrid+en to (\S+))re"},
    {"overrides_warn", "tensor overrides",
     R"re(tensor overrides to CPU are used)re"},
    {"n_ctx", "n_ctx",
     R"re((?:llama_context|llama_init_from_model|llama_new_context_with_model): n_ctx +=? *(\d+))re"},
    {"loaded", "n_slots",
     R"re(initializing(?: slots)?, n_slots = (\d+))re"},
    {"clip_backend", "CLIP using",
     R"re(CLIP using (\S+) backend)re"},
    {"mmproj_est", "[mtmd]",
     R"re(\[mtmd\] estimated (?:worst-case )?memory usage of mmproj is ([0-9.]+) MiB)re"},
    {"mtp_est", "[spec]",
     R"re(\[spec\] estimated .*memory usage of .* is ([0-9.]+) MiB)re"},
    {"bd_dev", " = ",
     R"re(\| +- (.+?) +\| +(\d+) = (\d+) \+ \( *(\d+) = +(\d+) \+ +(\d+) \+ +(\d+)\) \+ +(-?\d+) \|)re"},
    {"bd_dev_old", " = ",
     R"re(- (.+?): +(\d+) = (\d+) \+ \( *(\d+) = +(\d+) \+ +(\d+) \+ +(\d+)\) \+ +(-?\d+))re"},
    {"bd_host", "- Host",
     R"re(\| +- Host +\| +(\d+) = +(\d+) \+ +(\d+) \+ +(\d+) +\|)re"},
    {"fit_projected", "projected to use",
     R"re(projected to use (\d+) MiB of device memory vs\. (?:a total of )?(\d+) MiB(?: of free device memory)?)re"},
    {"fit_leave", "will leave",
     R"re(will leave (\d+) >= (\d+) MiB of free device memory, no changes needed)re"},
    {"fit_ok_all", "no changes needed",
     R"re(targets for free memory can be met on all devices, no changes needed)re"},
    {"fit_need", "need to ",
     R"re(cannot (?:meet free memory target|fulfill margin)s? of (\d+) MiB(?: on all devices)?, need to (?:reduce device memory by|use) (\d+) MiB)re"},
    {"fit_need_all", "cannot meet",
     R"re(cannot meet free memory targets on all devices, need to use (\d+) MiB less in total)re"},
    {"fit_ctx", "context size reduced",
     R"re(context size reduced from (\d+) to (\d+) -> need (\d+) MiB less memory)re"},
    {"fit_ctx_only", "entire model can",
     R"re(entire model can be fit by reducing context)re"},
    {"fit_dev_row", " total, ",
     R"re(- (\S+) \((.+)\) *: +(\d+) total, +(\d+) used, +(-?\d+) (deficit|surplus|free))re"},
    {"fit_dev_layers", "overflowing",
     R"re(- (\S+) \((.+)\) *: +(\d+) layers \( *(\d+) overflowing\), +(\d+) MiB used, +(-?\d+) MiB free)re"},
    {"fit_dense", "dense weights",
     R"re(with only dense weights in device memory there is a total (surplus|deficit) of (\d+) MiB)re"},
    {"fit_done", "successfully fit",
     R"re(successfully fit params to free device memory)re"},
    {"fit_fail", "failed to fit",
     R"re(failed to fit params to free device memory: (.*)$)re"},
    {"fit_nomem", "did not report",
     R"re(device (\S+) did not report memory)re"},
    {"oom_cuda", "out of memory",
     R"re(allocating ([0-9.,]+) MiB on device (\d+): (?:cuda|hip)Malloc failed: out of memory)re"},
    {"oom_buf", "failed to allocate",
     R"re(failed to allocate (\S+) buffer of size (\d+))re"},
    {"oom_model", "unable to allocate",
     R"re(unable to allocate (\S+) buffer)re"},
    {"oom_compute", "failed to allocate compute",
     R"re(failed to allocate compute(?: pp| tg)? buffers)re"},
    {"oom_kv", "failed to allocate buffer",
     R"re(failed to allocate buffer for (?:kv|rs) cache)re"},
    {"oom_runtime", "out of memory",
     R"re((CUDA|ROCm|HIP) error: out of memory)re"},
    {"oom_vk", "ggml_vulkan|ErrorOutOf|Requested buffer",
     R"re(ggml_vulkan: Device memory allocation of size (\d+) failed|ErrorOutOf(?:Device|Host|Pool)Memory|Requested buffer size exceeds device)re"},
    {"oom_metal", "OutOfMemory|Insufficient Memory",
     R"re(kIOGPUCommandBufferCallbackErrorOutOfMemory|Insufficient Memory)re"},
    {"warn_pinned", "pinned memory",
     R"re(failed to allocate ([0-9.,]+) MiB of pinned memory)re"},
    {"warn_pp_retry", "retrying without",
     R"re(compute buffer allocation failed, retrying without pipeline parallelism)re"},
    {"load_failed", "error loading|failed to load|failed to init",
     R"re(error loading model|failed to load model|failed to initialize the context)re"},
    {"sd_total", "total params memory",
     R"re(total params memory size = ([0-9.]+)MB \(VRAM ([0-9.]+)MB, RAM ([0-9.]+)MB\): (.*)$)re"},
    {"sd_part", "MB(",
     R"re((\w+) ([0-9.]+)MB\((VRAM|RAM|N/A)\))re"},
    {"sd_buf", "params backend buffer",
     R"re((.+?) params backend buffer size = +([0-9.]+) MB\((VRAM|RAM)\))re"},
    {"sd_compute", "compute buffer size:",
     R"re((.+?) compute buffer size: ([0-9.]+) MB\((VRAM|RAM)\))re"},
    {"sd_plan_dev", "budget",
     R"re(^ *(\S+) +(.+?) +free +(\d+) MiB, budget +(\d+) MiB)re"},
    {"sd_plan_part", "compute reserve",
     R"re(^ *(\w+) +params +(\d+) MiB, compute reserve +(\d+) MiB -> (.+)$)re"},
    {"sd_nogpu", "auto-fit",
     R"re(auto-fit: no usable GPU devices)re"},
    {"sd_vae_oom", "VAE decode",
     R"re(VAE decode failed \(likely out of memory\))re"},
    {"sd_oom", "buffer failed|the compute buffer",
     R"re(alloc (?:params backend|compute) buffer failed|failed to allocate the compute buffer)re"},
    {"wh_model", "whisper_model_load",
     R"re(whisper_model_load: +(\S+) total size = +([0-9.]+) MB)re"},
    {"wh_model_old", "whisper_model_load",
     R"re(whisper_model_load: +(\S+) buffer size = +([0-9.]+) MB)re"},
    {"wh_backend", "whisper_backend_init",
     R"re(whisper_backend_init(?:_gpu)?: using (\S+) backend)re"},
    {"wh_nogpu", "no GPU found",
     R"re(whisper_backend_init_gpu: no GPU found)re"},
    {"wh_kv", "whisper_init_state",
     R"re(whisper_init_state: kv (self|cross|pad) +size += +([0-9.]+) MB)re"},
    {"wh_compute", "whisper_init_state",
     R"re(whisper_init_state: compute buffer \((\w+)\) += +([0-9.]+) MB)re"},
    {"vllm_weights", " took ",
     R"re((?:Model loading|Loading model weights) took ([0-9.]+) Gi?B)re"},
    {"vllm_kv", "Available KV",
     R"re(Available KV cache memory: (-?[0-9.]+) GiB)re"},
    {"vllm_kv_tokens", "GPU KV cache",
     R"re(GPU KV cache size: ([0-9,]+) tokens)re"},
    {"vllm_conc", "Maximum concurrency",
     R"re(Maximum concurrency for ([0-9,]+) tokens per request: ([0-9.]+)x)re"},
    {"vllm_blocks", " blocks: ",
     R"re(# (?:GPU|cuda) blocks: (\d+)(?:, # CPU blocks: (\d+))?)re"},
    {"vllm_nokv", "cache blocks|Free memory on device",
     R"re(No available memory for the cache blocks|Free memory on device .* is less than desired GPU memory utilization)re"},
    {"torch_oom", "Tried to allocate",
     R"re(CUDA out of memory\. Tried to allocate ([0-9.]+) ([GM]iB)\. GPU (\d+) has a total capacity of ([0-9.]+) GiB of which ([0-9.]+) ([GM]iB) is free)re"},
    {"t_prompt", "prompt eval time",
     R"re(prompt eval time += +([0-9.]+) ms / +(\d+) tokens)re"},
    {"t_eval", "eval time",
     R"re((?:^|\| +| )eval time += +([0-9.]+) ms / +(\d+) (?:tokens|runs))re"},
    {"t_progress", "prompt processing",
     R"re(prompt processing, n_tokens = +(\d+), progress = ([0-9.]+), t = +([0-9.]+) s / ([0-9.]+) tokens per second)re"},
    {"t_gen", "tg =",
     R"re(n_(?:decoded|gen) = +(\d+), tg = +([0-9.]+) t/s)re"},
    {"t_draft", "draft acceptance",
     R"re(draft acceptance = ([0-9.]+) \( *(\d+) accepted / *(\d+) generated\))re"},
    {"cache_state", "cache state",
     R"re(cache state: (\d+) prompts, ([0-9.]+) MiB(?: \(limits: ([0-9.]+) MiB)?)re"},
    {"cache_limit", "prompt cache is",
     R"re(prompt cache is enabled, size limit: (\d+) MiB)re"},
    // Ours, in place of lines that came too fast (logs/hub.h).
    {"unread", "not read line by line",
     R"re(^\.\.\. (\d+) bytes of output were not read line by line$)re"},
    {"build", "build",
     R"re(\bbuild(?: =|:)? (\d{1,9} \([^() ]{1,40}\)))re"},
    {"file_size", "size",
     R"re((?:print_info: file size|llm_load_print_meta: model size|print_info: model size) += +([0-9.]+) ([MGT]iB))re"},
    {"vocabulary", "n_vocab",
     R"re((?:print_info|llm_load_print_meta): n_vocab +=? *(\d+))re"},
    {"width", "n_embd",
     R"re((?:print_info|llm_load_print_meta): n_embd +=? *(\d+))re"},
    {"architecture", "arch",
     R"re((?:print_info|llm_load_print_meta): arch +=? *(\S+))re"},
};
// clang-format on

bool has_needle(std::string_view line, std::string_view needles) {
  for (;;) {
    const std::size_t bar = needles.find('|');
    if (line.find(needles.substr(0, bar)) != std::string_view::npos) return true;
    if (bar == std::string_view::npos) return false;
    needles.remove_prefix(bar + 1);
  }
}

// RE2's patterns, compiled when they are first needed and kept: many reports are read in a daemon's life.
const std::vector<Pattern>& patterns() {
  // Never destroyed, like all tables here: threads that read a report may outlive main().
  static const auto& compiled = *new const std::vector<Pattern>([] {
    std::vector<Pattern> out;
    for (const Row& row : kRows) out.push_back(*Pattern::compile(row.pattern));
    return out;
  }());
  return compiled;
}

}  // namespace

std::size_t row_of(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.name == name; });
  assert(found != std::end(kRows));
  return static_cast<std::size_t>(found - std::begin(kRows));
}

bool is_row(std::string_view name) {
  return std::any_of(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.name == name; });
}

Groups match(std::size_t row, std::string_view line) {
  return has_needle(line, kRows[row].needles) ? patterns()[row].match_in(line) : Groups();
}

}  // namespace paddock::fit
