// Tunnel: a connection that has become another protocol's (101 Switching Protocols), a websocket mostly.
// Bytes are copied both ways, one buffer each way, until both directions have ended.
//
// An end is passed on as an end; from then on the other direction has kHalfOpen from one piece to the next.
// An error ends both. There is no idle limit: a websocket may say nothing for hours.
// Session's worker only. tick() and close() may be called while run() is suspended. Both streams are closed
// afterwards.
#pragma once

#include <string_view>

#include "client_link.h"
#include "event.h"
#include "request_head.h"
#include "response_head.h"
#include "upstream_pool.h"

namespace paddock::http {

class Worker;

// The protocols that a request asks to switch to, as its Upgrade header lists them; empty if it asks for none
// that is passed on. HTTP/2 and TLS are none: through them requests could pass that nobody has judged. Nor is
// a request with a body, or of HTTP/1.0.
std::string_view upgrade_of(const RequestHead& head);
bool is_websocket(std::string_view upgrade);
// Whether a 101 switches to one protocol, and that is among those that were asked for.
bool switches_as_asked(const ResponseHead& head, std::string_view upgrade);

class Tunnel {
 public:
  static constexpr Duration kHalfOpen = std::chrono::seconds(10);

  // Bytes that either side has already sent are the first to be copied.
  Tunnel(Worker& worker, ClientLink& client, UpstreamConnection& upstream);

  Task<void> run();
  void tick(TimePoint now);
  void close();

 private:
  Task<void> copy_up();
  Task<void> copy_down();
  Task<bool> write_down(std::string_view piece);
  void end_one();

  Worker& worker_;
  ClientLink& client_;
  UpstreamConnection& upstream_;
  Event up_over_;
  bool one_ended_ = false;
  TimePoint last_piece_;
};

}  // namespace paddock::http
