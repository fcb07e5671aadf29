// Files with four models and whatever a test says about routing.
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

}  // namespace paddock::config
