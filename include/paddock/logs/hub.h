// Hub: every log channel of the daemon by name.
//
// One channel per model with the raw bytes of its launches, and three shared ones: `proxy` (the daemon's own
// lines), `upstream` (the models' complete lines, each behind `[model] `) and `combined` (both). Channels
// live as long as the Hub: a model's log survives its launches.
// Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "paddock/base/ids.h"
#include "paddock/logs/channel.h"

namespace paddock::logs {

class Hub {
 public:
  struct Options {
    std::size_t model_bytes = 1 << 20;   // ring of each model
    std::size_t shared_bytes = 1 << 20;  // ring of each shared channel
    std::size_t line_bytes = 16 << 10;   // longer lines are cut into pieces of this size in shared channels
  };

  Hub();
  explicit Hub(Options options);

  Channel& proxy() { return proxy_; }
  Channel& upstream() { return upstream_; }
  Channel& combined() { return combined_; }
  // Created on first use.
  std::shared_ptr<Channel> model(const ModelId& model);

  // One line of the daemon's own log (without LF), into `proxy` and `combined`.
  void write_own(std::string_view line);

  const Options& options() const { return options_; }

 private:
  const Options options_;
  Channel proxy_, upstream_, combined_;
  std::mutex mutex_;
  std::map<ModelId, std::shared_ptr<Channel>> models_;  // guarded by mutex_
};

// LaunchLog takes what one launch prints: raw bytes into the model's channel at once, complete lines into the
// shared ones. CR and other control bytes pass unchanged. One owner, one thread at a time.
class LaunchLog {
 public:
  LaunchLog(Hub& hub, const ModelId& model);

  void write(std::string_view bytes);
  // What is left of an unfinished line goes out; called when the pipe ends.
  void finish();

 private:
  void add_line(std::string_view line);
  void flush_lines();

  Hub& hub_;
  std::shared_ptr<Channel> channel_;
  const std::string prefix_;
  std::string partial_;  // an unfinished line, at most line_bytes of it
  std::string lines_;    // finished ones on their way to the shared channels
};

}  // namespace paddock::logs
