#include "command_facts.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace paddock::api {

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

// The words of the command and the variables that llama-server reads where the command is silent.
class Command {
 public:
  explicit Command(const config::ModelConfig& model) : model_(model) {}

  // The last one counts, as for the programs themselves.
  std::optional<std::string_view> value(Names flags, std::string_view variable) const {
    const auto& words = model_.argv;
    for (std::size_t i = words.size(); i-- > 1;) {
      const std::string_view word = words[i].text;
      if (is_one_of(word, flags) && i + 1 < words.size()) return words[i + 1].text;
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos && is_one_of(word.substr(0, equals), flags))
        return word.substr(equals + 1);
    }
    return of_environment(variable);
  }

  std::optional<int> number(Names flags, std::string_view variable) const {
    const auto text = value(flags, variable);
    return text ? tokens(*text) : std::nullopt;
  }

  bool has(Names flags, std::string_view variable) const {
    const auto& words = model_.argv;
    const auto is_flag = [flags](const config::PortText& word) { return is_one_of(word.text, flags); };
    if (!words.empty() && std::any_of(words.begin() + 1, words.end(), is_flag)) return true;
    const std::string_view on = of_environment(variable).value_or("");
    return on == "1" || on == "true" || on == "on" || on == "enabled";
  }

 private:
  std::optional<std::string_view> of_environment(std::string_view variable) const {
    const auto& env = model_.env;
    for (auto one = env.rbegin(); one != env.rend(); ++one) {
      const std::string_view text = one->text;
      if (text.starts_with(variable) && text.substr(variable.size()).starts_with('='))
        return text.substr(variable.size() + 1);
    }
    return std::nullopt;
  }

  const config::ModelConfig& model_;
};

// llama-server divides its context among the slots that it is told to have, unless they share it.
int context_of(const Command& command) {
  const int whole = command.number(kContext, "LLAMA_ARG_CTX_SIZE").value_or(0);
  const int slots = command.number(kParallel, "LLAMA_ARG_N_PARALLEL").value_or(1);
  if (slots <= 1 || command.has(kShared, "LLAMA_ARG_KV_UNIFIED")) return whole;
  return whole / slots;
}

}  // namespace

CommandFacts command_facts(const config::ModelConfig& model) {
  const Command command(model);
  CommandFacts facts;
  facts.context = context_of(command);
  facts.sees_images = command.value(kProjector, "LLAMA_ARG_MMPROJ").has_value();
  facts.embeds = command.has(kEmbedding, "LLAMA_ARG_EMBEDDINGS");
  facts.reranks = command.has(kReranking, "LLAMA_ARG_RERANKING");
  return facts;
}

config::Capabilities known_capabilities(const config::ModelConfig& model, const CommandFacts& facts) {
  config::Capabilities can = model.capabilities;
  if (can.context == 0) can.context = facts.context;
  can.reranker = can.reranker || facts.reranks;
  if (facts.sees_images && can.in.empty() && can.out.empty()) {
    can.in = {"text", "image"};
    can.out = {"text"};
  }
  return can;
}

}  // namespace paddock::api
