// `${NAME}` in a text: finding it, and hiding its braces from the YAML reader.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paddock::config {

struct Placeholder {
  std::size_t begin = 0;  // of the `$`
  std::size_t end = 0;    // behind the `}`
  std::string_view name;  // letters, digits, `_`, `-` and `.`; not empty
};

// The first one at or after `from`.
std::optional<Placeholder> next_placeholder(std::string_view text, std::size_t from);

// In a flow collection the `}` of a plain `${x}` would end a mapping. hide_braces puts control bytes, which
// the file cannot hold, in place of the braces of every placeholder; no column moves. show_braces undoes it.
std::string hide_braces(std::string_view text);
void show_braces(std::string& text);

}  // namespace paddock::config
