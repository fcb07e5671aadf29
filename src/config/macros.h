// Macro declarations: the `macros` mapping of the file or of one model, in the order of the file.
//
// Not their expansion: that is scope.h. Immutable once read; points into the Document.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/base/source_pos.h"
#include "paddock/config/load.h"
#include "yaml_tree.h"

namespace paddock::config {

class Report;
class Sources;

// What all stages of one loading share. Macros may multiply text; the budget bounds them all together.
struct Loading {
  const Sources& source;
  Report& report;
  const EnvLookup& env;
  std::size_t macro_bytes_left = std::size_t{64} << 20;
  std::unordered_set<const Node*> secrets{};  // scalars that became, wholly or in part, a value of `env`
};

struct Macro {
  std::string name;
  const Node* value = nullptr;
  SourcePos pos;        // of the name
  bool broken = false;  // reported where it is declared; not again where it is used
};

class Macros {
 public:
  void add(Macro macro);
  std::optional<std::size_t> index_of(std::string_view name) const;
  const std::vector<Macro>& list() const { return list_; }

 private:
  std::vector<Macro> list_;
  std::unordered_map<std::string, std::size_t> index_;
};

// Reports names and values that cannot be macros. `mapping` may be null (then nothing is declared).
Macros read_macros(const Node* mapping, Loading& loading);

struct EnvTrouble {
  std::string message;
  std::string hint;
};

// The value for `${env.NAME}`; `name` is the part after the point.
Result<std::string, EnvTrouble> read_env(std::string_view name, const EnvLookup& env);

// NAME of a placeholder `env.NAME`.
std::optional<std::string_view> env_name(std::string_view placeholder);

}  // namespace paddock::config
