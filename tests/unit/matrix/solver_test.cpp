// What must go for a model to run: the rules one by one, against families multiplied out, and how far it
// goes.
#include "paddock/matrix/solver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/matrix/formulas.h"

namespace paddock::matrix {
namespace {

constexpr std::size_t kLetters = 26;

std::vector<std::uint64_t> ones() { return std::vector<std::uint64_t>(kLetters, 1); }

struct Case {
  const char* why;
  std::vector<std::string> sets;
  const char* costly;  // letters that cost 3
  char target;
  const char* running;  // most recently used first
  const char* evict;
  std::optional<std::size_t> set;
};

const std::vector<Case>& cases() {
  constexpr auto kNone = std::nullopt;
  static const std::vector<Case> all{
      {"nothing runs", {"a & b"}, "", 'a', "", "", 0},
      {"what fits stays", {"a & b"}, "", 'a', "b", "", 0},
      {"what does not fit goes", {"a & b", "c"}, "", 'a', "cb", "c", 0},
      {"a part of a member may run", {"a & b & c"}, "", 'a', "c", "", 0},
      {"sets do not add up", {"a & b", "a & c"}, "", 'a', "bc", "c", 0},
      {"the target runs already", {"a", "b"}, "", 'a', "ba", "", kNone},
      {"in no set: alone", {"a & b"}, "", 'x', "ba", "ba", kNone},
      {"what is in no set goes", {"a & b"}, "", 'a', "xb", "x", 0},
      {"one of two alternatives", {"a & (b | c)"}, "", 'a', "cb", "b", 0},
      {"the cheaper one goes", {"a & (b | c)"}, "b", 'a', "cb", "c", 0},
      {"two cheap ones before a dear one", {"a & (b & c | d)"}, "d", 'a', "bcd", "bc", 0},
      {"two dear ones", {"a & (b & c | d)"}, "bcd", 'a', "bcd", "d", 0},
      {"the cheaper set", {"a & b", "a & c & d"}, "", 'a', "bcd", "b", 1},
      {"a tie between sets: defined first", {"a & c", "a & b"}, "", 'a', "bc", "b", 0},
      {"nothing runs: defined first", {"b", "a & b", "a & c"}, "", 'a', "", "", 1},
      {"a tie within a set: recently used stays", {"a & (b | c | d)"}, "", 'a', "dbc", "bc", 0},
      {"the most recent counts before the next", {"a & (b & e | c & d)"}, "", 'a', "bcde", "cd", 0},
      {"order in the text does not matter", {"a & (c & d | b & e)"}, "", 'a', "bcde", "cd", 0},
      {"a reference", {"b | c", "a & +s0"}, "", 'a', "cb", "b", 1},
      {"a reference forward", {"a & +s1", "b | c"}, "", 'a', "cb", "b", 0},
      {"a reference twice: two choices", {"b | c", "a & +s0 & +s0"}, "", 'a', "cb", "", 1},
      {"a set that only refers", {"+s1", "a & b"}, "", 'a', "bc", "c", 0},
      {"the target must be chosen", {"(a | b | c) & (d | e)"}, "b", 'a', "bde", "be", 0},
      {"the target in every part", {"(a | b) & (a | c) & (a | d)"}, "", 'a', "dcb", "b", 0},
      {"a choice shared by two parts", {"a & (b | c) & (c | d) & (d | b)"}, "", 'a', "bcd", "", 0},
      {"the target twice in a set", {"a & b | a & c & d"}, "b", 'a', "bcd", "cd", 0},
      {"a choice that decides two others", {"a & (b|c) & (d|e) & (b|e)"}, "", 'a', "bcde", "e", 0},
  };
  return all;
}

TEST(Solver, FollowsTheRules) {
  for (const Case& c : cases()) {
    std::vector<std::uint64_t> costs = ones();
    for (const char letter : std::string(c.costly)) costs[static_cast<std::size_t>(letter - 'a')] = 3;
    const auto running = models_of(c.running);
    const Plan plan = Solver(sets_of(c.sets), costs).solve(models_of({&c.target, 1}).front(), running);
    EXPECT_EQ(plan.evict, models_of(c.evict)) << c.why;
    EXPECT_EQ(plan.set, c.set) << c.why;
    std::uint64_t cost = 0;
    for (const std::uint32_t model : plan.evict) cost += costs[model];
    EXPECT_EQ(plan.cost, cost) << c.why;
    EXPECT_TRUE(plan.exact) << c.why;
  }
}

TEST(Solver, AnEmptyExpressionAllowsNothing) {
  Sets sets = sets_of({"a", "b & +s0"});
  sets.expressions[0] = {};
  EXPECT_EQ(Solver(sets, ones()).solve(0, models_of("b")).evict, models_of("b"));
  EXPECT_EQ(Solver(sets, ones()).solve(1, models_of("a")).evict, models_of("a"));
}

// The rules once more, on all members of all families.
Plan multiplied_out(const std::vector<Formula>& formulas, const std::vector<std::uint64_t>& costs,
                    std::uint32_t target, const std::vector<std::uint32_t>& running) {
  Plan best;
  if (std::find(running.begin(), running.end(), target) != running.end()) return best;
  Member best_member = 0;
  const auto cost = [&](Member member) {
    std::uint64_t sum = 0;
    for (const std::uint32_t model : running) {
      if ((member >> model & 1) == 0) sum += costs[model];
    }
    return sum;
  };
  const auto keeps_more_recent = [&](Member member) {
    for (const std::uint32_t model : running) {
      const Member one = Member{1} << model;
      if (((member ^ best_member) & one) != 0) return (member & one) != 0;
    }
    return false;
  };
  best.cost = cost(0);
  for (std::size_t set = 0; set < formulas.size(); ++set) {
    for (const Member member : formulas[set].family) {
      if ((member >> target & 1) == 0) continue;
      const std::uint64_t sum = cost(member);
      const bool better =
          !best.set || sum < best.cost || (sum == best.cost && *best.set == set && keeps_more_recent(member));
      if (!better) continue;
      best.set = set;
      best.cost = sum;
      best_member = member;
    }
  }
  for (const std::uint32_t model : running) {
    if ((best_member >> model & 1) == 0) best.evict.push_back(model);
  }
  return best;
}

// A target, who runs and in which order, at random.
void ask(RandomFormulas& random, unsigned letters, unsigned questions, const std::vector<Formula>& formulas) {
  std::vector<std::string> texts;
  for (const Formula& formula : formulas) texts.push_back(formula.text);
  std::vector<std::uint64_t> costs(letters, 1);
  for (std::uint64_t& cost : costs) cost += random.pick(3) == 0 ? random.pick(3) : 0;
  const Solver solver(sets_of(texts), costs);
  for (unsigned question = 0; question < questions; ++question) {
    std::vector<std::uint32_t> running;
    for (unsigned i = 0; i < letters; ++i) {
      if (random.pick(3) > 0) running.insert(running.begin() + random.pick(unsigned(running.size()) + 1), i);
    }
    const std::uint32_t target = random.pick(letters);
    const Plan expected = multiplied_out(formulas, costs, target, running);
    ASSERT_EQ(solver.solve(target, running), expected) << texts.front() << "  " << texts.back();
  }
}

void compare(unsigned seed, unsigned letters, int depth) {
  RandomFormulas random(seed, letters);
  std::vector<Formula> formulas;
  for (int i = 0; i < 3; ++i) formulas.push_back(random.next(formulas, depth));
  ask(random, letters, 20, formulas);
}

TEST(Solver, AgreesWithFamiliesMultipliedOut) {
  for (unsigned seed = 0; seed < 4500 && !HasFailure(); ++seed) compare(seed, 7, 3);
}

TEST(Solver, AgreesWithLargerFamiliesMultipliedOut) {
  for (unsigned seed = 0; seed < 500 && !HasFailure(); ++seed) compare(seed, 10, 5);
}

TEST(Solver, AgreesWithLargeProductsMultipliedOut) {
  for (unsigned seed = 0; seed < 30 && !HasFailure(); ++seed) {
    RandomFormulas random(seed, seed % 2 == 0 ? 13 : 26);
    ask(random, seed % 2 == 0 ? 13 : 26, 20, {random.product(6, 5)});
  }
}

// Models are numbers.
Sets numbered(const std::string& text) {
  Names names;
  names.model = [](std::string_view name) {
    return static_cast<std::uint32_t>(std::stoul(std::string(name)));
  };
  const std::vector<Definition> definitions{{"s", text}};
  return *link(definitions, names);
}

std::vector<std::uint32_t> numbers(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(first + i);
  return out;
}

// 10 groups of 100: 10^20 members.
TEST(Solver, NeverMultipliesOut) {
  std::string text;
  for (int group = 0; group < 10; ++group) {
    text += group > 0 ? " & (" : "(";
    for (int i = 0; i < 100; ++i) text += (i > 0 ? "|" : "") + std::to_string(100 * group + i);
    text += ")";
  }
  const Solver solver(numbered(text), std::vector<std::uint64_t>(1000, 1));
  std::vector<std::uint32_t> running{5, 105, 205, 305, 405, 505, 605, 705, 805, 905};
  EXPECT_EQ(solver.solve(6, running).evict, std::vector<std::uint32_t>{5});
  running = {5, 105, 205, 206, 207, 305, 306, 906, 905};
  const Plan plan = solver.solve(7, running);
  EXPECT_EQ(plan.evict, (std::vector<std::uint32_t>{5, 206, 207, 306, 905}));
  EXPECT_TRUE(plan.exact);
}

// Any half of the others: the largest family in which no member lies within another.
std::string any_half(std::uint32_t models) {
  std::string text = "0";
  for (std::uint32_t half = 0; half < models / 2; ++half) {
    text += "&(1";
    for (std::uint32_t i = 2; i <= models; ++i) text += "|" + std::to_string(i);
    text += ")";
  }
  return text;
}

TEST(Solver, IsExactWith16RunningHoweverTheyShare) {
  const Solver solver(numbered(any_half(16)), std::vector<std::uint64_t>(17, 1));
  const Plan plan = solver.solve(0, numbers(1, 16));
  EXPECT_TRUE(plan.exact);
  EXPECT_EQ(plan.evict, numbers(9, 8)) << "the 8 least recently used";
}

TEST(Solver, IsExactWithManyRunningThatShareLittle) {
  std::string text = "0";  // each model beside one of its neighbours
  for (int i = 1; i < 100; ++i) text += "&(" + std::to_string(i) + "|" + std::to_string(i + 1) + ")";
  std::vector<std::uint64_t> costs(101, 1);
  costs[50] = 3;
  const Plan plan = Solver(numbered(text), costs).solve(0, numbers(1, 100));
  EXPECT_TRUE(plan.exact);
  EXPECT_EQ(plan.evict, std::vector<std::uint32_t>{100}) << "99 choices for 100 models";
}

TEST(Solver, GivesTheBestFoundWhereThereIsTooMuchToTry) {
  const Plan plan =
      Solver(numbered(any_half(40)), std::vector<std::uint64_t>(41, 1)).solve(0, numbers(1, 40));
  EXPECT_FALSE(plan.exact);
  EXPECT_EQ(plan.set, 0u);
  EXPECT_EQ(plan.evict.size(), 20u) << "20 choices for 40 models";
}

TEST(Solver, BeyondItsLimitTheLeastRecentlyUsedGo) {
  std::string text = "0";
  for (int i = 1; i <= 130; ++i) text += "&" + std::to_string(i);
  const Solver solver(numbered(text), std::vector<std::uint64_t>(131, 1));
  const Plan most = solver.solve(0, numbers(1, kMaxRunning));
  EXPECT_TRUE(most.exact);
  EXPECT_TRUE(most.evict.empty());
  const Plan more = solver.solve(0, numbers(1, 130));
  EXPECT_FALSE(more.exact);
  EXPECT_EQ(more.evict, numbers(kMaxRunning + 1, 3));
  EXPECT_EQ(more.cost, 3u);
}

}  // namespace
}  // namespace paddock::matrix
