#include "macros.h"

#include <algorithm>

#include "placeholder.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxName = 63;
constexpr std::string_view kReserved[] = {"PORT", "MODEL_ID", "PID"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_macro_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
  });
}

bool is_env_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_';
  });
}

// What is wrong with the name; empty if nothing.
std::string name_trouble(std::string_view name) {
  if (!is_macro_name(name)) {
    return "macro name " + in_quotes(name) + " may hold only letters, digits, '_' and '-'";
  }
  if (name.size() > kMaxName) return "macro name " + in_quotes(name) + " is longer than 63 bytes";
  if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
    return "macro name " + in_quotes(name) + " is reserved";
  }
  return {};
}

// Reports what is wrong with the value wherever it is used; whether that was nothing.
bool check_value(const Macro& macro, Loading& loading) {
  const Node& value = *macro.value;
  if (value.kind != Node::Kind::kScalar) {
    loading.report.error(
        loading.source.pos(value.offset),
        "macro " + in_quotes(macro.name) + " must be text, a number or a boolean, not " + kind_name(value));
    return false;
  }
  std::size_t from = 0;
  while (const std::optional<Placeholder> found = next_placeholder(value.text, from)) {
    // Finding a place costs a walk through the text, so only where it is told.
    const auto pos = [&] { return place_in(loading.source, value, found->begin); };
    if (found->name == macro.name) {
      loading.report.error(pos(), "macro " + in_quotes(macro.name) + " uses itself");
      return false;
    }
    if (const std::optional<std::string_view> name = env_name(found->name)) {
      if (const auto read = read_env(*name, loading.env); read.has_error()) {
        loading.report.error(pos(), read.error().message, read.error().hint);
        return false;
      }
    }
    from = found->end;
  }
  return true;
}

}  // namespace

void Macros::add(Macro macro) {
  index_.emplace(macro.name, list_.size());
  list_.push_back(std::move(macro));
}

std::optional<std::size_t> Macros::index_of(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

Macros read_macros(const Node* mapping, Loading& loading) {
  Macros macros;
  if (mapping == nullptr || mapping->kind == Node::Kind::kNull) return macros;
  if (mapping->kind != Node::Kind::kMapping) {
    loading.report.error(
        loading.source.pos(mapping->offset),
        std::string("macros must be a mapping of names to values, not ") + kind_name(*mapping));
    return macros;
  }
  for (const Entry& entry : mapping->entries) {
    Macro macro{entry.key->text, entry.value, loading.source.pos(entry.key->offset), false};
    if (std::string trouble = name_trouble(macro.name); !trouble.empty()) {
      loading.report.error(macro.pos, std::move(trouble));
      continue;
    }
    macro.broken = !check_value(macro, loading);
    macros.add(std::move(macro));
  }
  return macros;
}

std::optional<std::string_view> env_name(std::string_view placeholder) {
  constexpr std::string_view kPrefix = "env.";
  if (placeholder.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  return placeholder.substr(kPrefix.size());
}

Result<std::string, EnvTrouble> read_env(std::string_view name, const EnvLookup& env) {
  if (!is_env_name(name)) return EnvTrouble{in_quotes(name) + " cannot be an environment variable", ""};
  std::optional<std::string> value = env ? env(std::string(name)) : std::nullopt;
  const std::string what = "environment variable " + in_quotes(name);
  if (!value) return EnvTrouble{what + " is not set", "set it before paddock is started"};
  if (value->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return EnvTrouble{what + " holds a line break or a NUL byte", ""};
  }
  // It would be taken for ours where it must be taken literally.
  if (next_placeholder(*value, 0)) {
    return EnvTrouble{what + " holds a placeholder, and values from outside are not expanded", ""};
  }
  return {boost::system::in_place_value, std::move(*value)};
}

}  // namespace paddock::config
