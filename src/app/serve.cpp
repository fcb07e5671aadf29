#include "serve.h"

#include <iostream>

#include "check_sources.h"
#include "daemon.h"
#include "paddock/config/load.h"
#include "paddock/keeper/keeper.h"
#include "paddock/process/limits.h"
#include "service_manager.h"
#include "signals.h"
#include "source_state.h"

namespace paddock::app {

int serve(const ServeCommand& command) {
  ServiceManager manager = ServiceManager::from_environment();
  // Before there is a second thread, and before anything is open that it must not hold.
  Result<keeper::Helper, std::string> helper = keeper::Helper::fork();
  if (!helper) {
    std::cerr << "paddock: " << helper.error() << std::endl;
    return 1;
  }
  ignore_sigpipe();
  ignore_sighup();
  process::raise_file_limit();
  SourceState seen = look_at(command.config);
  config::LoadResult loaded = load_sources(command.config);
  if (!loaded.config) {
    for (const config::Diagnostic& found : loaded.diagnostics) std::cerr << config::format(found) << "\n";
    std::cerr << "paddock: not started, the configuration has errors" << std::endl;
    return 1;
  }
  auto identity = load_identity(command.tls);
  if (!identity) {
    std::cerr << "paddock: " << identity.error() << std::endl;
    return 1;
  }
  Daemon daemon(command, std::move(loaded), std::move(seen), std::move(*helper), std::move(*identity),
                manager);
  const auto listening = daemon.listen();
  if (!listening) {
    std::cerr << "paddock: " << listening.error() << std::endl;
    return 1;
  }
  daemon.run();
  return 0;
}

}  // namespace paddock::app
