#include "paddock/logs/own_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <string>
#include <string_view>

#include "paddock/base/text.h"
#include "paddock/logs/time_format.h"

namespace paddock::logs {

namespace {

constexpr std::size_t kLineBytes = 8 << 10;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

Level from_spdlog(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug) return Level::kDebug;
  if (level == spdlog::level::info) return Level::kInfo;
  return level == spdlog::level::warn ? Level::kWarn : Level::kError;
}

// All of one width, so that the messages stand in a column.
std::string_view level_word(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug) return "debug";
  if (level == spdlog::level::info) return "info ";
  if (level == spdlog::level::warn) return "warn ";
  return "error";
}

class HubSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit HubSink(Hub& hub)
      : hub_(hub), time_("%Y-%m-%d %H:%M:%S.%e", spdlog::pattern_time_type::local, "") {}

  void set_time_format(const std::string& name) {
    const std::lock_guard lock(mutex_);
    format_ = name;
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string head = time_of(message);
    head.append(" ").append(level_word(message.level)).append(" ");
    std::string_view rest(message.payload.data(), message.payload.size());
    while (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
    const Level level = from_spdlog(message.level);
    for (;;) {
      const std::size_t line_end = rest.find('\n');
      hub_.write_own(head, printable(rest.substr(0, line_end), kLineBytes), level, message.time);
      if (line_end == std::string_view::npos) return;
      rest.remove_prefix(line_end + 1);
      head.assign(head.size(), ' ');
    }
  }
  void flush_() override {}

 private:
  std::string time_of(const spdlog::details::log_msg& message) {
    if (!format_.empty()) return format_time(message.time, format_);
    spdlog::memory_buf_t time;
    time_.format(message, time);
    return {time.data(), time.size()};
  }

  Hub& hub_;
  spdlog::pattern_formatter time_;
  std::string format_;  // guarded by the sink's mutex
};

}  // namespace

void install_own_log(Hub& hub, Level level) {
  auto logger = std::make_shared<spdlog::logger>("paddock", std::make_shared<HubSink>(hub));
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

void set_own_time_format(const std::string& name) {
  for (const spdlog::sink_ptr& sink : spdlog::default_logger_raw()->sinks()) {
    if (const auto own = std::dynamic_pointer_cast<HubSink>(sink)) own->set_time_format(name);
  }
}

void set_own_level(Level level) { spdlog::default_logger_raw()->set_level(to_spdlog(level)); }

}  // namespace paddock::logs
