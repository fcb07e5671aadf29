// The words of a command line, as far as they tell what was wanted. Pure functions.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::fit {

using Words = std::vector<std::string>;
using Names = std::initializer_list<std::string_view>;

bool has_flag(const Words& words, Names names);
// Of the last one: `-c 4096` and `--ctx-size=4096`.
std::optional<std::string> value_of(const Words& words, Names names);

}  // namespace paddock::fit
