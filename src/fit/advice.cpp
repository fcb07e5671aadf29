// The verdict's advice: what to change. It names only flags that the engine has.
#include "flags.h"
#include "view.h"

namespace paddock::fit {

namespace {

constexpr const char* kSmallerWhisper = "Take a smaller model or quantisation with --model.";

enum class Those { kSet, kMissing };

// `--a or --b`: the first two of the flags that are in the command line, or that are not.
std::string two_of(Those those, Names flags, const View& view) {
  std::string text;
  int count = 0;
  for (const std::string_view flag : flags) {
    const bool is_set = has_flag(view.circumstances.words, {flag});
    if (is_set != (those == Those::kSet) || count == 2) continue;
    text += (count++ == 0 ? "" : " or ") + std::string(flag);
  }
  return text;
}

// In the order in which they help.
std::string diffusion_room(Names flags, const View& view) {
  const std::string missing = two_of(Those::kMissing, flags, view);
  return missing.empty() ? "Take a smaller file with --diffusion-model or --model." : "Set " + missing + ".";
}

bool failed_for(const View& view, std::string_view what) {
  for (const Said& said : view.report.said) {
    if (said.fact == Fact::kOutOfMemory && said.line.find(what) != std::string::npos) return true;
  }
  return false;
}

std::string diffusion_oom(const View& view) {
  if (failed_for(view, "VAE") || failed_for(view, "vae")) {
    return diffusion_room({"--vae-tiling", "--vae-on-cpu"}, view);
  }
  if (failed_for(view, "compute")) return diffusion_room({"--diffusion-fa", "--offload-to-cpu"}, view);
  return diffusion_room({"--offload-to-cpu", "--diffusion-fa", "--clip-on-cpu"}, view);
}

std::string llama_oom(const View& view) {
  if (failed_for(view, "kv cache")) {
    return "Lower --ctx-size, or set --cache-type-k q8_0 and --cache-type-v q8_0.";
  }
  if (failed_for(view, "compute")) return "Lower --ubatch-size or --ctx-size.";
  if (!view.report.fit_failed.empty()) {
    return "Remove --n-gpu-layers, --n-cpu-moe, --override-tensor and --tensor-split, so that --fit can "
           "choose.";
  }
  return "Lower --n-gpu-layers, or keep experts in RAM with --n-cpu-moe.";
}

std::string oom_advice(const View& view) {
  switch (view.engine()) {
    case Engine::kVllm:
      return "Lower --max-model-len or --max-num-seqs, or change --gpu-memory-utilization.";
    case Engine::kDiffusion:
      return diffusion_oom(view);
    case Engine::kWhisper:
      return kSmallerWhisper;
    case Engine::kLlama:
      break;
  }
  return llama_oom(view);
}

std::string kill_advice(const View& view) {
  std::string set;
  switch (view.engine()) {
    case Engine::kVllm:
      set = two_of(Those::kSet, {"--cpu-offload-gb", "--swap-space"}, view);
      return (set.empty() ? "Take a smaller model, or a quantised one (--quantization)" : "Lower " + set) +
             ", so that less RAM is needed.";
    case Engine::kDiffusion:
      set = two_of(Those::kSet, {"--offload-to-cpu", "--clip-on-cpu", "--vae-on-cpu"}, view);
      return (set.empty() ? "Take a smaller file with --diffusion-model or --model" : "Remove " + set) +
             ", so that less RAM is needed.";
    case Engine::kWhisper:
      return kSmallerWhisper;
    case Engine::kLlama:
      break;
  }
  return "Lower --ctx-size or --cache-ram, or keep --mmap on, so that less RAM is needed.";
}

std::string llama_spill(const View& view) {
  const Words& words = view.circumstances.words;
  if (has_flag(words, {"-ncmoe", "--n-cpu-moe"})) return "Lower --n-cpu-moe if there is room.";
  if (has_flag(words, {"-cmoe", "--cpu-moe"}))
    return "Set --n-cpu-moe to a few layers in place of --cpu-moe.";
  const auto& layers = view.report.layers;
  if (layers && layers->on_devices < layers->all &&
      has_flag(words, {"-ngl", "--n-gpu-layers", "--gpu-layers"})) {
    return "Raise --n-gpu-layers to " + std::to_string(layers->all) +
           " if there is room, or lower --ctx-size.";
  }
  if (view.report.overrides > 0 || has_flag(words, {"-ot", "--override-tensor"})) {
    return "Send fewer tensors to RAM with --override-tensor.";
  }
  return "Lower --ctx-size, or set --cache-type-k q8_0 and --cache-type-v q8_0, to make room for all layers.";
}

// A command that streams weights of images from RAM on purpose does not come here.
std::string spill_advice(const View& view) {
  switch (view.engine()) {
    case Engine::kVllm:
      return "Remove --cpu-offload-gb if there is room.";
    case Engine::kDiffusion:
      return "Set --offload-to-cpu to bring them to the GPU while they are used, or --diffusion-fa and "
             "--vae-tiling to make room.";
    case Engine::kWhisper:
      return kSmallerWhisper;
    case Engine::kLlama:
      break;
  }
  return llama_spill(view);
}

std::string cpu_advice(const View& view) {
  const Words& words = view.circumstances.words;
  const std::string build = "To use a GPU, take a build for it";
  switch (view.engine()) {
    case Engine::kWhisper:
      if (has_flag(words, {"-ng", "--no-gpu"})) return "Remove --no-gpu to use a GPU.";
      return build + "; without --no-gpu it uses the first that it finds.";
    case Engine::kDiffusion:
      return build + ", and see that no --backend keeps it on the CPU.";
    case Engine::kVllm:
    case Engine::kLlama:
      break;
  }
  if (value_of(words, {"-ngl", "--n-gpu-layers", "--gpu-layers"}) == "0") {
    return "Raise --n-gpu-layers to use a GPU.";
  }
  if (value_of(words, {"-dev", "--device"}) == "none") return "Remove --device none to use a GPU.";
  return build + " and see that --list-devices names it.";
}

std::string paging_advice(const View& view) {
  const std::string unset = "leave GGML_CUDA_ENABLE_UNIFIED_MEMORY unset.";
  switch (view.engine()) {
    case Engine::kVllm:
      return "Lower --gpu-memory-utilization.";
    case Engine::kDiffusion:
      return diffusion_room({"--offload-to-cpu", "--diffusion-fa", "--vae-tiling"}, view) + " And " + unset;
    case Engine::kWhisper:
      return std::string(kSmallerWhisper) + " And " + unset;
    case Engine::kLlama:
      break;
  }
  return "Lower --n-gpu-layers or --ctx-size, and " + unset;
}

std::string tight_advice(const View& view) {
  switch (view.engine()) {
    case Engine::kVllm:
      return "Lower --max-model-len, or raise --gpu-memory-utilization.";
    case Engine::kDiffusion:
      return diffusion_room({"--diffusion-fa", "--vae-tiling", "--offload-to-cpu"}, view);
    case Engine::kWhisper:
      return kSmallerWhisper;
    case Engine::kLlama:
      break;
  }
  return "Lower --ctx-size or --ubatch-size to leave more room.";
}

// Whisper.cpp and vLLM print their report unless all is silenced.
std::string unknown_advice(const View& view) {
  if (view.failed() || view.has_any_memory()) return {};
  if (view.engine() == Engine::kDiffusion) return "Start it with --verbose.";
  return view.engine() == Engine::kLlama ? "Start it with --log-verbosity 4." : "";
}

}  // namespace

std::string advice_of(Word word, const View& view) {
  switch (word) {
    case Word::kFailedOom:
      return oom_advice(view);
    case Word::kFailedKill:
      return kill_advice(view);
    case Word::kCpuOnly:
      return cpu_advice(view);
    case Word::kSpilled:
      return spill_advice(view);
    case Word::kDriverSpill:
      return paging_advice(view);
    case Word::kShrunk:
      return "Set --ctx-size yourself, with --cache-type-k q8_0 and --cache-type-v q8_0 or a lower "
             "--n-gpu-layers to make room.";
    case Word::kTight:
      return tight_advice(view);
    case Word::kFits:
      return {};
    case Word::kUnknown:
      break;
  }
  return unknown_advice(view);
}

}  // namespace paddock::fit
