#include "bench/sched_sim/books.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace paddock::sched_sim {

using scheduler::State;

Books::Books(const Trace& trace) {
  for (const Model& model : trace.models) models_[model.id];
}

void Books::note(const scheduler::Event& event, TimePoint now) {
  now_ = now;
  if (const auto* finished = std::get_if<scheduler::RequestFinished>(&event)) {
    --models_.at(model_of(finished->ticket)).in_flight;
  } else if (const auto* ready = std::get_if<scheduler::ProcessReady>(&event)) {
    models_.at(ready->model).state = State::kReady;
  } else if (const auto* exited = std::get_if<scheduler::ProcessExited>(&event)) {
    models_.at(exited->model).state = State::kStopped;
  }
}

std::vector<ModelId> Books::alive() const {
  std::vector<ModelId> out;
  for (const auto& [id, entry] : models_) {
    if (entry.state != State::kStopped) out.push_back(id);
  }
  return out;
}

std::vector<ModelId> Books::alive_by_use() const {
  std::vector<ModelId> out = alive();
  const auto key = [this](const ModelId& id) {
    const Entry& entry = models_.at(id);
    const bool in_use = entry.state == State::kStarting || entry.in_flight > 0;
    return std::pair(in_use ? TimePoint() - now_ : TimePoint() - entry.used_at, entry.generation);
  };
  std::sort(out.begin(), out.end(),
            [&](const ModelId& left, const ModelId& right) { return key(left) < key(right); });
  return out;
}

void Books::grant(const Waiter& waiter) {
  Entry& entry = models_.at(waiter.model);
  ++entry.in_flight;
  entry.used_at = now_;
  granted_[waiter.ticket] = waiter.model;
  orders_.push_back(scheduler::Grant{waiter.ticket, waiter.model, entry.generation});
}

void Books::start(const ModelId& id) {
  Entry& entry = models_.at(id);
  entry.state = State::kStarting;
  entry.generation = {++last_.value};
  orders_.push_back(scheduler::StartProcess{id, entry.generation, "request"});
}

void Books::stop(const ModelId& id) {
  Entry& entry = models_.at(id);
  entry.state = State::kStopping;
  orders_.push_back(scheduler::StopProcess{id, entry.generation, Duration(0), "swap"});
}

}  // namespace paddock::sched_sim
