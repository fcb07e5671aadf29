// What becomes of models that run, or that somebody waits for, when the models change.
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

namespace {

constexpr const char* kChanged = "the configuration has changed";
constexpr const char* kRemoved = "removed from the configuration";

// Whether these are as the rule leaves them, whichever of them came last.
bool may_be_together(const EvictionPolicy& policy, const std::vector<ModelId>& models) {
  return std::any_of(models.begin(), models.end(), [&](const ModelId& last) {
    std::vector<ModelId> others;
    std::copy_if(models.begin(), models.end(), std::back_inserter(others),
                 [&](const ModelId& model) { return model != last; });
    return policy.evictions(last, others).empty();
  });
}

}  // namespace

void Scheduler::Core::handle(const ModelsChanged& event) {
  if (shutting_down_) return;
  ++epoch_;
  std::unordered_set<ModelId> named, before;
  for (const Model& model : models_) {
    if (!model.removed) before.insert(model.options.id);
  }
  for (const ModelOptions& options : event.options.models) named.insert(options.id);
  // First of all, while the rule is the one that it ran under.
  for (Model& model : models_) {
    if (!model.removed && !named.contains(model.options.id)) remove(model, before);
  }
  policy_ = event.policy;
  max_wait_ = event.options.max_wait;
  min_residency_ = event.options.min_residency;
  for (const ModelOptions& options : event.options.models) {
    Model* model = find(options.id);
    model ? change(*model, options) : add(options);
  }
  part();
  // Not before all is as it will be: what is decided on the way would be decided by half of it.
  for (Model& model : models_) settle_change(model);
  examine();
}

void Scheduler::Core::handle(const KeepAliveSet& event) {
  Model* model = find_named(event.model);
  if (!model || shutting_down_) return;
  disarm(*model);
  model->keep_alive = event.ttl;
  if (model->serving() && !model->busy()) arm(*model, idle_end(*model));
}

void Scheduler::Core::add(const ModelOptions& options) {
  models_.emplace_back();
  models_.back().options = options;
  by_id_.emplace(options.id, &models_.back());
}

void Scheduler::Core::change(Model& model, const ModelOptions& options) {
  if (std::exchange(model.removed, false)) {
    --removed_;
    model.last_rule.reset();
    if (model.drain_reason == kRemoved) model.draining = false;
  }
  if (model.options.launch != options.launch) release(model);
  if (model.options.ttl != options.ttl) disarm(model);
  model.options = options;
}

void Scheduler::Core::settle_change(Model& model) {
  if (model.outdated() && model.state == State::kStarting) {
    model.restarting = !model.queue.empty();
    return stop(model, model.options.unload_grace, kChanged);
  }
  if (model.state != State::kReady || model.busy() || model.draining) return;
  if (model.outdated()) return renew(model);
  if (!model.timer) arm(model, idle_end(model));
}

void Scheduler::Core::remove(Model& model, const std::unordered_set<ModelId>& known) {
  model.known = known;
  model.last_rule = policy_;
  release(model);
  end_waiters(model, RejectReason::kUnknownModel);
  model.keep_alive.reset();
  model.removed = true;
  ++removed_;
  if (!model.draining) drain(model, kRemoved);
}

// Stops it and starts it again in its place. Nobody need wait for that.
void Scheduler::Core::renew(Model& model) {
  ++epoch_;
  model.restarting = true;
  drain(model, kChanged);
  Entry entry;
  entry.reason = "reload";
  entry.renewal = true;
  admit(model, entry);
}

// Of what runs together, or is about to come back into its place, and may not any more, the least recently
// used goes.
void Scheduler::Core::part() {
  Models live;
  for (Model* model : running_) {
    if (model->restarting || (model->live() && !model->leaves())) live.push_back(model);
  }
  const auto worth = [this](const Model* m) {
    return std::make_tuple(m->options.pinned, in_use(*m), m->used_at);
  };
  std::stable_sort(live.begin(), live.end(),
                   [&](const Model* left, const Model* right) { return worth(left) > worth(right); });
  std::vector<ModelId> kept;
  for (Model* model : live) {
    kept.push_back(model->options.id);
    if (may_be_together(*policy_, kept)) continue;
    kept.pop_back();
    drop_renewal(*model);
    model->restarting = false;
    drain(*model, kChanged);
  }
}

void Scheduler::Core::drop_renewal(Model& model) {
  const auto renewal =
      std::find_if(model.queue.begin(), model.queue.end(), [](const Entry& entry) { return entry.renewal; });
  if (renewal != model.queue.end()) leave(model, renewal);
}

void Scheduler::Core::forget_removed() {
  const auto is_done = [this](const Model& model) {
    if (!model.removed || model.state != State::kStopped || model.gate != Gate::kClosed) return false;
    return std::none_of(tickets_.begin(), tickets_.end(),
                        [&model](const auto& one) { return one.second.model == &model; });
  };
  for (auto it = models_.begin(); it != models_.end();) {
    const auto model = it++;
    if (!is_done(*model)) continue;
    by_id_.erase(model->options.id);
    models_.erase(model);
    --removed_;
  }
}

}  // namespace paddock::scheduler
