// Caller: who asks, as far as its key tells. Without keys everybody may do everything. Immutable value; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paddock/config/access.h"

namespace paddock::http {

struct Caller {
  std::string name;  // of the key, for logs; empty: it has none
  config::Roles roles;
  std::vector<std::string> models;  // ids of models and selectors, full names of peers' models; empty: all

  // Whether what has this id may be listed for it and served to it. For others it does not exist.
  bool may_use(std::string_view id) const;
};

}  // namespace paddock::http
