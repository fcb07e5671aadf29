// Connection: one accepted socket. A reader that never stops (so that the peer's going is seen while we
// answer) fills the inbox; a second coroutine takes requests out of it and plays their scripts. The reader
// pauses when the inbox is full, so an unread body presses back on the peer.
// Lives as long as one of its two coroutines.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "message.h"
#include "script.h"
#include "server.h"

namespace paddock::fake {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, boost::asio::ip::tcp::socket socket);
  ~Connection();

  void start();
  // Something that a script waits for may have happened.
  void wake() { changed_.cancel(); }

 private:
  using Millis = std::chrono::milliseconds;
  template <class T>
  using Task = boost::asio::awaitable<T>;

  Task<void> read_loop();
  Task<void> serve_loop();
  Task<bool> serve_one();

  Task<std::optional<RequestHead>> await_head();
  Task<bool> await_body(const RequestHead& head, std::string& body);
  Task<bool> answer_probe();
  Task<bool> answer_control(const std::string& target);
  Task<bool> switch_protocol(const RequestHead& head);
  Task<bool> play(const Script& script, const RequestHead& head);
  Task<bool> send_pieces(const Script& script);
  Task<bool> finish(const Script& script);

  // All three: false when the peer has gone (or the script has ended the connection).
  Task<bool> send(std::string bytes);
  Task<bool> pause(int ms);
  Task<bool> await_change();
  Task<bool> await_change_until(std::chrono::steady_clock::time_point until);
  Task<bool> await_gate(const std::string& gate);

  void end(const char* reason);
  void reset(const char* reason);
  [[noreturn]] void die_of_request();
  void note(const char* event, nlohmann::json fields);
  void note_head(const RequestHead& head);
  void note_request(const std::string& body, bool chunked);
  void note_gone(const boost::system::error_code& error);

  Server& server_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer changed_;  // cancelled when the inbox or the state changed
  boost::asio::steady_timer drained_;  // cancelled when the inbox was emptied
  std::string inbox_;
  const char* phase_ = "idle";  // idle, head, body, answer
  bool gone_ = false;           // the peer ended it
  bool closed_ = false;         // we did
  bool early_answered_ = false;
  std::optional<int> idle_limit_ms_;
  std::string close_on_next_;
  std::size_t body_bytes_ = 0;
  const int id_;
  int request_ = 0;
};

}  // namespace paddock::fake
