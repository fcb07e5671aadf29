#include "progress.h"

#include <algorithm>
#include <charconv>

#include "paddock/base/read_text.h"
#include "paddock/base/text.h"

namespace paddock::process {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLeastWindow = 5s;
// A loader moves this in a blink; a server that waits and is probed does not within a window.
constexpr std::uint64_t kLeastBytes = 256 << 10;

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(at + name.size());
  std::uint64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

Duration progress_window(Duration start_timeout) { return std::max(kLeastWindow, start_timeout / 10); }

std::optional<std::uint64_t> bytes_moved(pid_t pid) {
  const std::optional<std::string> io = read_text("/proc/" + std::to_string(pid) + "/io");
  return io ? bytes_in(*io) : std::nullopt;
}

std::optional<std::uint64_t> bytes_read(pid_t pid) {
  const std::optional<std::string> io = read_text("/proc/" + std::to_string(pid) + "/io");
  return io ? most_in(*io) : std::nullopt;
}

// Maps of files show only in what came from the disk, reads from the cache only in what was read.
std::optional<std::uint64_t> bytes_in(std::string_view io) {
  const auto read = number_behind(io, "rchar: ");
  const auto from_disk = number_behind(io, "read_bytes: ");
  if (!read || !from_disk) return std::nullopt;
  return *read + *from_disk;
}

// What is read from the disk counts in both, unless it is mapped.
std::optional<std::uint64_t> most_in(std::string_view io) {
  const auto read = number_behind(io, "rchar: ");
  const auto from_disk = number_behind(io, "read_bytes: ");
  if (!read || !from_disk) return std::nullopt;
  return std::max(*read, *from_disk);
}

bool moved_enough(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now) {
  return now && *now >= before.value_or(0) + kLeastBytes;
}

std::string probed_path(const SpawnSpec& spec) {
  if (spec.check_path.empty()) return {};
  return spec.endpoint.base_path + (spec.check_path.front() == '/' ? "" : "/") + spec.check_path;
}

bool says_more_than_answers(std::string_view output, std::string_view probed_path) {
  const std::string answered = "GET " + std::string(probed_path);
  while (!output.empty()) {
    const std::size_t end = std::min(output.find_first_of("\r\n"), output.size());
    const std::string_view line = output.substr(0, end);
    const bool answer = !probed_path.empty() && line.find(answered) != std::string_view::npos;
    if (!answer && !trim(line).empty()) return true;
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return false;
}

}  // namespace paddock::process
