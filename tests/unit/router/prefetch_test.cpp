// Who is told of what will probably be started next.
#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

class RouterPrefetch : public Routed {
 protected:
  void SetUp() override {
    prefetch.begin = [this](const process::SpawnSpec& spec) { told.push_back("begin " + spec.argv.back()); };
    prefetch.end = [this](const ModelId& model) { told.push_back("end " + model.str()); };
    Routed::SetUp();
  }
  std::vector<std::string> told;
};

TEST_F(RouterPrefetch, BeginsWithTheLaunchAsItWillBeAndEndsBeforeIt) {
  const auto first = acquire("a");
  ready("a", 1);
  const auto second = acquire("b");
  const std::string port = std::to_string(own_ports() + 1);
  EXPECT_THAT(told, ::testing::ElementsAre("begin " + port));
  finish(first);
  exited("a", 1);
  EXPECT_THAT(told, ::testing::ElementsAre("begin " + port, "end b"));
  EXPECT_EQ(launcher->starts.back().spec.argv.back(), port);
}

TEST_F(RouterPrefetch, EndsWhenTheClientLeaves) {
  const auto first = acquire("a");
  ready("a", 1);
  const auto second = acquire("b");
  router->cancel(second->ticket);
  pump();
  EXPECT_THAT(told, ::testing::ElementsAre(::testing::StartsWith("begin"), "end b"));
}

TEST_F(RouterPrefetch, NeedsNobodyWhoListens) {
  prefetch = {};
  make({model_options("a"), model_options("b")});
  const auto first = acquire("a");
  ready("a", 1);
  const auto second = acquire("b");
  finish(first);
  exited("a", 1);
  EXPECT_EQ(launcher->starts.back().spec.model, ModelId("b"));
}

}  // namespace
}  // namespace paddock::router
