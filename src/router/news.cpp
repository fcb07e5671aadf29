// What launches tell.
#include <spdlog/spdlog.h>

#include <utility>

#include "impl.h"
#include "paddock/base/text.h"

namespace paddock::router {

void Router::Impl::spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) {
  spdlog::debug("model {} runs as process {}", model.str(), pid);
  launches_.spawned(generation, pid, std::move(pidfd));
  news_.fetch_add(1, std::memory_order_relaxed);
}

void Router::Impl::ready(const ModelId& model, Generation generation, const process::Ready& ready) {
  launches_.ready(generation, ready);
  on_another_port_.erase(model);
  gates_.at(model).set_state(ModelState::kReady);
  if (Launch* launch = launches_.find(generation)) {
    spdlog::info("model {} ready after {} ms", model.str(), launch->age().count());
    if (options_.launches.ready) options_.launches.ready(model, launch->age());
    watch_for_stalls(*launch);
  }
  if (!ready.outsider.empty() && with_outsiders_.insert(model).second) {
    spdlog::info("port {} of model {} is listened on by {}, which is none of the processes started for it",
                 ready.port, model.str(), ready.outsider);
  }
  loop_.push(scheduler::ProcessReady{model, generation});
}

void Router::Impl::failed(const ModelId& model, Generation generation, const process::StartFailure& failure) {
  launches_.failed(generation, failure);
  gates_.at(model).set_state(ModelState::kStopping);
  spdlog::warn("model {} failed to start: {} ({})", model.str(), failure.message,
               process::class_name(failure.kind));
  if (options_.launches.failed) options_.launches.failed(model, process::class_name(failure.kind));
  const bool again = may_have_another_port(model, failure.kind);
  if (again) spdlog::info("model {} starts once more, on another port", model.str());
  loop_.push(
      scheduler::ProcessFailed{model, generation, failure.message, options_.back_off(failure.kind), again});
}

// A port that looked free may be none for this engine: somebody was quicker, or the kernel still holds
// connections of a server that bound it with another of SO_REUSEADDR and SO_REUSEPORT (whisper-server after
// llama-server, for a minute). Once, since whatever else the engine means by that will not go away.
bool Router::Impl::may_have_another_port(const ModelId& model, process::FailureClass kind) {
  if (kind != process::FailureClass::kPortTaken) return false;
  if (on_another_port_.insert(model).second && runner_.give_another_port(model)) return true;
  on_another_port_.erase(model);
  return false;
}

void Router::Impl::exited(const ModelId& model, Generation generation, const process::Ending& ending) {
  const std::string text = process::describe(ending.status);
  cut_elsewhere(generation, ending);
  gates_.at(model).set_state(ModelState::kStopped);
  const std::shared_ptr<const Launch> launch = launches_.exited(generation, ending);
  if (launch && !launch->stop_ordered && launch->was_ready()) {
    spdlog::warn("model {} crashed after {} s: {} ({})", model.str(), launch->age().count() / 1000,
                 ending.message, process::class_name(ending.kind));
    if (options_.launches.crashed) options_.launches.crashed(model, process::class_name(ending.kind));
  } else {
    spdlog::info("model {} exited: {}", model.str(), text);
  }
  loop_.push(scheduler::ProcessExited{model, generation, text, back_off(launch.get(), ending)});
}

void Router::Impl::ended(const ModelId& model, Generation generation, const process::Ending& ending) {
  cut_elsewhere(generation, ending);
  gates_.at(model).set_state(ModelState::kStopping);
  const Launch* launch = launches_.ended(generation, ending);
  loop_.push(scheduler::ProcessEnded{model, generation, back_off(launch, ending)});
}

// What has served is no crash loop.
scheduler::Backoff Router::Impl::back_off(const Launch* launch, const process::Ending& ending) const {
  return launch && launch->has_served ? scheduler::Backoff{} : options_.back_off(ending.kind);
}

// The end of a process closes its connections. What serves elsewhere, such as a container, may keep them.
void Router::Impl::cut_elsewhere(Generation generation, const process::Ending& ending) {
  const Launch* launch = launches_.find(generation);
  if (!launch || !launch->upstream) return;
  Upstream& upstream = *launch->upstream;
  if (upstream.has_process() || upstream.breakage()) return;
  Breakage told;
  told.code = upstream.revoked() ? "unloaded" : "upstream_failed";
  told.message = upstream.revoked() ? "model `" + printable(launch->model.str()) + "` was unloaded meanwhile"
                                    : ending.message;
  if (!upstream.revoked()) told.detail = {process::class_name(ending.kind), {}, {}, ending.line};
  upstream.mark_broken(std::move(told));
  if (options_.on_broken) options_.on_broken();
}

void Router::Impl::noted(const ModelId&, Generation, const std::string& sentence) {
  spdlog::warn("{}", sentence);
}

}  // namespace paddock::router
