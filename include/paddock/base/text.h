// Small helpers for text that more than one module needs. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

namespace paddock {

// Without the blanks, tabs, CRs and LFs at both ends.
std::string_view trim(std::string_view text);

// ASCII only; header names and levels, never prose.
bool iequals(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);

// Levenshtein distance in bytes (insert, delete, replace cost 1 each).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `wrong` was most likely meant to be: edit distance at most 2 with something in common;
// of several the one with the longest common prefix, then the first. Nothing when none is near. Costs a few
// looks at each candidate, however long it is.
std::optional<std::string_view> nearest(std::string_view wrong, std::span<const std::string> candidates);
// Without the candidates in `used`: a name that the user has written right elsewhere is not what was meant
// here.
std::optional<std::string_view> nearest(std::string_view wrong, std::span<const std::string> candidates,
                                        const std::unordered_set<std::string_view>& used);

// For a message meant for a terminal or a log: control bytes, including newlines and escapes, become `\xNN`,
// and more than `limit` bytes are cut with "...".
std::string printable(std::string_view text, std::size_t limit = 500);

}  // namespace paddock
