#include "paddock/kvcache/saved.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace paddock::kvcache {

namespace {

constexpr std::string_view kPrefix = "kv1-";
constexpr std::size_t kDigits = 32;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_too_old(const Saved& saved, std::chrono::seconds age, WallTime now) { return now - saved.used > age; }

}  // namespace

std::string file_name(const Name& name) {
  return std::string(kPrefix) + name.fingerprint + "-" + std::to_string(name.tokens) + "-" +
         std::to_string(name.saved_ms);
}

std::optional<Name> parse_file_name(std::string_view text) {
  if (!text.starts_with(kPrefix) || text.size() < kPrefix.size() + kDigits + 1) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const std::string_view fingerprint = text.substr(0, kDigits);
  const std::string_view rest = text.substr(kDigits);
  const std::size_t dash = rest.find('-', 1);
  if (!is_hex(fingerprint) || rest[0] != '-' || dash == std::string_view::npos) return std::nullopt;
  const auto tokens = number(rest.substr(1, dash - 1));
  const auto saved = number(rest.substr(dash + 1));
  if (!tokens || !saved) return std::nullopt;
  return Name{Fingerprint(fingerprint), *tokens, *saved};
}

std::vector<std::size_t> to_remove(const std::vector<Saved>& saved, const Limits& limits,
                                   std::uint64_t incoming, WallTime now) {
  std::vector<std::size_t> order(saved.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return saved[a].used > saved[b].used; });
  std::uint64_t kept = std::min(incoming, limits.bytes);
  std::vector<std::size_t> gone;
  bool is_full = incoming > limits.bytes;
  for (const std::size_t at : order) {
    // Once one has no room, nothing older stays: else small old ones would outlive large new ones.
    is_full = is_full || saved[at].bytes > limits.bytes - kept;
    if (is_full || is_too_old(saved[at], limits.age, now)) {
      gone.push_back(at);
    } else {
      kept += saved[at].bytes;
    }
  }
  std::sort(gone.begin(), gone.end());
  return gone;
}

std::vector<Saved> to_restore(const std::vector<Saved>& saved, const Fingerprint& fingerprint,
                              std::size_t slots, std::uint64_t slot_tokens, std::chrono::seconds age,
                              WallTime now) {
  std::vector<Saved> out;
  for (const Saved& one : saved) {
    if (one.name.fingerprint != fingerprint || one.name.tokens > slot_tokens) continue;
    if (!is_too_old(one, age, now)) out.push_back(one);
  }
  std::stable_sort(out.begin(), out.end(), [](const Saved& a, const Saved& b) { return a.used > b.used; });
  if (out.size() > slots) out.resize(slots);
  return out;
}

}  // namespace paddock::kvcache
