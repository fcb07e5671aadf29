#include "sse.h"

namespace paddock::ollama {

bool SseReader::take_line(std::string_view& bytes) {
  if (std::exchange(after_cr_, false) && bytes.front() == '\n') bytes.remove_prefix(1);
  const std::size_t end = bytes.find_first_of("\r\n");
  line_ += bytes.substr(0, end);
  if (end == std::string_view::npos) {
    bytes = {};
    return false;
  }
  after_cr_ = bytes[end] == '\r';
  bytes.remove_prefix(end + 1);
  return true;
}

void SseReader::keep_data(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  if (field != "data" && field != "error") return;
  if (has_data_) data_ += '\n';
  if (colon != std::string_view::npos) data_ += line.substr(colon + 1);
  has_data_ = true;
}

}  // namespace paddock::ollama
