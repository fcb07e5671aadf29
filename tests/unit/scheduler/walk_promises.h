// What must hold in a random walk, whatever happens: the promises of scheduler.h, checked against the world
// alone. Of the scheduler it sees the orders, the notes about room and the view that everybody gets, never
// how it came to them; of the policy it has one of its own. It changes nothing in the world. What does not
// hold fails the running test.
//
// For each event: before(), then judge() for each order before the world takes it, then after(). The world
// must outlive it.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "tests/unit/scheduler/walk_world.h"

namespace paddock::scheduler::walk {

class Promises {
 public:
  Promises(const World& world, std::unique_ptr<EvictionPolicy> policy);

  void before(const Event& event);
  void judge(const Effect& order);
  void after(const View& view);
  // Every request that got a place has ended and every process did what it was told.
  void at_the_end(const View& view) const;

 private:
  // When an order is given.
  void judge_one(const Grant& e) const;
  void judge_one(const Reject& e);
  void judge_one(const StartProcess& e);
  void judge_one(const StopProcess& e);
  void judge_one(const Revoke&) const {}
  void judge_one(const OpenGate& e) const;
  void judge_one(const CloseGate& e) const;
  void judge_one(const Prefetch& e) const;
  void judge_one(const EndPrefetch& e) const;
  void judge_one(const ArmTimer& e) const;
  void judge_one(const CancelTimer& e) const;
  void judge_one(const OperationDone& e) const;
  void judge_one(const Note& e);
  void expect_known(const ModelId& model) const;
  void comes_again(const ProcessFailed& event);
  void expect_in_order(const ModelId& model) const;
  void expect_first_of_its_model(const Grant& e) const;
  void expect_no_overdue_claim_on(const Grant& e) const;
  void expect_full_queue(const Reject& e) const;
  void expect_held(const Reject& e) const;
  void expect_may_be_evicted(const StopProcess& e) const;

  // Between events.
  void check_overdue(const View& view) const;
  void check_model(const ModelView& m) const;
  void check_gate(const ModelView& m) const;

  bool fits(const Claim& claim, const ModelId& model) const;
  bool is_pinned_out(const Claim& claim) const;
  bool something_must_stay(const Claim& claim) const;
  bool holds_up(const Claim& claim, const ModelId& model) const;
  bool was_begun_for(Generation generation, TicketId ticket) const;

  const World& world_;
  std::unique_ptr<EvictionPolicy> policy_;
  std::set<ModelId> restarting_;
  std::set<ModelId> renewed_;      // were stopped to come again with another launch
  std::set<Generation> renewals_;  // the launches with which they came
  std::map<Generation, TicketId> begun_for_;
  std::set<ModelId> committed_, committed_before_;  // room is being made; also before the event at hand
  ModelId loaded_;                                  // whose load the event at hand ends
};

}  // namespace paddock::scheduler::walk
