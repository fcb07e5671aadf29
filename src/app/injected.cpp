#include "injected.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "paddock/engine/command.h"

namespace paddock::app {

namespace {

bool sets(const std::vector<std::string>& environment, std::string_view name) {
  return std::any_of(environment.begin(), environment.end(), [name](std::string_view variable) {
    return variable.substr(0, variable.find('=')) == name;
  });
}

bool is_verbosity_flag(std::string_view word) {
  constexpr std::string_view kFlags[] = {"-lv", "--verbosity", "--log-verbosity",
                                         "-v",  "--verbose",   "--log-verbose"};
  return std::find(std::begin(kFlags), std::end(kFlags), word.substr(0, word.find('='))) != std::end(kFlags);
}

// As the engine gets it, without looking at files. A flag would win over the variable, and the launch would
// show what does not count.
engine::Command told_to(const config::ModelConfig& model) {
  std::vector<std::string> words, environment;
  for (const config::PortText& word : model.argv) words.push_back(word.text);
  for (const config::PortText& variable : model.env) environment.push_back(variable.text);
  return engine::read_command(words, environment);
}

}  // namespace

std::vector<std::string> injected_environment(const config::ModelConfig& model,
                                              const std::function<bool(const char* name)>& is_inherited) {
  const engine::Command told = told_to(model);
  const auto is_set = [&](const char* name) { return sets(told.environment, name) || is_inherited(name); };
  std::vector<std::string> injected;
  if (!is_set("CUDA_DEVICE_ORDER")) injected.emplace_back("CUDA_DEVICE_ORDER=PCI_BUS_ID");
  if (model.log_verbosity == config::LogVerbosity::kReport && !is_set("LLAMA_ARG_LOG_VERBOSITY") &&
      !is_set("LLAMA_LOG_VERBOSITY") &&
      std::none_of(told.words.begin(), told.words.end(), is_verbosity_flag)) {
    injected.emplace_back("LLAMA_ARG_LOG_VERBOSITY=4");
  }
  return injected;
}

}  // namespace paddock::app
