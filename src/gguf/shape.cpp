#include "shape.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "paddock/base/text.h"
#include "saturating.h"

namespace paddock::gguf {

namespace {

using Text = std::string_view;

constexpr std::uint64_t kMostLayers = 4096;
constexpr std::uint64_t kMostWidth = 1u << 24;
constexpr std::uint64_t kMostContext = std::uint64_t{1} << 32;

// No cache: they see all of a text at once.
constexpr std::array<Text, 10> kEncoders = {
    "bert",         "modern-bert",  "nomic-bert", "nomic-bert-moe",  "neo-bert",
    "jina-bert-v2", "jina-bert-v3", "eurobert",   "gemma-embedding", "wavtokenizer-dec"};
// Every layer keeps a state and none a cache.
constexpr std::array<Text, 6> kRecurrent = {"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"};
// Where attention and state stand by turns, and the file may not say how.
constexpr std::array<Text, 3> kByTurns = {"qwen3next", "qwen35", "qwen35moe"};
// The cache of these is one latent that K and V share, once the file is written for that.
constexpr std::array<Text, 5> kLatent = {"deepseek2", "deepseek32", "glm-dsa", "kimi-linear", "mistral4"};
// Plain attention in every layer. Those of t5 have a cache for the decoder, and none across; of its encoder
// alone, too.
constexpr std::array<Text, 61> kPlain = {
    "llama",       "deci",          "falcon",      "grok",       "gpt2",      "gptj",      "gptneox",
    "mpt",         "baichuan",      "starcoder",   "refact",     "bloom",     "stablelm",  "qwen",
    "qwen2",       "qwen2moe",      "qwen2vl",     "qwen3",      "qwen3moe",  "qwen3vl",   "qwen3vlmoe",
    "phi2",        "phi3",          "phimoe",      "plamo",      "codeshell", "orion",     "internlm2",
    "minicpm",     "minicpm3",      "gemma",       "starcoder2", "xverse",    "command-r", "dbrx",
    "olmo",        "olmoe",         "openelm",     "arctic",     "deepseek",  "chatglm",   "glm4",
    "glm4moe",     "bitnet",        "jais",        "nemotron",   "exaone",    "granite",   "granitemoe",
    "chameleon",   "bailingmoe",    "bailingmoe2", "dots1",      "arcee",     "ernie4_5",  "ernie4_5-moe",
    "hunyuan-moe", "hunyuan-dense", "mistral3",    "t5",         "t5encoder"};
// State and cache by the file's own lists.
constexpr std::array<Text, 8> kHybrid = {"jamba",          "falcon-h1",     "plamo2", "nemotron_h",
                                         "nemotron_h_moe", "granitehybrid", "lfm2",   "lfm2moe"};

// Every n-th layer sees everything; with `dense_first` the first of n, else the last.
struct Windows {
  std::uint64_t turn = 0;
  bool dense_first = false;
  std::uint64_t size = 0;  // where the file does not say
};

// Never destroyed: threads that read files may outlive main().
const auto& kWindows = *new const std::map<Text, Windows>({{"gemma2", {2, false, 4096}},
                                                           {"gemma3", {6}},
                                                           {"gemma3n", {5}},
                                                           {"gemma4", {6}},
                                                           {"cohere2", {4}},
                                                           {"olmo2", {4}},
                                                           {"exaone4", {4}},
                                                           {"exaone-moe", {4, false, 128}},
                                                           {"gpt-oss", {2}},
                                                           {"smallthinker", {4, true}},
                                                           {"afmoe", {4}},
                                                           {"llama4", {4, false, 8192}},
                                                           {"plamo3", {8}},
                                                           {"mimo2", {0}},
                                                           {"step35", {0}}});

template <class List>
bool is_in(const List& list, Text word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The keys of one architecture, with the layer's entry where they are lists.
class Keys {
 public:
  Keys(const Model& model, Text architecture) : model_(model), prefix_(std::string(architecture) + ".") {}

  const Value* find(Text key) const { return model_.find(prefix_ + std::string(key)); }

  std::optional<std::uint64_t> get(Text key, std::size_t layer = 0) const {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::int64_t number = value->number.value_or(-1);
    if (layer < value->numbers.size()) number = value->numbers[layer];
    if (number < 0) return std::nullopt;
    return std::min(static_cast<std::uint64_t>(number), kMostContext);
  }

  std::uint64_t width(Text key, std::size_t layer = 0, std::uint64_t otherwise = 0) const {
    return std::min(get(key, layer).value_or(otherwise), kMostWidth);
  }

  std::uint64_t largest(Text key) const {
    const Value* value = find(key);
    if (value == nullptr || value->numbers.empty()) return width(key);
    const std::int64_t most = *std::max_element(value->numbers.begin(), value->numbers.end());
    return std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(most, 0)), kMostWidth);
  }

 private:
  const Model& model_;
  const std::string prefix_;
};

// llama.cpp's n_embd_r + n_embd_s.
std::uint64_t state_width(const Keys& keys, std::size_t layer) {
  const std::uint64_t embedding = keys.width("embedding_length");
  if (const std::uint64_t head = keys.width("wkv.head_size")) {
    return times(embedding, keys.width("token_shift_count", 0, 2) + head);
  }
  if (const std::uint64_t cache = keys.width("shortconv.l_cache")) return times(embedding, cache - 1);
  const std::uint64_t kernel = keys.width("ssm.conv_kernel");
  if (const std::uint64_t head = keys.width("kda.head_dim")) {
    const std::uint64_t inner = times(keys.width("attention.head_count", layer), head);
    return plus(times(3 * (kernel > 0 ? kernel - 1 : 3), inner), times(inner, head));
  }
  const std::uint64_t inner = keys.width("ssm.inner_size"), size = keys.width("ssm.state_size");
  const std::uint64_t groups = times(2 * keys.width("ssm.group_count"), size);
  return plus(times(kernel > 0 ? kernel - 1 : 0, plus(inner, groups)), times(size, inner));
}

class Reader {
 public:
  Reader(const Model& model, Text architecture) : keys_(model, architecture), arch_(architecture) {
    shape_.architecture = architecture;
  }

  Result<Shape, std::string> read() {
    const std::uint64_t count = keys_.get("block_count").value_or(0);
    if (count == 0) return std::string("is no language model: it has no layers");
    if (count > kMostLayers) return "claims " + std::to_string(count) + " layers, which is not believed";
    shape_.is_known = is_known();
    shape_.is_encoder = is_in(kEncoders, arch_);
    shape_.context = keys_.get("context_length").value_or(0);
    shape_.heads = keys_.largest("attention.head_count");
    shape_.feed_forward =
        std::max(keys_.largest("feed_forward_length"),
                 times(keys_.width("expert_feed_forward_length"), keys_.width("expert_used_count")));
    shape_.unused_layers = std::min(keys_.get("nextn_predict_layers").value_or(0), count - 1);
    read_windows();
    for (std::size_t i = 0; i < count; ++i) shape_.layers.push_back(layer(i, count));
    return shape_;
  }

 private:
  bool is_known() const {
    return is_in(kPlain, arch_) || is_in(kEncoders, arch_) || is_in(kRecurrent, arch_) ||
           is_in(kByTurns, arch_) || is_in(kLatent, arch_) || is_in(kHybrid, arch_) ||
           kWindows.count(arch_) > 0;
  }

  void read_windows() {
    const auto found = kWindows.find(arch_);
    if (found != kWindows.end()) windows_ = found->second;
    shape_.window = keys_.get("attention.sliding_window").value_or(windows_.size);
    if (arch_ == "llama4" && shape_.window != 0) shape_.window = windows_.size;
    // Files of these say it, and mean nothing by it.
    if (arch_ == "phi3" || (arch_ == "exaone4" && keys_.get("block_count") != 64u)) shape_.window = 0;
    if (const auto turn = keys_.find("attention.sliding_window_pattern"); turn && turn->number) {
      windows_.turn = keys_.get("attention.sliding_window_pattern").value_or(windows_.turn);
    }
  }

  bool is_windowed(std::size_t i) const {
    if (shape_.window == 0) return false;
    const Value* pattern = keys_.find("attention.sliding_window_pattern");
    if (pattern != nullptr && i < pattern->numbers.size()) return pattern->numbers[i] != 0;
    if (windows_.turn == 0) return false;
    return windows_.dense_first ? i % windows_.turn != 0 : i % windows_.turn < windows_.turn - 1;
  }

  bool has_state() const {
    return keys_.find("ssm.inner_size") || keys_.find("wkv.head_size") || keys_.find("shortconv.l_cache") ||
           keys_.find("kda.head_dim");
  }

  bool is_stateful(std::size_t i) const {
    if (!has_state()) return false;
    if (is_in(kRecurrent, arch_) || arch_ == "falcon-h1") return true;
    if (const auto turn = turn_of_attention()) return (i + 1) % *turn != 0;
    const bool feeds = arch_.starts_with("nemotron_h") && keys_.width("feed_forward_length", i) > 0;
    return heads_kv(i) == 0 && !feeds;
  }

  std::optional<std::uint64_t> turn_of_attention() const {
    const auto turn = keys_.get("full_attention_interval");
    if (turn && *turn > 0) return turn;
    return is_in(kByTurns, arch_) ? std::optional<std::uint64_t>(4) : std::nullopt;
  }

  std::uint64_t heads_kv(std::size_t i) const {
    return keys_.width("attention.head_count_kv", i, keys_.width("attention.head_count", i));
  }

  bool has_cache(std::size_t i, std::uint64_t count) const {
    if (is_in(kEncoders, arch_) || is_in(kRecurrent, arch_)) return false;
    const std::uint64_t unsaid = arch_ == "gemma3n" && count > 20 ? count - 20 : 0;
    const std::uint64_t shared = keys_.get("attention.shared_kv_layers").value_or(unsaid);
    if (i + shape_.unused_layers >= count || (shared < count && i >= count - shared)) return false;
    return !(turn_of_attention() && has_state() && is_stateful(i));
  }

  Layer layer(std::size_t i, std::uint64_t count) const {
    Layer out;
    out.windowed = is_windowed(i);
    if (i + shape_.unused_layers < count && is_stateful(i)) out.state = state_width(keys_, i);
    if (!has_cache(i, count)) return out;
    const std::uint64_t head = shape_.heads > 0 ? keys_.width("embedding_length") / shape_.heads : 0;
    const std::uint64_t k = keys_.width("attention.key_length", 0, head);
    const std::uint64_t v = keys_.width("attention.value_length", 0, head);
    out.k = times(heads_kv(i), out.windowed ? keys_.width("attention.key_length_swa", 0, k) : k);
    out.v = times(heads_kv(i), out.windowed ? keys_.width("attention.value_length_swa", 0, v) : v);
    // One latent for both, which V is a part of.
    if (keys_.width("attention.key_length_mla") > 0 && keys_.width("attention.value_length_mla") > 0)
      out.v = 0;
    return out;
  }

  const Keys keys_;
  const std::string arch_;
  Windows windows_;
  Shape shape_;
};

std::uint64_t vocabulary_of(const Model& model, Text architecture) {
  const auto size = model.number(std::string(architecture) + ".vocab_size");
  const Value* tokens = model.find("tokenizer.ggml.tokens");
  return std::min(size.value_or(tokens == nullptr ? 0 : tokens->length), kMostWidth);
}

}  // namespace

Result<Shape, std::string> shape_of(const Model& model) {
  const Text architecture = model.text("general.architecture");
  if (architecture.empty()) return std::string("is no language model: it names no architecture");
  auto shape = Reader(model, architecture).read();
  if (!shape) return shape;
  shape->vocabulary = vocabulary_of(model, architecture);
  shape->architecture = printable(architecture, 64);
  return shape;
}

}  // namespace paddock::gguf
