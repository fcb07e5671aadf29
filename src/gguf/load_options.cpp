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

// Of the model or of its draft.
template <class Options>
void devices(Options& options, Text text) {
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

void of_ik_llama(LoadOptions& options, Text) { options.layer_rule = LayerRule::kOutputLast; }

// Spellings that begin with `no` mean off.
const std::vector<Option>& table() {
  using enum Takes;
  // Never destroyed: threads that read files may outlive main().
  static const auto& kTable = *new const std::vector<Option>({
      {{"-m", "--model"}, kWord, [](LoadOptions& o, Text t) { o.model = t; }},
      {{"-mm", "--mmproj"}, kWord, [](LoadOptions& o, Text t) { o.projector = t; }},
      {{"-c", "--ctx-size"}, kWord, [](LoadOptions& o, Text t) { context(o.context, t); }},
      {{"-np", "--parallel"}, kWord, [](LoadOptions& o, Text t) { context(o.slots, t); }},
      {{"-b", "--batch-size"}, kWord, [](LoadOptions& o, Text t) { number(o.batch, t); }},
      {{"-ub", "--ubatch-size"}, kWord, [](LoadOptions& o, Text t) { number(o.micro_batch, t); }},
      {{"-ngl", "--gpu-layers", "--n-gpu-layers"},
       kWord,
       [](LoadOptions& o, Text t) { layers(o.layers, t); }},
      {{"-ctk", "--cache-type-k"}, kWord, [](LoadOptions& o, Text t) { o.cache_k = t; }},
      {{"-ctv", "--cache-type-v"}, kWord, [](LoadOptions& o, Text t) { o.cache_v = t; }},
      {{"-fa", "--flash-attn"}, kMaybe, [](LoadOptions& o, Text t) { o.flash_attention = is_on(t); }},
      {{"-kvu", "--kv-unified", "-no-kvu", "--no-kv-unified"},
       kNothing,
       [](LoadOptions& o, Text t) { o.unified = is_on(t); }},
      {{"--swa-full"}, kNothing, [](LoadOptions& o, Text t) { o.full_windows = is_on(t); }},
      {{"-kvo", "--kv-offload", "-nkvo", "--no-kv-offload"},
       kNothing,
       [](LoadOptions& o, Text t) { o.cache_on_devices = is_on(t); }},
      {{"--mmproj-offload", "--no-mmproj-offload"},
       kNothing,
       [](LoadOptions& o, Text t) { o.projector_on_device = is_on(t); }},
      {{"--no-mmproj"}, kNothing, [](LoadOptions& o, Text) { o.projector.clear(); }},
      {{"-dev", "--device"}, kWord, [](LoadOptions& o, Text t) { devices(o, t); }},
      {{"-devd", "--device-draft", "--spec-draft-device"},
       kWord,
       [](LoadOptions& o, Text t) { devices(o.draft, t); }},
      {{"-cmoed", "--cpu-moe-draft", "--spec-draft-cpu-moe"},
       kNothing,
       [](LoadOptions& o, Text) { o.draft.expert_layers_in_ram = UINT64_MAX; }},
      {{"-ncmoed", "--n-cpu-moe-draft", "--spec-draft-n-cpu-moe", "--spec-draft-ncmoe"},
       kWord,
       [](LoadOptions& o, Text t) { number(o.draft.expert_layers_in_ram, t); }},
      {{"-mla", "--mla-use", "-amb", "--attention-max-batch", "-ser", "--smart-expert-reduction"},
       kWord,
       of_ik_llama},
      {{"-fmoe", "--fused-moe", "-no-fmoe", "--no-fused-moe", "-rtr", "--run-time-repack"},
       kNothing,
       of_ik_llama},
      {{"-ot", "--override-tensor"}, kWord, overrides},
      {{"-cmoe", "--cpu-moe"},
       kNothing,
       [](LoadOptions& o, Text t) { o.expert_layers_in_ram = is_on(t) ? UINT64_MAX : 0; }},
      {{"-ncmoe", "--n-cpu-moe"}, kWord, [](LoadOptions& o, Text t) { number(o.expert_layers_in_ram, t); }},
      {{"-sm", "--split-mode"}, kWord, split},
      {{"-ts", "--tensor-split"}, kWord, shares},
      {{"-mg", "--main-gpu"}, kWord, [](LoadOptions& o, Text t) { number(o.main_device, t); }},
      {{"-md", "--model-draft", "--spec-draft-model"},
       kWord,
       [](LoadOptions& o, Text t) { o.draft.model = t; }},
      {{"-cd", "--ctx-size-draft"}, kWord, [](LoadOptions& o, Text t) { context(o.draft.context, t); }},
      {{"-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft", "--spec-draft-ngl"},
       kWord,
       [](LoadOptions& o, Text t) { layers(o.draft.layers, t); }},
      {{"-ctkd", "--cache-type-k-draft", "--spec-draft-type-k"},
       kWord,
       [](LoadOptions& o, Text t) { o.draft.cache_k = t; }},
      {{"-ctvd", "--cache-type-v-draft", "--spec-draft-type-v"},
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

LoadOptions read_options(const std::vector<std::string>& words) {
  LoadOptions options;
  if (!words.empty() && words.front().find("ik_llama") != std::string::npos) of_ik_llama(options, {});
  std::span<const std::string> rest(words);
  while (!rest.empty()) read_word(options, rest);
  return options;
}

}  // namespace paddock::gguf
