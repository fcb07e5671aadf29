// ServiceManager: tells who started the daemon, if he asked to be told, how it stands. It speaks the protocol
// of systemd's Type=notify: one datagram of `NAME=value` lines to the Unix socket that NOTIFY_SOCKET names, a
// path or, with `@` in front, a name in the abstract namespace.
//
// Where nobody asked, and where the address is none of those, all of it does nothing. What cannot be sent is
// dropped: a daemon does not fail because nobody listens. A manager whose queue is full is waited for, one
// second at most. Once the end has begun, nothing else is told. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "paddock/base/clock.h"

namespace paddock::app {

class ServiceManager {
 public:
  // `address` as NOTIFY_SOCKET has it; empty: nobody asked.
  explicit ServiceManager(std::string address) : address_(std::move(address)) {}
  // Takes NOTIFY_SOCKET out of the environment, so that nothing that is started from now on finds it: an
  // engine, or podman in front of one, would speak for the daemon. Before there is a second thread.
  static ServiceManager from_environment();

  // All is well. `status` is a short phrase, which `systemctl status` shows; of it the first line counts.
  void ready(std::string_view status);
  // From here to the next ready() a reload is under way.
  void reloading();
  // The daemon ends, within `limit` at most. A limit of the manager's own that is shorter yields to it.
  void stopping(std::string_view status, Duration limit);

 private:
  void tell_unless_stopping(const std::string& lines);
  void send(const std::string& lines) const;

  const std::string address_;
  std::mutex mutex_;       // so that nothing overtakes the end
  bool stopping_ = false;  // guarded by mutex_
};

}  // namespace paddock::app
