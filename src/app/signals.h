// The daemon's signals, delivered on the control thread.
//
// SIGTERM and SIGINT are `stop`, each time one comes. SIGHUP is `reload`. SIGPIPE is ignored for good, from
// ignore_sigpipe() on: a client that leaves is an error of a write, not the end of the daemon.
// Destroying it stops listening; the default dispositions come back.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace paddock::app {

void ignore_sigpipe();
// Until there is a Signals: nobody can reload yet, and nobody means to end the daemon with it.
void ignore_sighup();

class Signals {
 public:
  struct Handlers {
    std::function<void()> stop;
    std::function<void()> reload;
  };

  Signals(boost::asio::io_context& control, Handlers handlers);

 private:
  void wait();

  boost::asio::signal_set set_;
  Handlers handlers_;
};

}  // namespace paddock::app
