#include "fdinfo.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "paddock/base/read_text.h"
#include "paddock/base/text.h"
#include "paddock/base/words.h"

namespace paddock::gpu {

namespace {

namespace fs = std::filesystem;

constexpr int kMostLooks = 200'000;  // at descriptors, all in all

// `123 KiB`. Without a unit: bytes.
std::optional<std::uint64_t> size_of(std::string_view text) {
  const std::size_t blank = text.find_first_of(" \t");
  const auto number = whole_number<std::uint64_t>(text.substr(0, blank));
  if (!number) return std::nullopt;
  const std::string_view unit = blank == std::string_view::npos ? "" : trim(text.substr(blank));
  int shift = 0;
  if (unit == "KiB" || unit == "kB") shift = 10;
  if (unit == "MiB") shift = 20;
  if (unit == "GiB") shift = 30;
  if (*number > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return *number << shift;
}

// `vram`, `vram0`, `local0`; not `gtt`, `system0` or `stolen-local0`.
bool is_on_card(std::string_view region) { return region.starts_with("vram") || region.starts_with("local"); }

bool is_shared(std::string_view region) { return region.starts_with("gtt"); }

struct Sizes {
  bool (*counts)(std::string_view region) = is_on_card;
  std::optional<std::uint64_t> resident{}, memory{}, total{};

  void add(std::string_view key, std::string_view value) {
    add("drm-resident-", key, value, resident);
    add("drm-memory-", key, value, memory);
    add("drm-total-", key, value, total);
  }
  std::uint64_t best() const { return resident.value_or(memory.value_or(total.value_or(0))); }

 private:
  void add(std::string_view prefix, std::string_view key, std::string_view value,
           std::optional<std::uint64_t>& sum) const {
    if (!key.starts_with(prefix) || !counts(key.substr(prefix.size()))) return;
    const auto size = size_of(value);
    const std::uint64_t before = sum.value_or(0);
    if (size && *size <= std::numeric_limits<std::uint64_t>::max() - before) sum = before + *size;
  }
};

std::vector<pid_t> pids_in(const std::string& proc) {
  std::vector<pid_t> pids;
  std::error_code error;
  for (fs::directory_iterator entry(proc, error), end; !error && entry != end; entry.increment(error)) {
    if (const auto pid = whole_number<pid_t>(entry->path().filename().string())) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

// The descriptors of a process that are a card's.
std::vector<std::string> card_files(const fs::path& process, int& looks) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end && looks > 0;
       entry.increment(error), --looks) {
    std::error_code gone;
    const std::string target = fs::read_symlink(entry->path(), gone).string();
    if (!gone && target.starts_with("/dev/dri/")) found.push_back(entry->path().filename().string());
  }
  return found;
}

}  // namespace

std::optional<DrmClient> parse_fdinfo(std::string_view text) {
  DrmClient client;
  Sizes sizes, shared{is_shared};
  bool is_drm = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !line.starts_with("drm-")) continue;
    is_drm = true;
    const std::string_view key = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (key == "drm-pdev") client.pci = to_lower(value);
    if (key == "drm-client-id") client.id = std::string(value);
    sizes.add(key, value);
    shared.add(key, value);
  }
  if (!is_drm) return std::nullopt;
  client.bytes = sizes.best();
  client.shared = shared.best();
  return client;
}

std::vector<DrmUse> drm_uses(const std::string& proc) {
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<DrmUse> uses;
  int looks = kMostLooks;
  for (const pid_t pid : pids_in(proc)) {
    const fs::path process = fs::path(proc) / std::to_string(pid);
    std::map<std::string, DrmUse> by_card;
    for (const std::string& file : card_files(process, looks)) {
      const auto text = read_text((process / "fdinfo" / file).string());
      const auto client = text ? parse_fdinfo(*text) : std::nullopt;
      if (!client || (!client->id.empty() && !seen.emplace(client->pci, client->id).second)) continue;
      DrmUse& use = by_card.try_emplace(client->pci, DrmUse{pid, client->pci}).first->second;
      use.bytes += client->bytes;
      use.shared += client->shared;
    }
    for (const auto& [pci, use] : by_card) {
      if (use.bytes > 0 || use.shared > 0) uses.push_back(use);
    }
  }
  return uses;
}

}  // namespace paddock::gpu
