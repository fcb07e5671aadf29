#include "load_support.h"

#include <stdexcept>

namespace paddock::config {

const Config& Loaded::config() const {
  if (result.config) return *result.config;
  std::string all = "there is no Config:";
  for (const Diagnostic& diagnostic : result.diagnostics) all += "\n" + format(diagnostic);
  throw std::runtime_error(all);
}

Loaded load(std::string_view marked, const Environment& environment) {
  test::MarkedText text(marked);
  LoadResult result = load_text(text.text(), "c.yaml", [&](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
  return {std::move(text), std::move(result)};
}

Loaded load_model(const std::string& marked_body, const Environment& environment) {
  return load("models:\n  $model[[m]]:\n" + marked_body, environment);
}

std::vector<std::string> texts(const std::vector<PortText>& words) {
  std::vector<std::string> out;
  for (const PortText& word : words) out.push_back(word.text);
  return out;
}

}  // namespace paddock::config
