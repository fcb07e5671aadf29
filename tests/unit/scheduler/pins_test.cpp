// Pinned models never make room for a request; a model that leaves anyway makes it before others do.
#include "tests/unit/scheduler/fair.h"

namespace paddock::scheduler {
namespace {

struct Pins : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}});
    options.models[0].pinned = true;
    options.max_wait = seconds(0);
    make(std::move(options), std::make_unique<CasePolicy>());
  }
  Reject pinned_out(std::uint64_t t, const char* model) {
    Reject out = rejected(t, model, RejectReason::kPinned);
    out.pins = {ModelId("a")};
    return out;
  }
};

TEST_F(Pins, AreNeverEvictedAndRefuseAtOnce) {
  serving(1, "a", 1);
  finish(1);
  EXPECT_EQ(arrive(2, "b"), Effects({pinned_out(2, "b")}));
  EXPECT_EQ(arrive(3, "A"), Effects({started("A", 2)})) << "it fits beside";
}

TEST_F(Pins, RefuseThoseWhoWaitWhenTheyAreLoaded) {
  serving(1, "b", 1);
  arrive(2, "a");
  finish(1);
  arrive(3, "b");
  EXPECT_EQ(exited("b", 1), Effects({started("a", 2), pinned_out(3, "b")}));
}

TEST_F(Pins, GoWhenAPersonUnloadsThem) {
  serving(1, "a", 1);
  unload(1, "a");
  EXPECT_EQ(arrive(2, "b"), Effects()) << "it is leaving";
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("b", 2)}));
}

// Its place stays its own, whatever comes.
TEST_F(Pins, HoldTheirPlaceThroughARestart) {
  Options options = options_for({{ModelId("a")}, {ModelId("b")}});
  options.models[0].pinned = true;
  options.models[1].priority = 1;
  with(std::move(options));
  serving(1, "a", 1);
  on(RestartRequested{op(1), ModelId("a")});
  EXPECT_EQ(arrive(2, "b"), Effects({pinned_out(2, "b")}));
  finish(1);
  arrive(3, "b");
  EXPECT_EQ(exited("a", 1), Effects({started("a", 2, "restart"), pinned_out(3, "b")}));
}

// However many wait: who can never be served hears it, and nothing is held for it.
TEST_F(Pins, AreHonouredBehindAnyNumberOfClaims) {
  std::vector<ModelOptions> models;
  GroupPolicy::Group many{true, false, false, {}};
  for (int i = 0; i < 40; ++i) many.members.push_back(ModelId("m" + std::to_string(i)));
  for (const ModelId& id : many.members) models.push_back({id});
  models.push_back({ModelId("a")});
  models.back().pinned = true;
  models.push_back({ModelId("q")});
  GroupPolicy::Group two{true, false, false, {ModelId("a"), ModelId("q")}};
  make(options_for(std::move(models)), std::make_unique<GroupPolicy>(std::vector{many, two}));
  serving(1, "m0", 1);
  serving(2, "a", 2);
  for (std::uint64_t i = 1; i < 40; ++i) arrive(100 + i, ("m" + std::to_string(i)).c_str());
  EXPECT_EQ(arrive(50, "q"), Effects({pinned_out(50, "q")}));
  EXPECT_EQ(arrive(51, "a"), Effects({granted(51, "a", 2)}));
}

struct Leaving : Fair {
  void SetUp() override {
    Options options = options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("A")}});
    make(std::move(options), matrix_of("a & b | b & A | A & a", "abA"));
  }
};

TEST_F(Leaving, WhatIsUnloadedAnywayIsWaitedForInsteadOfEvictingAnother) {
  serving(1, "a", 1);
  serving(2, "b", 2);
  finish(2);
  unload(1, "a");  // when its request has ended
  EXPECT_EQ(arrive(3, "A"), Effects());
  EXPECT_EQ(finish(1), Effects({stopped("a", 1, "unload")}));
  EXPECT_EQ(exited("a", 1), Effects({done(1), started("A", 3)}));
  EXPECT_EQ(view("b").state, State::kReady);
}

}  // namespace
}  // namespace paddock::scheduler
