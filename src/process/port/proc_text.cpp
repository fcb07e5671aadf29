#include "port/proc_text.h"

#include <algorithm>
#include <cstring>

#include "paddock/base/words.h"

namespace paddock::process {

namespace {

constexpr std::string_view kListen = "0A";

// Each eight digits are four bytes of the address, printed as one number of this machine's byte order.
bool read_words(std::string_view digits, unsigned char* to) {
  for (; !digits.empty(); digits.remove_prefix(8), to += 4) {
    const auto word = whole_number<std::uint32_t>(digits.substr(0, 8), 16);
    if (!word) return false;
    std::memcpy(to, &*word, 4);
  }
  return true;
}

std::optional<IpAddress> table_address(std::string_view digits) {
  IpAddress address = kAnyV4;
  if (digits.size() == 8 && read_words(digits, address.data() + 12)) return address;
  if (digits.size() == 32 && read_words(digits, address.data())) return address;
  return std::nullopt;
}

// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...
std::optional<ListeningSocket> table_line(std::string_view line) {
  next_word(line);
  const std::string_view local = next_word(line);
  next_word(line);
  if (next_word(line) != kListen) return std::nullopt;
  for (int skipped = 0; skipped < 5; ++skipped) next_word(line);
  const auto inode = whole_number<Inode>(next_word(line));
  const std::size_t colon = local.find(':');
  if (!inode || *inode == 0 || colon == std::string_view::npos) return std::nullopt;
  const auto address = table_address(local.substr(0, colon));
  const auto port = whole_number<std::uint16_t>(local.substr(colon + 1), 16);
  if (!address || !port) return std::nullopt;
  return ListeningSocket{*address, *port, *inode};
}

}  // namespace

std::vector<ListeningSocket> parse_listening(std::string_view table) {
  std::vector<ListeningSocket> sockets;
  // A last line without an end was cut.
  for (std::size_t end = table.find('\n'); end != std::string_view::npos; end = table.find('\n')) {
    if (const auto socket = table_line(table.substr(0, end))) sockets.push_back(*socket);
    table.remove_prefix(end + 1);
  }
  return sockets;
}

std::optional<Inode> parse_socket_link(std::string_view target) {
  constexpr std::string_view kBefore = "socket:[";
  if (!target.starts_with(kBefore) || !target.ends_with(']')) return std::nullopt;
  return whole_number<Inode>(target.substr(kBefore.size(), target.size() - kBefore.size() - 1));
}

std::vector<pid_t> parse_pids(std::string_view text) {
  std::vector<pid_t> pids;
  while (const auto pid = whole_number<pid_t>(next_word(text))) pids.push_back(*pid);
  return pids;
}

std::uint64_t parse_cpu_ticks(std::string_view stat) {
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return 0;
  stat.remove_prefix(name_end + 2);
  constexpr int kFirst = 14, kLast = 17;
  for (int field = 3; field < kFirst; ++field) next_word(stat);
  std::uint64_t sum = 0;
  for (int field = kFirst; field <= kLast; ++field) {
    sum += whole_number<std::uint64_t>(next_word(stat)).value_or(0);
  }
  return sum;
}

}  // namespace paddock::process
