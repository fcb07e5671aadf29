// Hub: every log channel of the daemon by name.
//
// One channel per model with the raw bytes of its launches, and three shared ones: `proxy` (the daemon's own
// lines), `upstream` (the models' complete lines, each behind `[model] `) and `combined` (both). Channels
// live as long as the Hub: a model's log survives its launches. Beside the bytes, the Book of all lines.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/wall_time.h"
#include "paddock/logs/book.h"
#include "paddock/logs/channel.h"
#include "paddock/logs/line_reader.h"

namespace paddock::logs {

class Hub {
 public:
  struct Options {
    std::size_t model_bytes = 1 << 20;   // ring of each model
    std::size_t shared_bytes = 1 << 20;  // ring of each shared channel
    std::size_t line_bytes = 16 << 10;   // longer lines are cut into pieces of this size in shared channels
    Book::Options book = {};
  };

  Hub();
  explicit Hub(Options options);

  Channel& proxy() { return proxy_; }
  Channel& upstream() { return upstream_; }
  Channel& combined() { return combined_; }
  // Created on first use.
  std::shared_ptr<Channel> model(const ModelId& model);
  Book& book() { return book_; }
  const Book& book() const { return book_; }

  // One line of the daemon's own log (without LF), into `proxy`, `combined` and the book.
  void write_own(std::string_view line);
  // The same; `head` (time and level as text) does not go into the book, which has them beside the text.
  void write_own(std::string_view head, std::string_view text, Level level, WallTime time);

  const Options& options() const { return options_; }

 private:
  const Options options_;
  Channel proxy_, upstream_, combined_;
  Book book_;
  std::mutex mutex_;
  std::map<ModelId, std::shared_ptr<Channel>> models_;  // guarded by mutex_
};

// LaunchLog takes what one launch prints: raw bytes into the model's channel at once; lines into the shared
// channels, where CR and other control bytes pass unchanged, and into the book (line_reader.h), later if need
// be. Raw bytes may be written on one thread and lines on another; one owner each.
class LaunchLog {
 public:
  // `launch` 0: of no launch.
  LaunchLog(Hub& hub, const ModelId& model, Generation launch = {});

  void write_raw(std::string_view bytes) { channel_->write(bytes); }
  void write_lines(std::string_view bytes, WallTime time = std::chrono::system_clock::now());
  void write(std::string_view bytes);  // both
  // Raw bytes that write_lines will never see: a line in their place says so.
  void skip_lines(std::uint64_t bytes);
  // What is left of an unfinished line goes out; called when the pipe ends.
  void finish();

 private:
  void add_line(std::string_view line);
  void add_to_book(std::string text);
  void flush_lines();

  Hub& hub_;
  std::shared_ptr<Channel> channel_;
  const ModelId model_;
  const Generation launch_;
  const std::string prefix_;
  std::string partial_;  // an unfinished line, at most line_bytes of it
  std::string lines_;    // finished ones on their way to the shared channels
  LineReader reader_;
  WallTime time_;              // of the lines that are read now
  std::vector<Line> entries_;  // on their way to the book
};

}  // namespace paddock::logs
