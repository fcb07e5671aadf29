// Who waits for a model, and who is let in.
#include <iterator>
#include <utility>

#include "core.h"

namespace paddock::scheduler {

void Scheduler::Core::admit(Model& model, Entry entry) {
  entry.since = now_;
  entry.number = ++last_number_;
  const bool first = model.queue.empty();
  if (lets_in(model, entry) && (first || entry.op || entry.renewal)) {
    if (entry.ticket) tickets_[entry.ticket].model = &model;
    return serve(model, entry);
  }
  if (entry.ticket) {
    if (const auto reason = refusal(model)) return reject(model, entry.ticket, *reason);
    tickets_[entry.ticket].model = &model;
  }
  enter(model, entry);
  if (entry.ticket) tickets_.at(entry.ticket).place = std::prev(model.queue.end());
  if (first) examine();  // otherwise, whatever keeps the one before it waiting keeps this one waiting
}

void Scheduler::Core::enter(Model& model, const Entry& entry) {
  if (model.queue.empty()) {
    model.claimed_at = now_;
    model.room_epoch = 0;
  }
  model.queue.push_back(entry);
  ++queued_;
  if (entry.ticket) ++model.waiting;
}

// Why a request may not even wait.
std::optional<RejectReason> Scheduler::Core::refusal(const Model& model) const {
  const bool comes = model.state == State::kStarting || model.serving();
  if (frozen_ && !comes) return RejectReason::kFrozen;
  if (is_held(model) && !comes) return RejectReason::kCrashLoop;
  if (model.waiting >= model.options.queue_limit) return RejectReason::kQueueFull;
  return std::nullopt;
}

bool Scheduler::Core::lets_in(const Model& model, const Entry& entry) const {
  if (!model.serving()) return false;
  return entry.op || entry.renewal || (!model.full() && entry.number < model.barrier);
}

void Scheduler::Core::serve(Model& model, const Entry& entry) {
  if (entry.use == Use::kWork) {
    disarm(model);
    model.used_at = now_;
  }
  if (entry.ticket) {
    Ticket& ticket = tickets_.at(entry.ticket);
    ticket.generation = model.generation;
    ticket.use = entry.use;
    if (model.in_flight++ == 0) ++epoch_;
    return emit(Grant{entry.ticket, model.options.id, model.generation});
  }
  ++epoch_;
  if (entry.op) emit(OperationDone{entry.op, std::nullopt, {}, {}});
  if (!model.busy()) arm(model, now_ + model.ttl());
}

void Scheduler::Core::serve_waiters(Model& model) {
  while (!model.queue.empty() && lets_in(model, model.queue.front())) {
    const Entry entry = model.queue.front();
    leave(model, model.queue.begin());
    serve(model, entry);
  }
}

// All who wait for what was just loaded, also those behind waiters of other models.
void Scheduler::Core::serve_joined(Model& model) {
  for (auto it = model.queue.begin(); it != model.queue.end();) {
    const auto place = it++;
    const Entry entry = *place;
    const bool joined = entry.since <= model.join_until || entry.number == model.asked;
    if (!(joined && !model.full()) && !lets_in(model, entry)) continue;
    leave(model, place);
    serve(model, entry);
  }
}

void Scheduler::Core::leave(Model& model, Queue::iterator place) {
  --queued_;
  if (place->ticket) --model.waiting;
  // Others may have waited longer than whoever is next here.
  if (place == model.queue.begin()) model.committed = false;
  model.queue.erase(place);
  if (!model.queue.empty()) return;
  model.noted = false;
  end_prefetch(model);
  if (std::exchange(model.restarting, false)) ++epoch_;
}

void Scheduler::Core::end_waiters(Model& model, RejectReason reason, Generation generation,
                                  const std::vector<ModelId>& pins) {
  while (!model.queue.empty()) {
    const Entry entry = model.queue.front();
    leave(model, model.queue.begin());
    end_entry(model, entry, reason, generation, pins);
  }
}

void Scheduler::Core::end_requests(Model& model, RejectReason reason) {
  for (auto it = model.queue.begin(); it != model.queue.end();) {
    const auto place = it++;
    if (!place->ticket) continue;
    const TicketId ticket = place->ticket;
    leave(model, place);
    tickets_.erase(ticket);
    reject(model, ticket, reason);
  }
}

// Those that waited for a place on a model that has gone meanwhile.
void Scheduler::Core::end_glances(Model& model) {
  for (auto it = model.queue.begin(); it != model.queue.end();) {
    const auto place = it++;
    if (place->use != Use::kGlance) continue;
    const Entry entry = *place;
    leave(model, place);
    end_entry(model, entry, RejectReason::kNotLoaded, {}, {});
  }
}

void Scheduler::Core::reject(const Model& model, TicketId ticket, RejectReason reason) {
  Reject out{ticket, model.options.id, reason, {}, {}};
  if (reason == RejectReason::kCrashLoop) {
    out.generation = model.failed;
    out.held = {model.failures, model.held_until - now_};
  }
  emit(std::move(out));
}

void Scheduler::Core::end_entry(const Model& model, const Entry& entry, RejectReason reason,
                                Generation generation, const std::vector<ModelId>& pins) {
  if (entry.op) return emit(OperationDone{entry.op, reason, generation, pins});
  if (!entry.ticket) return;
  tickets_.erase(entry.ticket);
  emit(Reject{entry.ticket, model.options.id, reason, generation, pins});
}

}  // namespace paddock::scheduler
