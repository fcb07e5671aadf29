// Lines after which an engine does not recover though it may live on: its device has failed, and every
// request from then on fails or hangs. What a person wrote may be in a log, too, so a phrase counts only
// where engines put it: at the beginning of a line or behind the mark of a message.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace paddock::process {

// The first such line of `lines`; empty if there is none. Pure.
std::string_view find_fatal_line(std::string_view lines);

// FatalWatch looks for one in what a launch prints. Once armed it tells of one line at most; before, a look
// costs a load.
class FatalWatch {
 public:
  // `seen` is called by look().
  explicit FatalWatch(std::function<void(std::string)> seen) : seen_(std::move(seen)) {}

  // Any thread.
  void arm() { armed_.store(true, std::memory_order_relaxed); }
  bool armed() const { return armed_.load(std::memory_order_relaxed); }
  // The next bytes as they came; lines may be split anywhere. One thread.
  void look(std::string_view block) {
    if (armed_.load(std::memory_order_relaxed)) search(block);
  }

 private:
  void search(std::string_view block);

  const std::function<void(std::string)> seen_;
  std::atomic<bool> armed_{false};
  std::string begun_;  // a line without its end yet
};

}  // namespace paddock::process
