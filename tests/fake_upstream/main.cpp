// fake_upstream: a model server for tests that can misbehave in every way a real one did. README.md has the
// list of what it can be asked for.
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdio>

#include "faults.h"
#include "options.h"
#include "recorder.h"
#include "server.h"
#include "tests/support/lives.h"

int main(int argc, char** argv) {
  using namespace paddock::fake;
  const auto open_files = list_open_files();
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  if (!options->lives.empty()) paddock::test::Lives(options->lives).enter_and_look(options->name);
  const Recorder recorder(options->record, options->name);
  record_start(recorder, open_files);
  raise_descriptor_limit();
  for (const auto& line : options->log_lines) std::fprintf(stderr, "%s\n", line.c_str());
  read_half(*options);
  if (options->exit_before_listen) die(*options);
  std::signal(SIGPIPE, SIG_IGN);
  fork_grandchild(*options, recorder);

  boost::asio::io_context io(1);
  watch_sigterm(io, *options, recorder);
  arm_exit(io, *options);
  start_flood(*options, recorder);
  log_again_and_again(io, *options);
  Server server(io, *options, recorder);
  server.start();
  io.run();
}
