#include "paddock/logs/hub.h"

#include <algorithm>

namespace paddock::logs {

Hub::Hub() : Hub(Options{}) {}

Hub::Hub(Options options)
    : options_(options),
      proxy_(options.shared_bytes),
      upstream_(options.shared_bytes),
      combined_(options.shared_bytes) {}

std::shared_ptr<Channel> Hub::model(const ModelId& model) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Channel>& channel = models_[model];
  if (!channel) channel = std::make_shared<Channel>(options_.model_bytes);
  return channel;
}

void Hub::write_own(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  proxy_.write(whole);
  combined_.write(whole);
}

LaunchLog::LaunchLog(Hub& hub, const ModelId& model)
    : hub_(hub), channel_(hub.model(model)), prefix_("[" + model.str() + "] ") {}

void LaunchLog::write(std::string_view bytes) {
  channel_->write(bytes);
  const std::size_t longest = std::max<std::size_t>(hub_.options().line_bytes, 1);
  while (!bytes.empty()) {
    const std::size_t room = longest - partial_.size();
    const std::size_t line_end = bytes.substr(0, room + 1).find('\n');
    const bool ended = line_end != std::string_view::npos;
    if (!ended && bytes.size() <= room) {
      partial_.append(bytes);
      // A full piece waits for what follows: an LF would end it, not begin an empty line.
      break;
    }
    partial_.append(bytes.substr(0, ended ? line_end : room));
    bytes.remove_prefix(ended ? line_end + 1 : room);
    add_line(partial_);
    partial_.clear();
  }
  flush_lines();
}

void LaunchLog::finish() {
  if (!partial_.empty()) add_line(partial_);
  partial_.clear();
  flush_lines();
}

void LaunchLog::add_line(std::string_view line) { lines_.append(prefix_).append(line).push_back('\n'); }

void LaunchLog::flush_lines() {
  if (lines_.empty()) return;
  hub_.upstream().write(lines_);
  hub_.combined().write(lines_);
  lines_.clear();
}

}  // namespace paddock::logs
