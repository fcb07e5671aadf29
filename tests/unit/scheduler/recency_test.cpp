// Who is evicted when the policy leaves a choice: who was used least recently when the claim was made.
#include <gtest/gtest.h>

#include "tests/unit/scheduler/fixture.h"

namespace paddock::scheduler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Any two of a, b and c.
class Recency : public Driven {
 protected:
  void SetUp() override { start(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}})); }
  void start(Options options) { make(std::move(options), matrix_of("a & b | b & c | c & a", "abc")); }

  void lending() {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}});
    options.gates = true;
    start(std::move(options));
  }

  OpenGate opened(const char* model, std::uint64_t g) { return {ModelId(model), gen(g)}; }
  CloseGate closing(const char* model, std::uint64_t g) { return {ModelId(model), gen(g)}; }
  Effects closed(const char* model, std::uint64_t g, int idle_since) {
    return on(GateClosed{ModelId(model), gen(g), at(idle_since)});
  }
};

TEST_F(Recency, TheLeastRecentlyUsedGoes) {
  serving(1, "b", 1);
  serving(2, "c", 2);
  now = at(10);
  finish(2);
  now = at(20);
  finish(1);
  EXPECT_THAT(arrive(3, "a"), ElementsAre(stopped("c", 2, "swap to a")));
}

TEST_F(Recency, AUseSinceTheStartCounts) {
  serving(1, "b", 1);
  serving(2, "c", 2);
  finish(1);
  finish(2);
  now = at(10);
  arrive(3, "b");
  now = at(20);
  arrive(4, "c");
  finish(3);
  finish(4);
  now = at(30);
  arrive(5, "b");
  finish(5);
  EXPECT_THAT(arrive(6, "a"), ElementsAre(stopped("c", 2, "swap to a")));
}

// Whoever had just answered would be the more recent one, and the other the victim, for ever.
TEST_F(Recency, ModelsInUseAllTheTimeDoNotTakeTurnsAsVictims) {
  serving(1, "b", 1);
  serving(2, "c", 2);
  arrive(3, "c");
  now = at(10);
  EXPECT_THAT(arrive(4, "a"), IsEmpty());
  now = at(20);
  EXPECT_THAT(arrive(5, "b"), ElementsAre(granted(5, "b", 1)));
  EXPECT_THAT(arrive(6, "c"), IsEmpty()) << "it is the victim";
  now = at(30);
  EXPECT_THAT(finish(2), IsEmpty()) << "it has just been used, and stays the victim";
  EXPECT_THAT(arrive(7, "b"), ElementsAre(granted(7, "b", 1)));
  now = at(40);
  EXPECT_THAT(finish(3), ElementsAre(stopped("c", 2, "swap to a")));
}

// With d beside it, c could stay with two instead of b alone.
TEST_F(Recency, WhatStartsDoesNotChangeTheVictim) {
  make(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}, {ModelId("d")}}),
       matrix_of("a & b | a & c & d | b & c & d", "abcd", {2, 1, 1, 1}));
  serving(1, "b", 1);
  serving(2, "c", 2);
  EXPECT_THAT(arrive(3, "a"), IsEmpty());
  EXPECT_THAT(arrive(4, "d"), IsEmpty()) << "it would fit beside b and c";
  EXPECT_THAT(arrive(5, "b"), ElementsAre(granted(5, "b", 1)));
  EXPECT_THAT(finish(2), ElementsAre(stopped("c", 2, "swap to a")));
}

// A use through the gate is known only once the gate is closed.
TEST_F(Recency, LearnsOfUsesThroughGatesBeforeItEvicts) {
  lending();
  serving(1, "b", 1);
  finish(1);
  now = at(10);
  serving(2, "c", 2);
  finish(2);
  now = at(60);
  EXPECT_THAT(arrive(3, "a"), ElementsAre(closing("b", 1), closing("c", 2)));
  EXPECT_THAT(closed("b", 1, 50), IsEmpty()) << "who of the two was used last is not known yet";
  EXPECT_THAT(closed("c", 2, 12), ElementsAre(stopped("c", 2, "swap to a"), opened("b", 1)));
}

TEST_F(Recency, WhoIsIdleGoesBeforeWhoIsBusy) {
  lending();
  serving(1, "b", 1);
  finish(1);
  now = at(10);
  serving(2, "c", 2);
  finish(2);
  now = at(60);
  EXPECT_THAT(arrive(3, "a"), ElementsAre(closing("b", 1), closing("c", 2)));
  EXPECT_THAT(on(GateInUse{ModelId("b"), gen(1)}), IsEmpty());
  EXPECT_THAT(closed("c", 2, 55), ElementsAre(stopped("c", 2, "swap to a")));
  EXPECT_THAT(closed("b", 1, 62), ElementsAre(opened("b", 1)));
}

}  // namespace
}  // namespace paddock::scheduler
