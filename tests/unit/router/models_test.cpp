// The models change under the router.
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

class ModelsChange : public Routed {
 protected:
  bool change(std::vector<ModelOptions> models) {
    Options options;
    options.models = std::move(models);
    options.max_wait = Duration(0);
    bool done = false;
    router->change_models(std::move(options), [&done] { done = true; });
    pump();
    return done;
  }
  static ModelOptions with_launch(const char* id, const char* launch) {
    ModelOptions out = model_options(id);
    out.launch = launch;
    return out;
  }
  void serve(const char* model, std::uint64_t generation) {
    const auto client = acquire(model);
    ready(model, generation);
    finish(client);
  }
};

TEST_F(ModelsChange, ANewModelIsStartedByItsOwnCommand) {
  EXPECT_EQ(acquire("c")->error->code, RejectCode::kModelNotFound);
  EXPECT_TRUE(change({model_options("a"), model_options("c")}));
  acquire("c");
  ASSERT_EQ(launcher->starts.size(), 1u);
  EXPECT_EQ(launcher->starts[0].spec.model, ModelId("c"));
  EXPECT_GE(launcher->starts[0].spec.endpoint.port, own_ports() + 2) << "the others keep theirs";
}

TEST_F(ModelsChange, ALeaseThroughAGateOutlivesTheRemovalOfItsModel) {
  serve("a", 1);
  Lease lease = try_acquire("a");
  ASSERT_TRUE(lease);
  change({model_options("b")});
  EXPECT_FALSE(try_acquire("a"));
  EXPECT_TRUE(launcher->stops.empty());
  EXPECT_EQ(status("a").in_flight, 1);
  lease = Lease();
  pump();
  EXPECT_EQ(launcher->stops.size(), 1u);
  exited("a", 1);
  EXPECT_EQ(status().find(ModelId("a")), nullptr);
}

TEST_F(ModelsChange, AModelThatComesBackHasItsGateAgain) {
  change({model_options("b")});
  change({model_options("a")});
  serve("a", 1);
  EXPECT_TRUE(try_acquire("a"));
}

TEST_F(ModelsChange, AnIdleOneWithAnotherLaunchIsStartedAnew) {
  serve("a", 1);
  change({with_launch("a", "new")});
  EXPECT_EQ(launcher->stops.size(), 1u);
  exited("a", 1);
  EXPECT_EQ(launcher->starts.size(), 2u);
  EXPECT_EQ(status("a").launches[1].reason, "the configuration has changed");
}

TEST_F(ModelsChange, AShutdownAwaitsARemovedModelThatStillRuns) {
  serve("a", 1);
  Lease lease = try_acquire("a");
  change({model_options("b")});
  bool done = false;
  router->shutdown(std::chrono::seconds(5), [&done] { done = true; });
  pump();
  EXPECT_FALSE(done);
  lease = Lease();
  pump();
  exited("a", 1);
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace paddock::router
