// Files with four models and whatever a test says about routing, and the finding that every such file has.
#pragma once

#include <string>

#include "load_support.h"

namespace paddock::config {

inline constexpr char kModels[] =
    "models:\n"
    "  a: {cmd: 'x ${PORT}', aliases: [first]}\n"
    "  b: {cmd: 'x ${PORT}', aliases: [second]}\n"
    "  c: {cmd: 'x ${PORT}'}\n"
    "  org/d: {cmd: 'x ${PORT}', aliases: [dee]}\n";

inline Loaded load_routing(const std::string& marked, const Environment& environment = {}) {
  return load(marked + "\n" + kModels, environment);
}

// The findings without the warnings about keys that have no effect yet.
inline std::vector<Diagnostic> findings(const Loaded& loaded) {
  std::vector<Diagnostic> out;
  for (const Diagnostic& found : loaded.diagnostics()) {
    if (found.message.find("has no effect in this build yet") == std::string::npos) out.push_back(found);
  }
  return out;
}

}  // namespace paddock::config
