// Load, unload, restart, cancel of a load.
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

using Operation = Routed;

TEST_F(Operation, LoadIsDoneWhenReady) {
  Ended one, two;
  router->load(ModelId("a"), one.handler());
  router->load(ModelId("a"), two.handler());
  pump();
  EXPECT_FALSE(one.outcome);
  EXPECT_EQ(status("a").launches[0].reason, "load");
  ready("a", 1);
  EXPECT_TRUE(one.ok());
  EXPECT_TRUE(two.ok());
}

// What a preload at start asks for.
TEST_F(Operation, LoadsOfModelsThatFitGoSideBySide) {
  make({model_options("a"), model_options("b")}, together());
  Ended one, two;
  router->load(ModelId("a"), one.handler());
  router->load(ModelId("b"), two.handler());
  pump();
  EXPECT_EQ(launcher->starts.size(), 2u);
  failed("a", 1, process::FailureClass::kFileMissing);
  ready("b", 2);
  EXPECT_EQ(one.code(), RejectCode::kStartFailed);
  EXPECT_TRUE(two.ok()) << "one that fails harms no other";
}

TEST_F(Operation, LoadsOfModelsThatDoNotFitComeInTheirOrder) {
  Ended one, two;
  router->load(ModelId("a"), one.handler());
  router->load(ModelId("b"), two.handler());
  pump();
  ASSERT_EQ(launcher->starts.size(), 1u);
  ready("a", 1);
  EXPECT_TRUE(one.ok());
  EXPECT_EQ(launcher->stops.size(), 1u);
  exited("a", 1);
  ready("b", 2);
  EXPECT_TRUE(two.ok());
}

TEST_F(Operation, LoadTellsWhyItFailed) {
  Ended load;
  router->load(ModelId("a"), load.handler());
  pump();
  failed("a", 1, process::FailureClass::kFileMissing);
  EXPECT_EQ(load.code(), RejectCode::kStartFailed);
  EXPECT_EQ(load.outcome->error->detail.kind, "file_missing");
}

TEST_F(Operation, OnAnUnknownModelIsAnError) {
  Ended load, unload, restart, cancel;
  router->load(ModelId("x"), load.handler());
  router->unload({ModelId("a"), ModelId("x")}, UnloadMode::kDrain, unload.handler());
  router->restart(ModelId("x"), restart.handler());
  router->cancel_load(ModelId("x"), cancel.handler());
  pump();
  for (const Ended* ended : {&load, &unload, &restart, &cancel}) {
    EXPECT_EQ(ended->code(), RejectCode::kModelNotFound);
  }
}

TEST_F(Operation, UnloadDrains) {
  const auto client = acquire("a");
  ready("a", 1);
  Ended unload;
  router->unload({ModelId("a")}, UnloadMode::kDrain, unload.handler());
  pump();
  EXPECT_TRUE(launcher->stops.empty());
  EXPECT_FALSE(client->lease.upstream()->revoked());
  finish(client);
  EXPECT_EQ(launcher->stops.size(), 1u);
  EXPECT_FALSE(unload.outcome);
  exited("a", 1);
  EXPECT_TRUE(unload.ok());
}

TEST_F(Operation, UnloadNowRevokes) {
  const auto client = acquire("a");
  ready("a", 1);
  Ended unload;
  router->unload({}, UnloadMode::kNow, unload.handler());
  pump();
  EXPECT_TRUE(client->lease.upstream()->revoked());
  exited("a", 1, {{}, 15});
  EXPECT_TRUE(unload.ok());
  EXPECT_EQ(status("a").launches[0].failure.kind, "");  // as ordered: no crash
}

TEST_F(Operation, WhatHasDrainedIsRetired) {
  const auto client = acquire("a");
  ready("a", 1);
  acquire("b");
  finish(client);
  EXPECT_EQ(launcher->stops.size(), 1u);
  EXPECT_THAT(launcher->retired, ::testing::ElementsAre(Generation{1}));
}

TEST_F(Operation, WhatIsCutOrNeverServedIsNot) {
  const auto client = acquire("a");
  ready("a", 1);
  Ended unload;
  router->unload({}, UnloadMode::kNow, unload.handler());
  pump();
  exited("a", 1);
  finish(client);
  acquire("a");
  Ended cancel;
  router->cancel_load(ModelId("a"), cancel.handler());
  pump();
  EXPECT_EQ(launcher->stops.size(), 2u);
  EXPECT_THAT(launcher->retired, ::testing::IsEmpty());
}

TEST_F(Operation, UnloadRejectsWhoWaits) {
  const auto client = acquire("a");
  Ended unload;
  router->unload({ModelId("a")}, UnloadMode::kDrain, unload.handler());
  pump();
  ASSERT_TRUE(client->error);
  EXPECT_EQ(client->error->code, RejectCode::kUnloaded);
}

TEST_F(Operation, RestartEndsReady) {
  acquire("a");
  ready("a", 1);
  pump();
  Ended restart;
  router->restart(ModelId("a"), restart.handler());
  pump();
  exited("a", 1);
  ASSERT_EQ(launcher->starts.size(), 2u);
  EXPECT_EQ(launcher->starts[0].spec.endpoint, launcher->starts[1].spec.endpoint);  // sticky port
  ready("a", 2);
  EXPECT_TRUE(restart.ok());
}

TEST_F(Operation, CancelEndsALoad) {
  Ended load, cancel;
  router->load(ModelId("a"), load.handler());
  router->cancel_load(ModelId("a"), cancel.handler());
  pump();
  EXPECT_EQ(load.code(), RejectCode::kUnloaded);
  EXPECT_FALSE(cancel.outcome);
  exited("a", 1, {{}, 15});
  EXPECT_TRUE(cancel.ok());
  EXPECT_EQ(status("a").launches[0].reason, "load cancelled");
}

}  // namespace
}  // namespace paddock::router
