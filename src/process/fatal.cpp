#include "fatal.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace paddock::process {

namespace {

// Of llama.cpp and its kin, and of PyTorch. Running out of memory is no such error where it has another name.
constexpr std::string_view kPhrases[] = {"CUDA error", "ROCm error", "HIP error",
                                         "MUSA error", "SYCL error", "ErrorDeviceLost"};
// What stands before a message in a line: a source's place, a logger's name or level.
constexpr std::string_view kMarks[] = {": ", "] ", " E "};

constexpr std::size_t kLineBytes = 4096;

// Somebody's text stands in quotes or brackets of data, or behind a word for it.
constexpr std::string_view kQuoting[] = {"\"", "'", "`", "{", "prompt", "content", "message", "request"};

bool is_message(std::string_view line, std::size_t at) {
  const std::string_view before = line.substr(0, at);
  if (std::any_of(std::begin(kQuoting), std::end(kQuoting),
                  [&](std::string_view sign) { return before.find(sign) != std::string_view::npos; })) {
    return false;
  }
  return before.empty() || std::any_of(std::begin(kMarks), std::end(kMarks),
                                       [&](std::string_view mark) { return before.ends_with(mark); });
}

}  // namespace

std::string_view find_fatal_line(std::string_view lines) {
  for (const std::string_view phrase : kPhrases) {
    for (std::size_t at = 0; (at = lines.find(phrase, at)) != std::string_view::npos; at += phrase.size()) {
      const std::size_t before = lines.substr(0, at).find_last_of("\r\n");
      const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
      const std::string_view line = lines.substr(begin, lines.find_first_of("\r\n", at) - begin);
      if (is_message(line, at - begin)) return line;
    }
  }
  return {};
}

void FatalWatch::search(std::string_view block) {
  const std::size_t first = block.find('\n'), last = block.rfind('\n');
  if (first == std::string_view::npos) {
    begun_.append(block.substr(0, kLineBytes - std::min(kLineBytes, begun_.size())));
    return;
  }
  begun_.append(block.substr(0, first));
  std::string_view found = find_fatal_line(begun_);
  if (found.empty()) found = find_fatal_line(block.substr(first, last - first));
  if (!found.empty()) {
    armed_.store(false, std::memory_order_relaxed);
    return seen_(std::string(found));
  }
  begun_.assign(block.substr(last + 1, kLineBytes));
}

}  // namespace paddock::process
