#include "paddock/gguf/load_options.h"

#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

#include "paddock/base/text.h"
#include "paddock/base/words.h"

namespace paddock::gguf {

namespace {

using Text = std::string_view;
using Set = void (*)(LoadOptions&, Text);

// In the table below, what an option takes: the next word; nothing, then `on` or `off` is told by its
// spelling; or a next word only if that is one of on, off and auto.
enum class Takes { kWord, kNothing, kMaybe };

struct Option {
  std::vector<Text> spellings;
  Text variable;  // empty: none
  Takes takes;
  Set set;
};

void number(std::optional<std::uint64_t>& target, Text text) {
  if (const auto value = whole_number<std::uint64_t>(text)) target = value;
}

void number(std::uint64_t& target, Text text) { target = whole_number<std::uint64_t>(text).value_or(target); }

// `-1`, `auto` and `all` are all layers, as nothing is.
void layers(std::optional<std::uint64_t>& target, Text text) {
  target.reset();
  number(target, text);
}

// Zero is what the model was trained for.
void context(std::optional<std::uint64_t>& target, Text text) {
  number(target, text);
  if (target == 0u) target.reset();
}

bool is_on(Text text) {
  return text == "on" || text == "1" || text == "true" || text == "enabled" || text == "auto";
}

std::vector<Text> parts(Text text, Text separators) {
  std::vector<Text> out;
  while (!text.empty() && out.size() < 1024) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void shares(LoadOptions& options, Text text) {
  options.shares.clear();
  for (const Text part : parts(text, ",/")) {
    const double share = std::strtod(std::string(part).c_str(), nullptr);
    options.shares.push_back(std::isfinite(share) && share > 0 && share < 1e12 ? share : 0);
  }
}

void split(LoadOptions& options, Text text) {
  if (text == "none") options.split = Split::kNone;
  if (text == "layer") options.split = Split::kLayer;
  if (text == "row") options.split = Split::kRow;
  if (text == "tensor") options.split = Split::kTensor;
}

// `CUDA1` is 1, and so is `Vulkan1`: of one kind there are devices in one process, mostly.
std::optional<int> device_number(Text name) {
  const std::size_t last = name.find_last_not_of("0123456789");
  return whole_number<int>(name.substr(last == Text::npos ? 0 : last + 1));
}

void devices(LoadOptions& options, Text text) {
  options.no_devices = text == "none";
  options.devices.clear();
  for (const Text name : parts(text, ",")) {
    if (const auto device = device_number(name)) options.devices.push_back(*device);
  }
}

void overrides(LoadOptions& options, Text text) {
  for (const Text part : parts(text, ",")) {
    const std::size_t equals = part.rfind('=');
    if (equals == Text::npos || options.overrides.size() >= 1024) continue;
    options.overrides.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
}

// Spellings that begin with `no` mean off; the value in a variable's place says it itself.
const std::vector<Option>& table() {
  using enum Takes;
  // Never destroyed: threads that read files may outlive main().
  static const auto& kTable = *new const std::vector<Option>({
      {{"-m", "--model"}, "LLAMA_ARG_MODEL", kWord, [](LoadOptions& o, Text t) { o.model = t; }},
      {{"-mm", "--mmproj"}, "LLAMA_ARG_MMPROJ", kWord, [](LoadOptions& o, Text t) { o.projector = t; }},
      {{"-c", "--ctx-size"},
       "LLAMA_ARG_CTX_SIZE",
       kWord,
       [](LoadOptions& o, Text t) { context(o.context, t); }},
      {{"-np", "--parallel"},
       "LLAMA_ARG_N_PARALLEL",
       kWord,
       [](LoadOptions& o, Text t) { context(o.slots, t); }},
      {{"-b", "--batch-size"}, "LLAMA_ARG_BATCH", kWord, [](LoadOptions& o, Text t) { number(o.batch, t); }},
      {{"-ub", "--ubatch-size"},
       "LLAMA_ARG_UBATCH",
       kWord,
       [](LoadOptions& o, Text t) { number(o.micro_batch, t); }},
      {{"-ngl", "--gpu-layers", "--n-gpu-layers"},
       "LLAMA_ARG_N_GPU_LAYERS",
       kWord,
       [](LoadOptions& o, Text t) { layers(o.layers, t); }},
      {{"-ctk", "--cache-type-k"},
       "LLAMA_ARG_CACHE_TYPE_K",
       kWord,
       [](LoadOptions& o, Text t) { o.cache_k = t; }},
      {{"-ctv", "--cache-type-v"},
       "LLAMA_ARG_CACHE_TYPE_V",
       kWord,
       [](LoadOptions& o, Text t) { o.cache_v = t; }},
      {{"-fa", "--flash-attn"},
       "LLAMA_ARG_FLASH_ATTN",
       kMaybe,
       [](LoadOptions& o, Text t) { o.flash_attention = is_on(t); }},
      {{"-kvu", "--kv-unified", "-no-kvu", "--no-kv-unified"},
       "LLAMA_ARG_KV_UNIFIED",
       kNothing,
       [](LoadOptions& o, Text t) { o.unified = is_on(t); }},
      {{"--swa-full"},
       "LLAMA_ARG_SWA_FULL",
       kNothing,
       [](LoadOptions& o, Text t) { o.full_windows = is_on(t); }},
      {{"-kvo", "--kv-offload", "-nkvo", "--no-kv-offload"},
       "LLAMA_ARG_KV_OFFLOAD",
       kNothing,
       [](LoadOptions& o, Text t) { o.cache_on_devices = is_on(t); }},
      {{"--mmproj-offload", "--no-mmproj-offload"},
       "LLAMA_ARG_MMPROJ_OFFLOAD",
       kNothing,
       [](LoadOptions& o, Text t) { o.projector_on_device = is_on(t); }},
      {{"--no-mmproj"}, "", kNothing, [](LoadOptions& o, Text) { o.projector.clear(); }},
      {{"-dev", "--device"}, "LLAMA_ARG_DEVICE", kWord, devices},
      {{"-ot", "--override-tensor"}, "LLAMA_ARG_OVERRIDE_TENSOR", kWord, overrides},
      {{"-cmoe", "--cpu-moe"},
       "LLAMA_ARG_CPU_MOE",
       kNothing,
       [](LoadOptions& o, Text t) { o.expert_layers_in_ram = is_on(t) ? UINT64_MAX : 0; }},
      {{"-ncmoe", "--n-cpu-moe"},
       "LLAMA_ARG_N_CPU_MOE",
       kWord,
       [](LoadOptions& o, Text t) { number(o.expert_layers_in_ram, t); }},
      {{"-sm", "--split-mode"}, "LLAMA_ARG_SPLIT_MODE", kWord, split},
      {{"-ts", "--tensor-split"}, "LLAMA_ARG_TENSOR_SPLIT", kWord, shares},
      {{"-mg", "--main-gpu"},
       "LLAMA_ARG_MAIN_GPU",
       kWord,
       [](LoadOptions& o, Text t) { number(o.main_device, t); }},
      {{"-md", "--model-draft", "--spec-draft-model"},
       "LLAMA_ARG_MODEL_DRAFT",
       kWord,
       [](LoadOptions& o, Text t) { o.draft.model = t; }},
      {{"-cd", "--ctx-size-draft"},
       "LLAMA_ARG_CTX_SIZE_DRAFT",
       kWord,
       [](LoadOptions& o, Text t) { context(o.draft.context, t); }},
      {{"-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft", "--spec-draft-ngl"},
       "LLAMA_ARG_N_GPU_LAYERS_DRAFT",
       kWord,
       [](LoadOptions& o, Text t) { layers(o.draft.layers, t); }},
      {{"-ctkd", "--cache-type-k-draft"},
       "LLAMA_ARG_CACHE_TYPE_K_DRAFT",
       kWord,
       [](LoadOptions& o, Text t) { o.draft.cache_k = t; }},
      {{"-ctvd", "--cache-type-v-draft"},
       "LLAMA_ARG_CACHE_TYPE_V_DRAFT",
       kWord,
       [](LoadOptions& o, Text t) { o.draft.cache_v = t; }},
  });
  return kTable;
}

const Option* find(Text spelling) {
  for (const Option& option : table()) {
    for (const Text one : option.spellings) {
      if (one == spelling) return &option;
    }
  }
  return nullptr;
}

bool means_off(Text spelling) { return spelling.starts_with("--no-") || spelling.starts_with("-n"); }

void read_word(LoadOptions& options, std::span<const std::string>& words) {
  const Text spelling = words.front();
  words = words.subspan(1);
  const Option* option = find(spelling);
  if (option == nullptr) return;
  const bool is_word = !words.empty() && (words[0] == "on" || words[0] == "off" || words[0] == "auto");
  if (option->takes == Takes::kNothing || (option->takes == Takes::kMaybe && !is_word)) {
    return option->set(options, means_off(spelling) ? "off" : "on");
  }
  if (words.empty()) return;
  option->set(options, words.front());
  words = words.subspan(1);
}

}  // namespace

LoadOptions read_options(const std::vector<std::string>& words,
                         const std::vector<std::pair<std::string, std::string>>& environment) {
  LoadOptions options;
  for (const auto& [name, value] : environment) {
    for (const Option& option : table()) {
      if (!option.variable.empty() && option.variable == name) option.set(options, value);
    }
  }
  std::span<const std::string> rest(words);
  while (!rest.empty()) read_word(options, rest);
  return options;
}

}  // namespace paddock::gguf
