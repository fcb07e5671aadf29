// The lines that engines print about memory, by name: llama.cpp of all ages, ik_llama.cpp, whisper.cpp,
// stable-diffusion.cpp, vLLM. What a line means is the readers' business (reader.h).
//
// To teach it a line: a row in catalogue.cpp, the line in tests/unit/fit/lines.tsv, who reads it in a reader.
// Pure functions, any thread. Each costs time linear in the line.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace paddock::fit {

// The whole match, then its groups; a group that took no part has no data(). Empty: no match.
using Groups = std::vector<std::string_view>;

// `name` is one of the catalogue's.
std::size_t row_of(std::string_view name);
bool is_row(std::string_view name);

// Whether the row is found anywhere in the line, which is without colours and prefixes (line.h).
Groups match(std::size_t row, std::string_view line);

}  // namespace paddock::fit
