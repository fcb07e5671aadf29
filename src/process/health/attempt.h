// Attempt is one look at whether a model answers: GET the path at each address in turn until one says 200.
// Has a deadline and a buffer limit of its own. Control thread. Dropping the last outside reference after
// cancel() ends it; `done` is called exactly once unless it was cancelled.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  // Nothing: not ready.
  using Done = std::function<void(const std::optional<Ready>&)>;

  Attempt(boost::asio::io_context& io, const std::string& request, std::vector<std::string> addresses,
          int port);

  void run(Duration deadline, Done done);
  void cancel();

 private:
  void try_next();
  void send();
  void receive();
  void judge();
  void finish(std::optional<Ready> result);

  const std::string request_;
  const std::vector<std::string> addresses_;
  const int port_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::size_t next_ = 0;
  std::string received_;
  std::array<char, 2048> buffer_;
  Done done_;
};

// The request for an endpoint's check path.
std::string probe_request(const Endpoint& endpoint, const std::string& check_path);

}  // namespace paddock::process
