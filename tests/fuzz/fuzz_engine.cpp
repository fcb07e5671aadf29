// Any bytes as the text of `sh -c`, and their lines as words of a command line: what is read of them is
// bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/engine/command.h"

namespace {

namespace engine = paddock::engine;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty() && out.size() < 1000) {
    const std::size_t end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

void check(const engine::Command& command, std::size_t size) {
  constexpr std::size_t kMost = 1 << 20;
  std::size_t bytes = 0;
  for (const std::string& word : command.words) bytes += word.size();
  if (bytes > kMost + 2 * size) std::abort();
  for (const std::string& path : command.mentioned) {
    if (path.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> lines = lines_of(text);
  const auto script = [&](const std::string&) { return std::optional(text); };
  check(engine::read_command({"sh", "-c", text, "name", "a", "b c"}, lines), size);
  check(engine::read_command(lines, {"A=1", "LLAMA_ARG_CTX_SIZE=2"}), size);
  check(engine::read_command({"/script", "x"}, lines, script), size);
  return 0;
}
