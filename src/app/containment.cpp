#include "containment.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace paddock::app {

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

std::string state_folder(const config::Config& config) {
  if (!config.state_dir.empty()) return config.state_dir;
  return keeper::default_state_folder(variable, ::geteuid() == 0);
}

std::optional<keeper::State> contain(keeper::Helper& helper, const config::Config& config) {
  keeper::Places places;
  places.cgroups = keeper::usable_cgroups();
  std::optional<keeper::State> out;
  auto state = keeper::State::open(state_folder(config));
  if (state) {
    for (const std::string& found : state->sweep()) spdlog::warn("{}", found);
    places.records = state->records();
    out = std::move(*state);
  } else {
    spdlog::warn("{}", state.error());
  }
  helper.use(std::move(places));
  return out;
}

}  // namespace paddock::app
