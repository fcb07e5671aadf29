// ClientLink is the client's end of a request as the data path sees it: the socket to write to, the reader,
// and one deadline that the worker's tick enforces by closing a socket.
//
// Deadlines are coarse (the tick's period) and cost a store each; a timer per operation would cost more than
// the operations. Session's worker only.
#pragma once

#include "client_reader.h"
#include "net.h"
#include "paddock/base/clock.h"
#include "stream.h"

namespace paddock::http {

struct ClientLink {
  ClientLink(Socket connected, std::weak_ptr<void> owner, std::size_t longest_head)
      : socket(std::move(connected)), reader(socket, std::move(owner), longest_head) {}

  Stream socket;
  ClientReader reader;
  Duration stall_timeout{};  // for a client that does not take what is written to it
  Duration body_timeout{};   // for a client that sends nothing while its body is awaited

  // Closes `doomed` unless disarmed within `limit` of `now`, the worker's coarse time.
  void arm(TimePoint now, Duration limit, Stream& doomed) {
    deadline_ = now + limit;
    doomed_ = &doomed;
  }
  void disarm() { doomed_ = nullptr; }
  // For the tick. True if the deadline struck.
  bool check(TimePoint now) {
    if (doomed_ == nullptr || now < deadline_) return false;
    close_quietly(*std::exchange(doomed_, nullptr));
    return true;
  }

 private:
  TimePoint deadline_;
  Stream* doomed_ = nullptr;
};

}  // namespace paddock::http
