// Pins are proved at loading: what can never be loaded beside them is said, and nothing else.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "held_beside.h"
#include "load_support.h"

namespace paddock::config {
namespace {

// Models by their names, each marked with its name; those with `!` are pinned, their key marked `pin_name`.
Loaded with(const std::string& names, const std::string& routing) {
  std::string text = routing + "\nmodels:\n";
  std::istringstream in(names);
  for (std::string name; in >> name;) {
    const bool pinned = name.back() == '!';
    if (pinned) name.pop_back();
    text += "  $" + name + "[[" + name + "]]: {cmd: 'x ${PORT}'" +
            (pinned ? ", $pin_" + name + "[[pin]]: true" : "") + "}\n";
  }
  return load(text);
}

TEST(Pins, OneModelAtATimeIsSaidOnce) {
  for (const char* routing : {"", "groups:", "groups: {}", "routing: {router: {use: group}}"}) {
    const Loaded loaded = with("a b! c d", routing);
    EXPECT_THAT(loaded.diagnostics(),
                ElementsAre(AllOf(warning(loaded.at("pin_b"),
                                          "no other model can ever be loaded while the pinned model 'b' is"),
                                  hint("one model runs at a time"))))
        << routing;
    EXPECT_NE(loaded.result.config, nullptr);
  }
}

TEST(Pins, AreSilentWhereThereIsRoom) {
  for (const char* routing :
       {"groups: {g: {swap: false, members: [a, b, c]}}", "groups: {g: {persistent: true, members: [a]}}",
        "groups: {g: {swap: false, persistent: true, members: [a, b]}, h: {members: [c]}}",
        "matrix: {sets: {s: a & (b | c)}}", "matrix: {sets: {s: a & b, t: a & c}}",
        "matrix: {sets: {s: b | c, t: a & +s}}"}) {
    EXPECT_THAT(with("a! b c", routing).diagnostics(), IsEmpty()) << routing;
  }
  EXPECT_THAT(with("a!", "").diagnostics(), IsEmpty()) << "there is no other";
  EXPECT_THAT(with("a b c", "").diagnostics(), IsEmpty()) << "nothing is pinned";
  EXPECT_THAT(with("a! b!", "groups: {g: {swap: false, members: [a, b]}}").diagnostics(), IsEmpty());
  EXPECT_THAT(with("a! b! c", "matrix: {sets: {s: a & b & c}}").diagnostics(), IsEmpty());
}

TEST(Pins, OfASwappingGroupBlockItsMembers) {
  const Loaded loaded = with("a! b c", "groups: {g: {persistent: true, members: [a, b]}, h: {members: [c]}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(
                  warning(loaded.at("b"), "model 'b' can never be loaded while the pinned model 'a' is"),
                  hint("'swap: false'"))));
}

TEST(Pins, BlockTheExclusiveGroupsOfOthers) {
  const Loaded loaded = with("a! b c d",
                             "groups:\n  g: {swap: false, members: [a]}\n"
                             "  h: {members: [b]}\n  i: {exclusive: false, members: [c]}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(warning(loaded.at("b"), "model 'b' can never be loaded while"),
                          warning(loaded.at("d"), "model 'd' can never be loaded while")))
      << "'d' is in the group of the rest, which is exclusive";
}

TEST(Pins, NameThoseInTheWayOnly) {
  const Loaded loaded = with("a! b! c! d e",
                             "groups:\n  g: {swap: false, exclusive: false, members: [a, c, e]}\n"
                             "  h: {swap: false, exclusive: false, persistent: true, members: [b]}");
  EXPECT_THAT(
      loaded.diagnostics(),
      ElementsAre(warning(loaded.at("d"), "'d' can never be loaded while the pinned models 'a', 'c' are")));
}

// Whoever comes first stays: 'a' beside a running 'b' has no chance, 'b' beside 'a' has one.
TEST(Pins, MayBlockEachOtherInOneOrderOnly) {
  const Loaded loaded = with("a! b!",
                             "groups:\n  g: {exclusive: true, members: [a]}\n"
                             "  h: {exclusive: false, members: [b]}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(warning(loaded.at("a"), "'a' can never be loaded while the pinned model 'b' is")));
}

TEST(Pins, ThatExcludeEachOtherAreSaidOnce) {
  for (const char* routing :
       {"", "groups: {g: {members: [a, c]}}", "groups: {g: {swap: false, members: [a]}, h: {members: [c]}}",
        "matrix: {sets: {s: a & b, t: b & c}}", "matrix: {sets: {s: a & b}}", "matrix: {sets: {s: a | c}}"}) {
    const Loaded loaded = with("a! b c! d", routing);
    EXPECT_THAT(
        loaded.diagnostics(),
        ElementsAre(warning(loaded.at("pin_c"), "the pinned models 'a', 'c' can never be loaded together")))
        << routing;
  }
}

TEST(Pins, OfAMatrixBlockWhatNoSetHoldsBesideThem) {
  const Loaded loaded = with("a! b! c d e", "matrix: {sets: {s: a & b & c, t: a & d, u: b & d, v: d & c}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("d"),
                                        "'d' can never be loaded while the pinned models 'a', 'b' are"),
                                hint("add a set")),
                          warning(loaded.at("e"), "model 'e' can never be loaded")));
}

TEST(Pins, OfAModelInNoSetBlockAllOthers) {
  const Loaded loaded = with("a! b c", "matrix: {sets: {s: b & c}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(warning(loaded.at("pin_a"), "no other model can ever be loaded"),
                                hint("add a set"))));
}

TEST(Pins, LongListsOfNamesAreCut) {
  const Loaded loaded = with("a! b! c! d! e! f! g! x y", "matrix: {sets: {s: a&b&c&d&e&f&g&x}}");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(warning(loaded.at("y"), "'a', 'b', 'c', 'd', 'e' and 2 more are")));
}

TEST(Pins, AreNotProvedWhereTheFileIsWrong) {
  const Loaded loaded = with("a! b c", "matrix: {sets: {s: a & $x[[bb]]}}");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(test::error(loaded.at("x"), "no model or variable 'bb'")));
}

std::string numbered(int count, const std::string& first, const std::string& between) {
  std::string out = first;
  for (int i = 0; i < count; ++i) out += (i > 0 ? between : "") + "m" + std::to_string(i);
  return out;
}

TEST(Pins, ThousandsOfModelsAreProvedSoon) {
  constexpr int kMany = 5000;
  const std::string names = numbered(kMany, "p! q! ", " ") + " last";
  const Loaded any = with(names, "matrix: {sets: {s: p & q & (" + numbered(kMany, "", " | ") + ")}}");
  EXPECT_THAT(any.diagnostics(), ElementsAre(warning(any.at("last"), "'last' can never be loaded")));
  const Loaded all = with(names, "matrix: {sets: {s: p & q & " + numbered(kMany, "", " & ") + "}}");
  EXPECT_THAT(all.diagnostics(), ElementsAre(warning(all.at("last"), "'last' can never be loaded")));
  const Loaded group =
      with(names, "groups: {g: {swap: false, members: [" + numbered(kMany, "p, q, ", ", ") + "]}}");
  EXPECT_THAT(group.diagnostics(), ElementsAre(warning(group.at("last"), "'last' can never be loaded")));
}

TEST(Pins, ManyBlockedModelsAreManyFindingsButNotMoreThanAreShown) {
  const Loaded loaded = with(numbered(3000, "p! q ", " "), "groups: {g: {persistent: true, members: [" +
                                                               numbered(3000, "p, ", ", ") + "]}}");
  ASSERT_EQ(loaded.diagnostics().size(), 201u);
  EXPECT_EQ(loaded.diagnostics().back().message, "2800 more findings are not shown");
}

// Sixty-five pins are more than are looked at; so is a text made to be hard. Both end soon, and silently.
TEST(Pins, WhatCostsTooMuchIsNotProved) {
  std::string names, all;
  for (int i = 0; i < 65; ++i) {
    names += "p" + std::to_string(i) + "! ";
    all += (i > 0 ? " | p" : "p") + std::to_string(i);
  }
  EXPECT_THAT(with(names, "matrix: {sets: {s: " + all + "}}").diagnostics(), IsEmpty());
  std::string hard_names, hard;
  for (int i = 0; i < 30; ++i) {
    const std::string number = std::to_string(i);
    hard_names += "p" + number + "! m" + number + " ";
    hard += (i > 0 ? " & (p" : "(p") + number + " | m" + number + ")";
  }
  EXPECT_THAT(with(hard_names, "matrix: {sets: {s: " + hard + "}}").diagnostics(), IsEmpty());
}

// One random formula over the first `models` letters; `sets` may be referred to.
std::string formula(std::mt19937& random, int models, int sets, int depth) {
  const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  if (depth == 0 || up_to(4) == 0) {
    if (sets > 0 && up_to(4) == 0) return "+s" + std::to_string(up_to(sets));
    return std::string(1, static_cast<char>('a' + up_to(models)));
  }
  std::string out = formula(random, models, sets, depth - 1);
  const char* const joint = up_to(2) == 0 ? " & " : " | ";
  for (int more = 1 + up_to(2); more > 0; --more) out += joint + formula(random, models, sets, depth - 1);
  return "(" + out + ")";
}

TEST(HeldBeside, SaysWhatHoldTogetherSaysOfEachModel) {
  constexpr int kModels = 7;
  std::mt19937 random(20);
  std::vector<ModelId> ids;
  for (int i = 0; i < kModels; ++i) ids.emplace_back(std::string(1, static_cast<char>('a' + i)));
  for (int round = 0; round < 500; ++round) {
    Matrix written;
    for (int set = 0; set < 3; ++set) {
      written.sets.push_back({"s" + std::to_string(set), formula(random, kModels, set, 3), {}});
    }
    const matrix::Sets sets = link_sets(written, ids);
    std::vector<std::uint32_t> asked(1 + random() % 3);
    std::iota(asked.begin(), asked.end(), static_cast<std::uint32_t>(random() % 4));
    const auto held = held_beside(sets, asked);
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(held->together, matrix::hold_together(sets, asked));
    std::vector<std::uint32_t> expected;
    for (std::uint32_t model = 0; model < kModels; ++model) {
      if (std::count(asked.begin(), asked.end(), model) > 0) continue;
      std::vector<std::uint32_t> more = asked;
      more.push_back(model);
      if (matrix::hold_together(sets, more)) expected.push_back(model);
    }
    EXPECT_EQ(held->models, expected) << written.sets[2].expression;
  }
}

}  // namespace
}  // namespace paddock::config
