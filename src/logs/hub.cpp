#include "paddock/logs/hub.h"

#include <algorithm>
#include <utility>

namespace paddock::logs {

Hub::Hub() : Hub(Options{}) {}

Hub::Hub(Options options)
    : options_(options),
      proxy_(options.shared_bytes),
      upstream_(options.shared_bytes),
      combined_(options.shared_bytes),
      book_(options.book) {}

std::shared_ptr<Channel> Hub::model(const ModelId& model) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Channel>& channel = models_[model];
  if (!channel) channel = std::make_shared<Channel>(options_.model_bytes);
  return channel;
}

void Hub::write_own(std::string_view line) {
  write_own({}, line, Level::kInfo, std::chrono::system_clock::now());
}

void Hub::write_own(std::string_view head, std::string_view text, Level level, WallTime time) {
  std::string whole(head);
  whole.append(text).push_back('\n');
  proxy_.write(whole);
  combined_.write(whole);
  Tags tags = read_signs(text).tags & static_cast<Tags>(~kErrorTag);
  if (level == Level::kError) tags |= kErrorTag;
  std::vector<Line> lines;
  lines.push_back({0, time, {}, 0, Source::kProxy, level, tags, clean_line(text)});
  book_.append(std::move(lines));
}

LaunchLog::LaunchLog(Hub& hub, const ModelId& model, Generation launch)
    : hub_(hub),
      channel_(hub.model(model)),
      model_(model),
      launch_(launch),
      prefix_("[" + model.str() + "] ") {}

void LaunchLog::write(std::string_view bytes) {
  write_raw(bytes);
  write_lines(bytes);
}

void LaunchLog::write_lines(std::string_view bytes, WallTime time) {
  time_ = time;
  reader_.read(bytes, [this](std::string text) { add_to_book(std::move(text)); });
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

void LaunchLog::skip_lines(std::uint64_t bytes) {
  finish();
  const std::string text = "... " + std::to_string(bytes) + " bytes of output were not read line by line";
  add_line(text);
  entries_.push_back(
      {0, std::chrono::system_clock::now(), model_, launch_.value, Source::kUpstream, Level::kWarn, 0, text});
  flush_lines();
}

void LaunchLog::finish() {
  if (!partial_.empty()) add_line(partial_);
  partial_.clear();
  reader_.finish([this](std::string text) { add_to_book(std::move(text)); });
  flush_lines();
}

void LaunchLog::add_line(std::string_view line) { lines_.append(prefix_).append(line).push_back('\n'); }

void LaunchLog::add_to_book(std::string text) {
  const Signs signs = read_signs(text);
  entries_.push_back(
      {0, time_, model_, launch_.value, Source::kUpstream, signs.level, signs.tags, std::move(text)});
}

void LaunchLog::flush_lines() {
  hub_.book().append(std::exchange(entries_, {}));
  if (lines_.empty()) return;
  hub_.upstream().write(lines_);
  hub_.combined().write(lines_);
  lines_.clear();
}

}  // namespace paddock::logs
