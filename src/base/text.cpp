#include "paddock/base/text.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace paddock {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

// Whether that many edits suffice. Unlike edit_distance it costs a few passes, whatever the lengths.
bool is_within(std::string_view a, std::string_view b, std::size_t edits) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > edits) return false;
  const std::size_t same = common_prefix(a, b);
  a.remove_prefix(same);
  b.remove_prefix(same);
  if (a.empty() || b.empty()) return true;
  if (edits == 0) return false;
  return is_within(a.substr(1), b.substr(1), edits - 1) || is_within(a.substr(1), b, edits - 1) ||
         is_within(a, b.substr(1), edits - 1);
}

// The edit distance if it is at most 2.
std::optional<std::size_t> near_distance(std::string_view a, std::string_view b) {
  for (std::size_t edits = 0; edits <= 2; ++edits) {
    if (is_within(a, b, edits)) return edits;
  }
  return std::nullopt;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::optional<std::string_view> nearest(std::string_view wrong, std::span<const std::string> candidates) {
  return nearest(wrong, candidates, {});
}

std::optional<std::string_view> nearest(std::string_view wrong, std::span<const std::string> candidates,
                                        const std::unordered_set<std::string_view>& used) {
  const std::string* best = nullptr;
  std::size_t best_prefix = 0;
  for (const std::string& candidate : candidates) {
    const std::optional<std::size_t> distance = near_distance(wrong, candidate);
    if (!distance || *distance >= std::max(wrong.size(), candidate.size())) continue;
    const std::size_t prefix = common_prefix(wrong, candidate);
    if (best != nullptr && prefix <= best_prefix) continue;
    if (used.contains(candidate)) continue;
    best = &candidate;
    best_prefix = prefix;
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
      continue;
    }
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
    out += escaped;
  }
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace paddock
