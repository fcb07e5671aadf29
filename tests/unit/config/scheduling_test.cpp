// Who is served first, who waits and how long: the keys of the scheduler, at the models and in `routing`.
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "routing_support.h"

namespace paddock::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// A model with these lines beside its command.
Loaded with(const std::string& lines) { return load_model("    cmd: x ${PORT}\n" + lines); }

Loaded fair(const std::string& settings) {
  return load_routing("routing: {scheduler: {settings: {fair: " + settings + "}}}");
}

Loaded fifo(const std::string& priorities) {
  return load_routing("routing: {scheduler: {settings: {fifo: {priority: " + priorities + "}}}}");
}

std::vector<int> priorities(const Loaded& loaded) {
  std::vector<int> out;
  for (const ModelConfig& model : loaded.config().models) out.push_back(model.priority);
  return out;
}

TEST(Scheduling, DefaultsOfAModel) {
  for (const char* lines : {"", "    priority:\n    queueLimit: ~\n    pin:\n"}) {
    const Loaded loaded = with(lines);
    EXPECT_THAT(loaded.diagnostics(), IsEmpty());
    EXPECT_EQ(loaded.model().priority, 0);
    EXPECT_EQ(loaded.model().queue_limit, 1000);
    EXPECT_FALSE(loaded.model().pin);
  }
}

TEST(Scheduling, ReadsTheKeysOfAModel) {
  const Loaded loaded = with("    priority: -3\n    queueLimit: 0\n    pin: yes\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().priority, -3);
  EXPECT_EQ(loaded.model().queue_limit, 0);
  EXPECT_TRUE(loaded.model().pin);
  const Loaded most = with("    priority: 2147483647\n    queueLimit: 1000000000\n");
  EXPECT_EQ(most.model().priority, 2147483647);
  EXPECT_EQ(most.model().queue_limit, 1000000000);
}

TEST(Scheduling, RangesAndTypesOfAModel) {
  const Loaded low =
      with("    priority: $p[[-2147483648]]\n    queueLimit: $q[[-1]]\n    pin: $n[[always]]\n");
  EXPECT_THAT(low.diagnostics(), ElementsAre(error(low.at("p"), "'priority' must be at least -2147483647"),
                                             error(low.at("q"), "'queueLimit' must be at least 0, not -1"),
                                             error(low.at("n"), "'pin' must be true or false")));
  const Loaded high =
      with("    priority: $p[[2147483648]]\n    queueLimit: $q[[1000000001]]\n    pin: $n[[[true]]]\n");
  EXPECT_THAT(high.diagnostics(),
              ElementsAre(error(high.at("p"), "'priority' must be at most 2147483647"),
                          error(high.at("q"), "'queueLimit' must be at most 1000000000"),
                          error(high.at("n"), "'pin' must be true or false, not a list")));
}

TEST(Scheduling, FifoPrioritiesAreTheModelsAndThoseOfAliasesToo) {
  for (const char* use : {"", "use: fifo, ", "use: fair, "}) {
    const Loaded loaded = load_routing("routing: {scheduler: {" + std::string(use) +
                                       "settings: {fifo: {priority: {second: 5, a: -1, org/d: 0}}}}}");
    EXPECT_THAT(loaded.diagnostics(), IsEmpty());
    EXPECT_THAT(priorities(loaded), ElementsAre(-1, 5, 0, 0));
  }
}

TEST(Scheduling, FifoPrioritiesOfNobodyAreErrors) {
  const Loaded loaded =
      fifo("{\n  $x[[secnd]]: 5,\n  a: $y[[high]],\n  b: 1,\n  $z[[second]]: 2,\n  c: $w[[99999999999]]}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("x"), "no model 'secnd' for a priority"), hint("'second'")),
                          error(loaded.at("y"), "'a' must be a whole number"),
                          error(loaded.at("z"), "model 'b' has its priority already in line 4"),
                          error(loaded.at("w"), "'c' must be at most 2147483647")));
}

TEST(Scheduling, TheModelsOwnPriorityWins) {
  const auto both = [](const std::string& own, const std::string& fifo_priority) {
    return load("routing: {scheduler: {settings: {fifo: {priority: {em: " + fifo_priority +
                "}}}}}\nmodels: {m: {cmd: 'x ${PORT}', aliases: [em], $k[[priority]]: " + own + "}}\n");
  };
  const Loaded loaded = both("0", "7");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(
                  warning(loaded.at("k"), "model 'm' has priority 7 in line 1, but its own key wins: 0"),
                  hint("remove one"))));
  EXPECT_EQ(loaded.model().priority, 0);
  EXPECT_THAT(both("7", "7").diagnostics(), IsEmpty()) << "they say the same";
  EXPECT_THAT(both("", "7").diagnostics(), IsEmpty());
  EXPECT_EQ(both("", "7").model().priority, 7);
  EXPECT_EQ(both("3", "").model().priority, 3);
}

TEST(Scheduling, DefaultsOfFair) {
  for (const char* nothing : {"", "{}", "{maxWait: , minResidency: ~}"}) {
    const Loaded loaded = fair(nothing);
    EXPECT_THAT(loaded.diagnostics(), IsEmpty());
    EXPECT_EQ(loaded.config().routing.max_wait, seconds(30));
    EXPECT_EQ(loaded.config().routing.min_residency, seconds(0));
  }
}

TEST(Scheduling, ReadsTheTimesOfFair) {
  const auto times = [](const std::string& max_wait, const std::string& min_residency) {
    const Loaded loaded = fair("{maxWait: " + max_wait + ", minResidency: " + min_residency + "}");
    EXPECT_THAT(loaded.diagnostics(), IsEmpty());
    return std::pair<nanoseconds, nanoseconds>(loaded.config().routing.max_wait,
                                               loaded.config().routing.min_residency);
  };
  EXPECT_EQ(times("1m30s", "1500ms"), std::pair(nanoseconds(seconds(90)), nanoseconds(milliseconds(1500))));
  EXPECT_EQ(times("45", "0"), std::pair(nanoseconds(seconds(45)), nanoseconds(0)));
  EXPECT_EQ(times("0s", "'2h'"), std::pair(nanoseconds(0), nanoseconds(seconds(7200))));
}

TEST(Scheduling, TimesOfFairAreCheckedAndKeysGuessed) {
  const Loaded loaded = fair("{\n  maxWait: $a[[soon]],\n  minResidency: $b[[-1s]],\n  $c[[maxWaits]]: 1\n}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at("a"), "'fair.maxWait' must be a length of time, not 'soon'"),
                                hint("like 15s")),
                          error(loaded.at("b"), "'fair.minResidency' must be at least 0"),
                          AllOf(warning(loaded.at("c"), "unknown key 'maxWaits'"), hint("'maxWait'"))));
  for (const char* bad : {"'7'", "1.5", "-5", "99999999999999999999"}) {
    const Loaded wrong = fair("{maxWait: $v[[" + std::string(bad) + "]]}");
    EXPECT_THAT(wrong.diagnostics(), ElementsAre(error(wrong.at("v"), "must be a length of time"))) << bad;
  }
  const Loaded text = fair("$v[[30s]]");
  EXPECT_THAT(text.diagnostics(), ElementsAre(error(text.at("v"), "'fair' must be a mapping, not text")));
}

// The scheduler is another matter than who may run together.
TEST(Scheduling, StandsBesideTheLegacyKeys) {
  for (const char* legacy : {"groups: {g: {members: [a]}}", "matrix: {sets: {s: a}}"}) {
    const Loaded loaded = load_routing(
        std::string(legacy) +
        "\nrouting: {scheduler: {use: fifo, settings: {fair: {maxWait: 5s}, fifo: {priority: {a: 2}}}}}");
    EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << legacy;
    EXPECT_EQ(loaded.config().routing.max_wait, seconds(5));
    EXPECT_EQ(loaded.model(0).priority, 2);
  }
}

}  // namespace
}  // namespace paddock::config
