// How long a start and a shutdown may take.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using std::chrono::seconds;

std::string with_models(const std::string& top, const std::string& one, const std::string& other = {}) {
  const auto model = [](const std::string& keys) {
    return "{cmd: 'x ${PORT}'" + (keys.empty() ? "" : ", " + keys) + "}";
  };
  return top + "\nmodels:\n  a: " + model(one) + "\n  b: " + model(other) + "\n";
}

TEST(LoadStart, AModelTakesTheFilesLimitsOrHasItsOwn) {
  const Loaded loaded = load(with_models("healthCheckTimeout: 30\nhealthCheckTimeoutMax: 90",
                                         "healthCheckTimeout: 60, healthCheckTimeoutMax: 600"));
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.config().health_check_timeout, seconds(30));
  EXPECT_EQ(loaded.config().health_check_timeout_max, seconds(90));
  EXPECT_EQ(loaded.model(0).health_check_timeout, seconds(60));
  EXPECT_EQ(loaded.model(0).health_check_timeout_max, seconds(600));
  EXPECT_EQ(loaded.model(1).health_check_timeout, seconds(30));
  EXPECT_EQ(loaded.model(1).health_check_timeout_max, seconds(90));
}

TEST(LoadStart, WithoutMoreASlowStartGetsNoMoreTime) {
  const Loaded loaded = load(with_models("", ""));
  EXPECT_EQ(loaded.model(0).health_check_timeout, seconds(120));
  EXPECT_EQ(loaded.model(0).health_check_timeout_max, seconds(0));
}

TEST(LoadStart, ZeroInAModelIsTheFilesTimeoutAndNoMaximum) {
  const Loaded loaded = load(with_models("healthCheckTimeout: 30\nhealthCheckTimeoutMax: 90",
                                         "healthCheckTimeout: 0, healthCheckTimeoutMax: 0"));
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model(0).health_check_timeout, seconds(30));
  EXPECT_EQ(loaded.model(0).health_check_timeout_max, seconds(0));
}

TEST(LoadStart, AModelsShortTimeoutIsRaised) {
  const Loaded loaded = load(with_models("", "healthCheckTimeout: $low[[14]]"));
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(warning(loaded.at("low"), "below 15 seconds, 15 is used")));
  EXPECT_EQ(loaded.model(0).health_check_timeout, seconds(15));
}

TEST(LoadStart, TheMaximumIsNoLessThanTheTimeout) {
  const Loaded file = load("healthCheckTimeoutMax: $v[[119]]");
  EXPECT_THAT(file.diagnostics(), ElementsAre(AllOf(error(file.at("v"),
                                                          "'healthCheckTimeoutMax' is below the "
                                                          "'healthCheckTimeout' of 120 seconds"),
                                                    hint("or 0"))));
  const Loaded model = load(with_models("healthCheckTimeout: 50", "healthCheckTimeoutMax: $v[[49]]"));
  EXPECT_THAT(model.diagnostics(), ElementsAre(error(model.at("v"), "of 50 seconds")));
  EXPECT_THAT(load("healthCheckTimeout: 40\nhealthCheckTimeoutMax: 40").diagnostics(), IsEmpty());
}

TEST(LoadStart, AModelsLongTimeoutIsBeyondTheFilesMaximum) {
  const Loaded loaded =
      load(with_models("healthCheckTimeout: 30\nhealthCheckTimeoutMax: 90", "healthCheckTimeout: 300"));
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model(0).health_check_timeout, seconds(300));
  EXPECT_EQ(loaded.model(0).health_check_timeout_max, seconds(0));
}

TEST(LoadStart, TheStallTimeoutIsOffUnlessTheFileOrTheModelSaysSo) {
  EXPECT_EQ(load(with_models("", "")).model(0).stall_timeout, seconds(0));
  EXPECT_EQ(load(with_models("stallTimeout: 60", "")).model(0).stall_timeout, seconds(60));
  EXPECT_EQ(load(with_models("stallTimeout: 60", "stallTimeout: 0")).model(0).stall_timeout, seconds(0));
  EXPECT_EQ(load(with_models("", "stallTimeout: 90")).model(0).stall_timeout, seconds(90));
  const std::string elsewhere = "detached: true, cmdStop: x";
  EXPECT_EQ(load(with_models("stallTimeout: 60", elsewhere)).model(0).stall_timeout, seconds(0));
  const Loaded own = load(with_models("", elsewhere + ", stallTimeout: $v[[60]]"));
  EXPECT_EQ(own.model(0).stall_timeout, seconds(60));
  EXPECT_THAT(
      own.diagnostics(),
      ElementsAre(warning(own.at("v"), "'stallTimeout' of a detached model counts only what it sends")));
  const Loaded bad = load(with_models("stallTimeout: $a[[-1]]", "stallTimeout: $b[[soon]]"));
  EXPECT_THAT(bad.diagnostics(), ElementsAre(error(bad.at("a"), "'stallTimeout' must be at least 0, not -1"),
                                             error(bad.at("b"), "'stallTimeout' must be a whole number")));
}

TEST(LoadStart, ReportsNumbersOutOfRange) {
  const Loaded loaded =
      load(with_models("healthCheckTimeoutMax: $a[[-1]]\nshutdownTimeout: $b[[0]]",
                       "healthCheckTimeout: $c[[99999999999]]", "healthCheckTimeoutMax: $d[[soon]]"));
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "'healthCheckTimeoutMax' must be at least 0, not -1"),
                          error(loaded.at("b"), "'shutdownTimeout' must be at least 1, not 0"),
                          error(loaded.at("c"), "'healthCheckTimeout' must be at most 1000000000"),
                          error(loaded.at("d"), "'healthCheckTimeoutMax' must be a whole number")));
}

TEST(LoadStart, AShutdownHasABudget) {
  EXPECT_EQ(load("").config().shutdown_timeout, seconds(8)) << "below the ten seconds of a container";
  EXPECT_EQ(load("shutdownTimeout: 3600").config().shutdown_timeout, seconds(3600));
  const Loaded loaded = load("shutdownTimeout: $v[[3601]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "must be at most 3600")));
}

TEST(LoadStart, AStartWaitsForTheMemoryOfOthers) {
  EXPECT_EQ(load("").config().vram_release_timeout, seconds(5));
  EXPECT_EQ(load("vramReleaseTimeout: 0").config().vram_release_timeout, seconds(0));
  EXPECT_EQ(load("vramReleaseTimeout: 60").config().vram_release_timeout, seconds(60));
  const Loaded loaded = load("vramReleaseTimeout: $v[[61]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "must be at most 60, not 61")));
}

TEST(LoadStart, WeightsAreReadAheadUnlessThatIsOff) {
  EXPECT_TRUE(load("").config().prefetch);
  EXPECT_TRUE(load("prefetch: Auto").config().prefetch);
  EXPECT_FALSE(load("prefetch: off").config().prefetch);
  EXPECT_FALSE(load("prefetch: 'off'").config().prefetch);
  const Loaded loaded = load("prefetch: $v[[always]]");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), "'prefetch' 'always' is not known")));
}

}  // namespace
}  // namespace paddock::config
