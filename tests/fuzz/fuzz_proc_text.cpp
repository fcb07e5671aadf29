// Any bytes as the texts of /proc: no crash, and what is read is what sockets and processes can have.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/base/process_facts.h"
#include "port/proc_text.h"

using namespace paddock;
using namespace paddock::process;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const ListeningSocket& socket : parse_listening(text)) {
    check(socket.inode != 0 && socket.port >= 0 && socket.port <= 65535);
    check(takes(socket.address, socket.address));
  }
  if (const auto process = parse_stat(text)) check(process->name.size() < size);
  parse_socket_link(text);
  check(parse_pids(text).size() <= size);
  return 0;
}
