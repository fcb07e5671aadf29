// A value of free form as JSON text: metadata, a parameter of a filter.
//
// Types are YAML's where all its readers agree: null, true and false, decimal and 0x whole numbers, decimal
// fractions. What some readers take for one number and others for another (`010`, `1_000`, `0o17`, `0b1`) or
// what JSON cannot say (`.inf`) is an error. All else is text; a value that is one macro has the macro's
// type. Numbers keep their spelling as far as JSON allows it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"
#include "paddock/config/values.h"
#include "scope.h"

namespace paddock::config {

// Nothing if something in it is wrong, which is then reported. `key` names the value in messages.
std::optional<JsonText> to_json(const Node& node, std::string_view key, Scope& scope);

// The text as a JSON number; empty: it is none; an error: why it cannot be one although it looks like it.
Result<std::string, std::string> json_number(std::string_view text);

}  // namespace paddock::config
