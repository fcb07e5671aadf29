// Any bytes as a configuration of one or several files: the loader never throws, there is a Config exactly if
// there is no error, and what is shown holds nothing of a secret. A line `#next` separates the files.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/config/load.h"
#include "paddock/config/lookup.h"

using namespace paddock::config;

namespace {

// Nothing that a file holds by chance, in the shape of a word, of several and of none.
constexpr std::string_view kSecret = "Zq7w0rdZ";

std::optional<std::string> environment(const std::string& name) {
  if (name == "A") return std::string(kSecret);
  if (name == "B") return "1\n2";
  if (name == "C") return "'" + std::string(kSecret) + " \"" + std::string(kSecret) + "\\";
  if (name == "D") return "";
  return std::nullopt;
}

void check(bool holds) {
  if (!holds) std::abort();
}

std::vector<NamedText> cut(std::string_view text) {
  constexpr std::string_view kCut = "\n#next\n";
  std::vector<NamedText> texts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(kCut, from), text.size());
    texts.push_back({"fuzz" + std::to_string(texts.size()), std::string(text.substr(from, end - from))});
    from = end == text.size() ? end + 1 : end + kCut.size();
  }
  return texts;
}

bool is_open(std::string_view shown) { return shown.find(kSecret) != std::string_view::npos; }

void check_finding(const Diagnostic& diagnostic, bool may_hold_secret) {
  const bool nowhere = diagnostic.pos.line == 0 && diagnostic.pos.column == 0;
  check(nowhere || (diagnostic.pos.line > 0 && diagnostic.pos.column > 0));
  check(format(diagnostic).find('\n') == std::string::npos);
  check(may_hold_secret || !is_open(format(diagnostic)));
}

void check_shown(const ModelConfig& model) {
  for (const PortText& word : model.argv) check(!is_open(word.shown()));
  for (const PortText& entry : model.env) check(!is_open(entry.shown()));
  check(!is_open(model.cmd.shown()) && !is_open(model.proxy.shown()));
}

void check_config(const std::shared_ptr<const Config>& config, bool may_hold_secret) {
  const Lookup lookup(config);
  for (const ModelConfig& model : config->models) {
    check(!model.argv.empty() && !model.argv.front().text.empty());
    check(lookup.find(model.id.str()) == &model);
    check(lookup.find_prefix(model.id.str() + "/v1").model != nullptr);
    if (!may_hold_secret) check_shown(model);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<NamedText> texts = cut(text);
  const LoadResult result = load_texts(texts, environment);
  check((result.config == nullptr) == has_errors(result.diagnostics));
  const bool may_hold_secret = is_open(text);
  for (const Diagnostic& diagnostic : result.diagnostics) check_finding(diagnostic, may_hold_secret);
  if (result.config) check_config(result.config, may_hold_secret);
  return 0;
}
