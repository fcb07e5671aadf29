#include "paddock/config/command_facts.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/environment.h"
#include "paddock/engine/command.h"

namespace paddock::config {

namespace {

using Names = std::span<const std::string_view>;

// `-c` alone means something else to docker and to shells, so that a number must follow it.
constexpr std::string_view kContext[] = {
    "-c", "--ctx-size", "--max-model-len", "--max_model_len", "--context-length", "--contextsize"};
constexpr std::string_view kParallel[] = {"-np", "--parallel"};
constexpr std::string_view kShared[] = {"-kvu", "--kv-unified"};
constexpr std::string_view kProjector[] = {"-mm", "--mmproj", "-mmu", "--mmproj-url"};
constexpr std::string_view kEmbedding[] = {"--embedding", "--embeddings"};
constexpr std::string_view kReranking[] = {"--rerank", "--reranking"};

bool is_one_of(std::string_view word, Names names) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

// 8192, and vLLM's 32k (thousands) and 32K (times 1024).
std::optional<int> tokens(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || value < 0) return std::nullopt;
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  const std::int64_t times = unit == "k" ? 1000 : unit == "K" ? 1024 : 1;
  if (!unit.empty() && times == 1) return std::nullopt;
  if (value > std::numeric_limits<int>::max() / times) return std::nullopt;
  return static_cast<int>(value * times);
}

std::vector<std::string> texts_of(const std::vector<PortText>& texts) {
  std::vector<std::string> out;
  for (const PortText& text : texts) out.push_back(text.text);
  return out;
}

// What the engine is told, with the variables that llama-server reads where the command is silent.
class Command {
 public:
  explicit Command(const ModelConfig& model)
      : words_(engine::read_command(texts_of(model.argv), child_environment(texts_of(model.env))).words) {}

  // The last one counts, as for the programs themselves.
  std::optional<std::string_view> value(Names flags) const {
    for (std::size_t i = words_.size(); i-- > 1;) {
      const std::string_view word = words_[i];
      if (is_one_of(word, flags) && i + 1 < words_.size()) return words_[i + 1];
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos && is_one_of(word.substr(0, equals), flags))
        return word.substr(equals + 1);
    }
    return std::nullopt;
  }

  std::optional<int> number(Names flags) const {
    const auto text = value(flags);
    return text ? tokens(*text) : std::nullopt;
  }

  bool has(Names flags) const {
    const auto is_flag = [flags](const std::string& word) { return is_one_of(word, flags); };
    return !words_.empty() && std::any_of(words_.begin() + 1, words_.end(), is_flag);
  }

 private:
  const std::vector<std::string> words_;
};

// llama-server divides its context among the slots that it is told to have, unless they share it.
int context_of(const Command& command) {
  const int whole = command.number(kContext).value_or(0);
  const int slots = command.number(kParallel).value_or(1);
  if (slots <= 1 || command.has(kShared)) return whole;
  return whole / slots;
}

}  // namespace

CommandFacts command_facts(const ModelConfig& model) {
  const Command command(model);
  CommandFacts facts;
  facts.context = context_of(command);
  facts.sees_images = command.value(kProjector).has_value();
  facts.embeds = command.has(kEmbedding);
  facts.reranks = command.has(kReranking);
  return facts;
}

}  // namespace paddock::config
