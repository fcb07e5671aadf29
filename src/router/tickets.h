// Tickets: who waits for an answer, by ticket or by operation.
//
// The race between a cancel and a grant ends here: an answer takes the Waiter out, so it gets exactly one
// call, and a cancel that comes after finds nobody. Control thread only.
#pragma once

#include <memory>
#include <unordered_map>

#include "paddock/base/ids.h"
#include "paddock/router/router.h"

namespace paddock::router {

class Tickets {
 public:
  void add(TicketId ticket, std::shared_ptr<Waiter> waiter);
  bool waits(TicketId ticket) const { return waiters_.contains(ticket); }
  // Null if it was answered already.
  std::shared_ptr<Waiter> take(TicketId ticket);
  // Answers all who are left.
  void reject_all(const RouteError& error);

 private:
  std::unordered_map<TicketId, std::shared_ptr<Waiter>> waiters_;
};

class Operations {
 public:
  struct Operation {
    ModelId model;  // empty when it concerns several
    OutcomeHandler done;
  };

  OpId add(ModelId model, OutcomeHandler done);
  // An empty handler if there is none.
  Operation take(OpId op);

 private:
  OpId last_;
  std::unordered_map<OpId, Operation> operations_;
};

}  // namespace paddock::router
