// The helper process of these tests. Forked at the first call, which must come while there is one thread;
// ends with the program.
#pragma once

#include "paddock/keeper/keeper.h"

namespace paddock::process {

inline keeper::Helper& test_helper() {
  static keeper::Helper helper = std::move(*keeper::Helper::fork());
  return helper;
}

}  // namespace paddock::process
