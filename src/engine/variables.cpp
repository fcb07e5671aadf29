#include "variables.h"

#include <algorithm>
#include <array>

namespace paddock::engine {

namespace {

using Text = std::string_view;

constexpr Text kPrefix = "LLAMA_ARG_";

// With a value, or on and off: then `off` may be empty, as there is no such flag.
struct Variable {
  Text name, flag;
  bool is_switch = false;
  Text off = {};
};

// Older builds' names first, as recent ones count where both are set.
constexpr std::array kVariables = {
    Variable{"MODEL", "--model"},
    Variable{"MMPROJ", "--mmproj"},
    Variable{"CTX_SIZE", "--ctx-size"},
    Variable{"N_PARALLEL", "--parallel"},
    Variable{"BATCH", "--batch-size"},
    Variable{"UBATCH", "--ubatch-size"},
    Variable{"N_GPU_LAYERS", "--n-gpu-layers"},
    Variable{"CACHE_TYPE_K", "--cache-type-k"},
    Variable{"CACHE_TYPE_V", "--cache-type-v"},
    Variable{"FLASH_ATTN", "--flash-attn"},
    Variable{"DEVICE", "--device"},
    Variable{"OVERRIDE_TENSOR", "--override-tensor"},
    Variable{"N_CPU_MOE", "--n-cpu-moe"},
    Variable{"SPLIT_MODE", "--split-mode"},
    Variable{"TENSOR_SPLIT", "--tensor-split"},
    Variable{"MAIN_GPU", "--main-gpu"},
    Variable{"POOLING", "--pooling"},
    Variable{"MODEL_DRAFT", "--model-draft"},
    Variable{"SPEC_DRAFT_MODEL", "--model-draft"},
    Variable{"CTX_SIZE_DRAFT", "--ctx-size-draft"},
    Variable{"N_GPU_LAYERS_DRAFT", "--n-gpu-layers-draft"},
    Variable{"CACHE_TYPE_K_DRAFT", "--cache-type-k-draft"},
    Variable{"CACHE_TYPE_V_DRAFT", "--cache-type-v-draft"},
    Variable{"SPEC_DRAFT_CACHE_TYPE_K", "--cache-type-k-draft"},
    Variable{"SPEC_DRAFT_CACHE_TYPE_V", "--cache-type-v-draft"},
    Variable{"KV_UNIFIED", "--kv-unified", true, "--no-kv-unified"},
    Variable{"SWA_FULL", "--swa-full", true},
    Variable{"KV_OFFLOAD", "--kv-offload", true, "--no-kv-offload"},
    Variable{"MMPROJ_OFFLOAD", "--mmproj-offload", true, "--no-mmproj-offload"},
    Variable{"MMPROJ_AUTO", "--mmproj-auto", true, "--no-mmproj"},
    Variable{"CPU_MOE", "--cpu-moe", true},
    Variable{"EMBEDDINGS", "--embeddings", true},
    Variable{"RERANKING", "--reranking", true},
};

bool is_true(Text text) { return text == "on" || text == "enabled" || text == "true" || text == "1"; }
bool is_false(Text text) { return text == "off" || text == "disabled" || text == "false" || text == "0"; }

const std::string* find(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? nullptr : &found->second;
}

// Where there is a flag for off, the mere presence of its variable means it.
Text flag_of(const Variable& variable, const Environment& environment) {
  const std::string name(variable.name), prefix(kPrefix);
  if (!variable.off.empty() && find(environment, prefix + "NO_" + name) != nullptr) return variable.off;
  const std::string* value = find(environment, prefix + name);
  if (value != nullptr && is_true(*value)) return variable.flag;
  return value != nullptr && is_false(*value) ? variable.off : Text();
}

}  // namespace

Words flags_of(const Environment& environment) {
  Words out;
  for (const Variable& variable : kVariables) {
    if (variable.is_switch) {
      const Text flag = flag_of(variable, environment);
      if (!flag.empty()) out.emplace_back(flag);
    } else if (const auto* value = find(environment, std::string(kPrefix) + std::string(variable.name))) {
      out.insert(out.end(), {std::string(variable.flag), *value});
    }
  }
  return out;
}

}  // namespace paddock::engine
