#include "tickets.h"

#include <utility>

namespace paddock::router {

void Tickets::add(TicketId ticket, std::shared_ptr<Waiter> waiter) {
  waiters_.emplace(ticket, std::move(waiter));
}

std::shared_ptr<Waiter> Tickets::take(TicketId ticket) {
  const auto it = waiters_.find(ticket);
  if (it == waiters_.end()) return nullptr;
  std::shared_ptr<Waiter> out = std::move(it->second);
  waiters_.erase(it);
  return out;
}

void Tickets::reject_all(const RouteError& error) {
  for (const auto& [ticket, waiter] : std::exchange(waiters_, {})) waiter->rejected(error);
}

OpId Operations::add(ModelId model, OutcomeHandler done) {
  ++last_.value;
  operations_.emplace(last_, Operation{std::move(model), std::move(done)});
  return last_;
}

Operations::Operation Operations::take(OpId op) {
  const auto it = operations_.find(op);
  if (it == operations_.end()) return {};
  Operation out = std::move(it->second);
  operations_.erase(it);
  return out;
}

}  // namespace paddock::router
