// The brake: a model that dies again and again is not started by every request.
#include <algorithm>

#include "core.h"

namespace paddock::scheduler {

void Scheduler::Core::start_failed(Model& model, const Backoff& backoff) {
  ++model.failures;
  model.failed = model.generation;
  hold(model, backoff);
}

// The first crash in a row is forgiven: the model did start, and whoever comes next is better served by a new
// start than by a refusal.
void Scheduler::Core::crashed(Model& model, const Backoff& backoff) {
  if (now_ >= model.ready_at + kSettled || backoff == Backoff{}) {
    model.failures = 0;
    return;
  }
  ++model.failures;
  model.failed = model.generation;
  if (model.failures > 1) hold(model, backoff);
}

void Scheduler::Core::hold(Model& model, const Backoff& backoff) {
  Duration time = std::min(backoff.first, backoff.most);
  for (int i = 1; i < model.failures && time < backoff.most; ++i) time = std::min(2 * time, backoff.most);
  if (time <= Duration::zero()) return;
  model.held_until = now_ + time;
  emit(Note{held_back_text(model)});
  end_requests(model, RejectReason::kCrashLoop);
}

void Scheduler::Core::release(Model& model) {
  model.failures = 0;
  model.held_until = {};
}

}  // namespace paddock::scheduler
