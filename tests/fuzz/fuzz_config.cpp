// Any bytes as a configuration file: the loader never throws, and there is a Config exactly if there is no
// error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "paddock/config/load.h"
#include "paddock/config/lookup.h"

using namespace paddock::config;

namespace {

std::optional<std::string> environment(const std::string& name) {
  if (name == "A") return "a b";
  if (name == "B") return "1\n2";
  return std::nullopt;
}

void check(bool holds) {
  if (!holds) std::abort();
}

void check_place(const Diagnostic& diagnostic) {
  const bool nowhere = diagnostic.pos.line == 0 && diagnostic.pos.column == 0;
  check(nowhere || (diagnostic.pos.line > 0 && diagnostic.pos.column > 0));
  check(format(diagnostic).find('\n') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const LoadResult result = load_text(text, "fuzz.yaml", environment);
  check((result.config == nullptr) == has_errors(result.diagnostics));
  for (const Diagnostic& diagnostic : result.diagnostics) check_place(diagnostic);
  if (!result.config) return 0;
  const Lookup lookup(result.config);
  for (const ModelConfig& model : result.config->models) {
    check(!model.argv.empty() && !model.argv.front().text.empty());
    check(lookup.find(model.id.str()) == &model);
    check(lookup.find_prefix(model.id.str() + "/v1").model != nullptr);
  }
  return 0;
}
