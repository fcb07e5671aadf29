// ClientReader reads one client's connection and notices when the client leaves.
//
// One read is outstanding at most. Between requests fill() waits for bytes; while a request is being served
// watch() keeps a read open into the same buffer, so that a FIN or a reset is seen at once and pipelined
// bytes are simply the start of the next request: nothing is cancelled or read twice. When the buffer is full
// of pipelined bytes a FIN behind them cannot be read any more; then poll(), called by the worker's tick,
// asks the kernel for the connection's state instead.
// A FIN counts as leaving, also when it is only half a close.
// Session's worker only; part of the session that it keeps alive while a read is out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "event.h"
#include "net.h"
#include "stream.h"

namespace paddock::http {

class ClientReader {
 public:
  // `owner` is held by every read that is out; it must own this object.
  ClientReader(Stream& socket, std::weak_ptr<void> owner, std::size_t longest_head);

  std::string_view buffered() const { return {storage_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) { begin_ += bytes; }
  // The client has sent its FIN or is gone; buffered bytes may be left.
  bool ended() const { return ended_; }

  // Waits until there is at least one byte more, or the end: false.
  Task<bool> fill();
  // Reads at most `size` body bytes, buffered ones first; 0 means that the client is gone.
  Task<std::size_t> read_some(char* to, std::size_t size);

  // From now on `on_gone` is called once when the client leaves, as the last act of a handler.
  void watch(std::function<void()> on_gone);
  void unwatch() { on_gone_ = nullptr; }
  // For the worker's tick.
  void poll();

 private:
  void start_read();
  void make_room();
  void on_read(error_code error, std::size_t bytes);
  void leave();

  Stream& socket_;
  std::weak_ptr<void> owner_;
  const std::size_t most_;
  // Unread bytes are [begin_, end_). They move only in start_read(), when no read is out.
  std::vector<char> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Event news_;
  std::function<void()> on_gone_;
  bool reading_ = false;
  bool waiting_ = false;  // fill() waits for news_
  bool ended_ = false;
};

}  // namespace paddock::http
