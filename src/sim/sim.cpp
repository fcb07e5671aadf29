#include "paddock/sim/sim.h"

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

#include "options.h"
#include "server.h"

namespace paddock::sim {
namespace {

// Blocked before the first thread starts, so that only sigwait sees them.
sigset_t block_end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

void announce(const Options& options, int port) {
  log_line("no model runs here; answers are made up");
  log_line("listening on http://" + options.listen_ip + ":" + std::to_string(port));
  log_line("loading model '" + options.model + "', ready in " + std::to_string(options.load_time.count()) +
           " ms");
}

int serve_until_signal(const Options& options) {
  const sigset_t signals = block_end_signals();
  ::signal(SIGPIPE, SIG_IGN);
  Server server(options);
  const int port = server.bind();
  if (port < 0) {
    std::fprintf(stderr, "sim-server: cannot listen on %s:%d: address in use or not ours\n",
                 options.listen_ip.c_str(), options.port);
    return 1;
  }
  announce(options, port);
  std::thread serving([&server] { server.serve(); });
  int number = 0;
  sigwait(&signals, &number);
  log_line(std::string("stopping on signal ") + std::to_string(number));
  server.stop();
  // The library's threads hold idle connections for seconds; there is nothing to save, so leave now.
  serving.detach();
  std::quick_exit(0);
}

}  // namespace

int run(int argc, char** argv) {
  try {
    const auto parsed = parse_options(argc, argv);
    if (const int* code = std::get_if<int>(&parsed)) return *code;
    return serve_until_signal(std::get<Options>(parsed));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sim-server: %s\n", error.what());
    return 1;
  }
}

}  // namespace paddock::sim
