#include "events.h"

#include <utility>

namespace paddock::commands {

namespace {

constexpr std::size_t kLargest = 16UL << 20;

}  // namespace

bool EventReader::feed(std::string_view piece, const Take& take) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    keep(rest_, piece.substr(0, end));
    if (end == std::string_view::npos) return true;
    piece.remove_prefix(end + 1);
    const std::string whole = std::exchange(rest_, {});
    if (!line(whole, take)) return false;
  }
  return true;
}

bool EventReader::line(std::string_view text, const Take& take) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return end_event(take);
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") event_.name = value;
  if (name != "data") return true;
  if (std::exchange(has_data_, true)) event_.data += '\n';
  keep(event_.data, value);
  return true;
}

bool EventReader::end_event(const Take& take) {
  const Event whole = std::exchange(event_, {});
  const bool counts = std::exchange(has_data_, false) && !too_large_;
  too_large_ = false;
  return !counts || take(whole);
}

void EventReader::keep(std::string& where, std::string_view text) {
  too_large_ = too_large_ || text.size() > kLargest - where.size();
  if (!too_large_) where.append(text);
}

}  // namespace paddock::commands
