#include "recorder.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "paddock/base/text.h"

namespace paddock::app {

namespace {

std::uint64_t rows_in_memory(const config::Config& config) {
  return static_cast<std::uint64_t>(std::max(config.metrics_max_in_memory, 1));
}

store::Activity::Options options_of(const config::Config& config, std::function<void(std::uint64_t)> stored) {
  store::Activity::Options options;
  options.path = config.store_path;
  options.stored = std::move(stored);
  options.most_in_memory = rows_in_memory(config);
  return options;
}

}  // namespace

Recorder::Recorder(const config::Config& config, std::function<void(std::uint64_t id)> stored,
                   std::function<void(const metrics::Row&)> answered)
    : answered_(std::move(answered)), activity_(options_of(config, std::move(stored))) {}

void Recorder::change(const config::Config& config) { activity_.keep_in_memory(rows_in_memory(config)); }

void Recorder::finished(const metrics::Row& row) {
  // At a level that is mostly off: a busy daemon would write of little else.
  if (spdlog::should_log(spdlog::level::debug)) {
    spdlog::debug("request {} for {}: {} {} {} after {} ms, {} tokens in, {} out{}{}", row.id, row.model,
                  row.method, printable(row.path), row.status, row.duration_ms, row.usage.input,
                  row.usage.output, row.code.empty() ? "" : ", ", row.code);
  }
  counters_.finished(row);
  answered_(row);
  activity_.add(row);
}

router::LaunchHooks Recorder::launch_hooks() {
  router::LaunchHooks hooks;
  hooks.starting = [this](const ModelId& model, const std::string& reason) {
    counters_.starting(model.str(), reason);
  };
  hooks.ready = [this](const ModelId& model, Duration load) { counters_.ready(model.str(), load); };
  hooks.failed = [this](const ModelId& model, const char* kind) { counters_.failed(model.str(), kind); };
  hooks.crashed = [this](const ModelId& model, const char* kind) { counters_.crashed(model.str(), kind); };
  hooks.stopping = [this](const ModelId& model, const std::string& reason) {
    counters_.stopping(model.str(), reason);
  };
  return hooks;
}

}  // namespace paddock::app
