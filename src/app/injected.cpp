#include "injected.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "paddock/base/words.h"

namespace paddock::app {

namespace {

using config::PortText;

bool sets(const std::vector<PortText>& env, std::string_view name) {
  return std::any_of(env.begin(), env.end(), [name](const PortText& variable) {
    return std::string_view(variable.text).substr(0, variable.text.find('=')) == name;
  });
}

bool is_verbosity_flag(std::string_view word) {
  constexpr std::string_view kFlags[] = {"-lv", "--verbosity", "--log-verbosity",
                                         "-v",  "--verbose",   "--log-verbose"};
  return std::find(std::begin(kFlags), std::end(kFlags), word.substr(0, word.find('='))) != std::end(kFlags);
}

// Also inside a script: the flag would win over the variable, and the launch would show what does not count.
bool says_verbosity(const std::vector<PortText>& argv) {
  return std::any_of(argv.begin(), argv.end(), [](const PortText& argument) {
    std::string_view text = argument.text;
    for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
      if (is_verbosity_flag(word)) return true;
    }
    return false;
  });
}

}  // namespace

std::vector<std::string> injected_environment(const config::ModelConfig& model,
                                              const std::function<bool(const char* name)>& is_inherited) {
  const auto is_set = [&](const char* name) { return sets(model.env, name) || is_inherited(name); };
  std::vector<std::string> injected;
  if (!is_set("CUDA_DEVICE_ORDER")) injected.emplace_back("CUDA_DEVICE_ORDER=PCI_BUS_ID");
  if (model.log_verbosity == config::LogVerbosity::kReport && !is_set("LLAMA_ARG_LOG_VERBOSITY") &&
      !is_set("LLAMA_LOG_VERBOSITY") && !says_verbosity(model.argv)) {
    injected.emplace_back("LLAMA_ARG_LOG_VERBOSITY=4");
  }
  return injected;
}

}  // namespace paddock::app
