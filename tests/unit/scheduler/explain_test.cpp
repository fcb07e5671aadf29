// What people are told: plans and the queue. Asking never changes anything.
#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

class Explain : public Driven {
 protected:
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}});
    options.max_wait = seconds(30);
    start(std::move(options));
  }
  void start(Options options) { make(std::move(options), matrix_of("a & A | b & B")); }

  std::string plan(const char* model, std::vector<LentUse> lent = {}) {
    return text(scheduler_->plan(ModelId(model), lent, now));
  }
  std::string beside(const char* model, std::vector<ModelId> running) {
    return text(scheduler_->plan_beside(ModelId(model), running));
  }
  // `swap a A, set 2: why`
  static std::string text(const std::optional<Plan>& plan) {
    if (!plan) return "unknown";
    std::string out = action_name(plan->action);
    for (const ModelId& id : plan->evict) out += " " + id.str();
    if (!plan->set.empty()) out += ", " + plan->set + " " + std::to_string(plan->cost);
    return out + ": " + plan->reason;
  }
  std::vector<std::string> queue() {
    std::vector<std::string> out;
    for (const Waiting& one : scheduler_->queue(now)) {
      out.push_back(std::to_string(one.ticket.value) + " " + one.model.str() + ": " + one.blocked_by);
    }
    return out;
  }
};

TEST_F(Explain, EachActionHasItsReason) {
  EXPECT_EQ(plan("a"), "load, set 0: nothing must go for a");
  arrive(1, "a");
  EXPECT_EQ(plan("a"), "wait: a is being loaded");
  EXPECT_EQ(plan("b"), "wait a, set 1: b waits for a (starting, 1 waiting)");
  ready("a", 1);
  EXPECT_EQ(plan("a"), "serve: a is ready");
  EXPECT_EQ(plan("A"), "load, set 0: nothing must go for A");
  EXPECT_EQ(plan("b"), "wait a, set 1: b waits for a (ready, 1 running)");
  finish(1);
  EXPECT_EQ(plan("b"), "swap a, set 1: for b, a goes, by 'set', at a cost of 1");
  EXPECT_EQ(plan("x"), "unknown");
  EXPECT_TRUE(arrive(2, "a") == Effects({granted(2, "a", 1)})) << "asking changed nothing";
}

TEST_F(Explain, ALaterQuestionStandsBehindThoseWhoWait) {
  serving(1, "a", 1);
  arrive(2, "b");
  EXPECT_EQ(plan("A"), "wait, set 0: A waits for b (stopped, 1 waiting)");
  now = at(30);
  EXPECT_EQ(plan("a"), "wait: a makes room for a model that was asked for earlier");
}

TEST_F(Explain, KnowsWhoIsInsideAGate) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}});
  options.gates = true;
  start(std::move(options));
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(plan("b", {{ModelId("a"), true, at(0)}}), "wait a, set 1: b waits for a (ready, in use)");
  EXPECT_EQ(plan("b", {{ModelId("a"), false, at(0)}}),
            "swap a, set 1: for b, a goes, by 'set', at a cost of 1");
  EXPECT_EQ(arrive(2, "b"), Effects({CloseGate{ModelId("a"), gen(1)}})) << "the gate is as it was";
}

TEST_F(Explain, WhatWouldBeBesideOthers) {
  EXPECT_EQ(beside("b", {}), "load, set 0: nothing must go for b");
  EXPECT_EQ(beside("b", {ModelId("a"), ModelId("A")}),
            "swap a A, set 2: for b, a, A go, by 'set', at a cost of 2");
  EXPECT_EQ(beside("b", {ModelId("b")}), "serve: b is ready");
  EXPECT_EQ(beside("b", {ModelId("x")}), "unknown");
  EXPECT_EQ(beside("x", {}), "unknown");
}

TEST_F(Explain, Refusals) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}});
  options.models[0].pinned = true;
  options.models[1].queue_limit = 0;
  start(std::move(options));
  EXPECT_EQ(beside("B", {ModelId("a")}), "refuse a, set 0: B has no place beside what is pinned: a");
  serving(1, "a", 1);
  EXPECT_EQ(plan("B"), "refuse a, set 0: B has no place beside what is pinned: a");
  EXPECT_EQ(plan("b"), "refuse: the queue of b is full");
  on(FreezeRequested{op(1)});
  EXPECT_EQ(plan("A"), "refuse: A is not loaded, and loading is frozen");
}

TEST_F(Explain, AShutdown) {
  on(ShutdownRequested{op(1)});
  EXPECT_EQ(plan("a"), "refuse: paddock is shutting down");
}

TEST_F(Explain, AModelThatMustStay) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}});
  options.min_residency = seconds(10);
  start(std::move(options));
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(plan("b"), "wait a, set 1: b waits for a (ready, too young to go)");
}

TEST_F(Explain, TheQueueSaysWhoWaitsForWhat) {
  EXPECT_TRUE(queue().empty());
  serving(1, "a", 1);
  arrive(2, "b");
  arrive(3, "B");
  arrive(4, "b");
  arrive(5, "A");
  EXPECT_EQ(queue(),
            (std::vector<std::string>{
                "2 b: b waits for a (ready, 1 running)", "4 b: b waits for a (ready, 1 running)",
                "3 B: B waits for a (ready, 1 running)", "5 A: A waits for b (stopped, 2 waiting)"}));
  now = at(30);
  EXPECT_EQ(arrive(6, "a"), Effects());
  EXPECT_EQ(queue().back(), "6 a: a makes room for a model that was asked for earlier");
}

TEST_F(Explain, TheQueueOfALimitedModel) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}, {ModelId("B")}});
  options.models[0].concurrency_limit = 1;
  start(std::move(options));
  serving(1, "a", 1);
  arrive(2, "a");
  EXPECT_EQ(queue(), std::vector<std::string>{"2 a: a serves as many requests at once as it may (1)"});
}

}  // namespace
}  // namespace paddock::scheduler
