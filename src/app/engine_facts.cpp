#include "engine_facts.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "injected.h"
#include "paddock/base/environment.h"
#include "paddock/gguf/parts.h"
#include "paddock/gguf/predict.h"
#include "paddock/gpu/visible.h"

namespace paddock::app {

namespace {

using Text = std::string_view;

// Whose variables change what an engine takes, or where its files and libraries are.
constexpr Text kPrefixes[] = {"LLAMA_", "GGML_", "CUDA_",    "NVIDIA_",  "HIP_", "ROCR_",
                              "HSA_",   "GPU_",  "ZE_",      "SYCL_",    "VK_",  "ONEAPI_",
                              "VLLM_",  "MTL_",  "PYTORCH_", "XDG_CACHE"};
constexpr Text kNames[] = {"LD_LIBRARY_PATH", "LD_PRELOAD", "HF_HOME", "HF_HUB_CACHE",
                           "HUGGINGFACE_HUB_CACHE"};
// Of these how much is written and who may ask.
constexpr Text kOthers[] = {"LLAMA_ARG_LOG_", "LLAMA_LOG_", "LLAMA_API_KEY"};

bool changes_memory(Text variable) {
  const auto begins = [variable](Text prefix) { return variable.starts_with(prefix); };
  const Text name = variable.substr(0, variable.find('='));
  if (std::any_of(std::begin(kOthers), std::end(kOthers), begins)) return false;
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), begins) ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::vector<std::string> texts_of(const std::vector<config::PortText>& texts) {
  std::vector<std::string> out;
  for (const config::PortText& text : texts) out.push_back(text.text);
  return out;
}

std::string value_of(Text name, const std::vector<std::string>& environment) {
  for (const std::string& one : environment) {
    if (Text(one).substr(0, one.find('=')) == name) return one.substr(name.size() + 1);
  }
  return "/usr/local/bin:/usr/bin:/bin";
}

// As a child's exec would find it.
std::string program_path(const std::string& program, Text path) {
  if (program.find('/') != std::string::npos) return program;
  while (!path.empty()) {
    const std::size_t colon = path.find(':');
    const std::string file = std::string(path.substr(0, colon)) + "/" + program;
    if (::access(file.c_str(), X_OK) == 0) return file;
    path = colon == Text::npos ? Text() : path.substr(colon + 1);
  }
  return program;
}

}  // namespace

engine::Command command_of(const config::ModelConfig& model) {
  std::vector<std::string> own =
      injected_environment(model, [](const char* name) { return std::getenv(name) != nullptr; });
  for (const config::PortText& variable : model.env) own.push_back(variable.text);
  return engine::read_command(texts_of(model.argv), child_environment(own), engine::script_at);
}

footprints::Command footprint_command(const config::ModelConfig& model, const engine::Command& told) {
  footprints::Command out{texts_of(model.argv), texts_of(model.env), told.mentioned};
  std::copy_if(told.environment.begin(), told.environment.end(), std::back_inserter(out.environment),
               changes_memory);
  for (const std::string& variable : texts_of(model.env)) {
    out.files.push_back(variable.substr(variable.find('=') + 1));
  }
  for (const std::string& path : told.mentioned) {
    const std::vector<std::string> parts = gguf::parts_of(path);
    out.files.insert(out.files.end(), parts.begin(), parts.end());
  }
  const std::string path = value_of("PATH", told.environment);
  out.files.push_back(program_path(out.words.front(), path));
  if (!told.words.empty()) out.files.push_back(told.path_of(program_path(told.words.front(), path)));
  return out;
}

gguf::LoadOptions load_options(const engine::Command& told) {
  gguf::LoadOptions options = gguf::read_options(told.words);
  for (std::string* file : {&options.model, &options.projector, &options.draft.model}) {
    if (!file->empty()) *file = told.path_of(*file);
  }
  return options;
}

std::optional<std::uint64_t> input_bytes(const engine::Command& told) {
  const gguf::LoadOptions options = load_options(told);
  std::uint64_t sum = 0;
  for (const std::string* file : {&options.model, &options.draft.model}) {
    if (file == &options.draft.model && file->empty()) continue;
    const auto model = gguf::read_model(*file);
    if (!model) return std::nullopt;
    sum += gguf::input_bytes(*model);
  }
  return sum;
}

std::vector<std::string> pins_in(const std::vector<std::string>& environment) {
  std::vector<std::string> out;
  std::copy_if(environment.begin(), environment.end(), std::back_inserter(out),
               [](const std::string& variable) { return gpu::is_pin(variable); });
  return out;
}

}  // namespace paddock::app
