#include "signals.h"

#include <csignal>
#include <utility>

namespace paddock::app {

void ignore_sigpipe() { std::signal(SIGPIPE, SIG_IGN); }
void ignore_sighup() { std::signal(SIGHUP, SIG_IGN); }

Signals::Signals(boost::asio::io_context& control, Handlers handlers)
    : set_(control, SIGTERM, SIGINT, SIGHUP), handlers_(std::move(handlers)) {
  wait();
}

void Signals::wait() {
  set_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    wait();
    if (signal == SIGHUP) {
      handlers_.reload();
    } else {
      handlers_.stop();
    }
  });
}

}  // namespace paddock::app
