// A daemon in small: starts its arguments under a Supervisor, prints `pid N` and lives until it is killed.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "paddock/keeper/keeper.h"
#include "paddock/process/supervisor.h"

namespace {

using namespace paddock;

class Printer final : public process::Listener {
 public:
  void spawned(const ModelId&, Generation, pid_t pid, UniqueFd) override {
    std::printf("pid %d\n", static_cast<int>(pid));
    std::fflush(stdout);
  }
  void ready(const ModelId&, Generation, const process::Ready&) override {}
  void failed(const ModelId&, Generation, const process::StartFailure&) override {}
  void exited(const ModelId&, Generation, const process::Ending&) override {}
  void broken(const ModelId&, Generation, const process::Breakage&) override {}
  void noted(const ModelId&, Generation, const std::string&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  keeper::Helper helper = std::move(*keeper::Helper::fork());
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  logs::Hub hub;
  Printer printer;
  process::Supervisor supervisor(io, hub, helper, printer);
  process::SpawnSpec spec;
  spec.model = ModelId("m");
  spec.argv.assign(argv + 1, argv + argc);
  spec.endpoint.host = "localhost";
  spec.check_path = "";
  supervisor.start(spec, Generation{1});
  io.run();
}
