// Server: the listening socket, the health of this launch and the gates that scripts wait at. One thread,
// one io_context; it owns nothing of the connections, which live until their peer or their script ends them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>
#include <string>

#include "options.h"
#include "recorder.h"

namespace paddock::fake {

class Connection;

class Server {
 public:
  Server(boost::asio::io_context& io, const Options& options, const Recorder& recorder);

  // Listens (after the delay the options ask for) and accepts for ever.
  void start();

  const Options& options() const { return options_; }
  const Recorder& recorder() const { return recorder_; }
  bool healthy() const {
    return healthy_ && (options_.health_gate.empty() || released(options_.health_gate));
  }

  bool released(const std::string& gate) const { return released_.count(gate) > 0; }
  void release(const std::string& gate);
  void joined(Connection* connection) { connections_.insert(connection); }
  void left(Connection* connection) { connections_.erase(connection); }
  int next_connection() { return ++last_connection_; }

 private:
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<void> flip_health();
  boost::asio::awaitable<void> wait(int ms);
  void listen();

  boost::asio::io_context& io_;
  const Options& options_;
  const Recorder& recorder_;
  boost::asio::ip::tcp::acceptor acceptor_;
  bool healthy_ = false;
  std::set<std::string> released_;
  std::set<Connection*> connections_;
  int last_connection_ = 0;
};

}  // namespace paddock::fake
