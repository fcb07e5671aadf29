// Which models one member of a family holds, against families multiplied out.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "paddock/matrix/sets.h"
#include "tests/unit/matrix/formulas.h"

namespace paddock::matrix {
namespace {

bool together(const Sets& sets, std::string_view letters) {
  std::vector<std::uint32_t> models;
  for (const char letter : letters) models.push_back(static_cast<std::uint32_t>(letter - 'a'));
  return hold_together(sets, models);
}

TEST(HoldTogether, AndJoinsOrChooses) {
  const Sets sets = sets_of({"(a | b) & c", "d & +s0 | e"});
  for (const char* yes : {"a", "e", "ac", "bc", "abc"})
    EXPECT_EQ(together(sets, yes), yes != std::string("abc"));
  for (const char* yes : {"ad", "acd", "bcd", "dc", ""}) EXPECT_TRUE(together(sets, yes)) << yes;
  for (const char* no : {"ab", "ae", "abd", "de", "x", "ax"}) EXPECT_FALSE(together(sets, no)) << no;
}

TEST(HoldTogether, AModelNamedTwiceCountsOnce) { EXPECT_TRUE(together(sets_of({"a & b"}), "aab")); }

TEST(HoldTogether, SetsDoNotAddUp) { EXPECT_FALSE(together(sets_of({"a", "b"}), "ab")); }

TEST(HoldTogether, ManyFactorsAreNotMultipliedOut) {
  std::string text = "(a | b)";
  for (int i = 0; i < 5000; ++i) text += " & (a | b | c & d)";
  EXPECT_TRUE(together(sets_of({text}), "abcd"));
  EXPECT_FALSE(together(sets_of({text}), "abcde"));
}

// 2^32 members, none within another, when all letters are asked for.
TEST(HoldTogether, AQuestionMadeToBeHardEndsWithNo) {
  Names names;
  names.model = [](std::string_view name) {
    return static_cast<std::uint32_t>(std::stoul(std::string(name)));
  };
  std::string text;
  std::vector<std::uint32_t> models;
  for (std::uint32_t i = 0; i < 64; i += 2) {
    text += (i > 0 ? "&(" : "(") + std::to_string(i) + "|" + std::to_string(i + 1) + ")";
    models.insert(models.end(), {i, i + 1});
  }
  const std::vector<Definition> definitions{{"s", text}};
  EXPECT_FALSE(hold_together(*link(definitions, names), models));
}

TEST(HoldTogether, MoreThan64ModelsAreNotFoundTogether) {
  Names names;
  names.model = [](std::string_view name) {
    return static_cast<std::uint32_t>(std::stoul(std::string(name)));
  };
  std::string text = "0";
  std::vector<std::uint32_t> models{0};
  for (std::uint32_t i = 1; i < 64; ++i) {
    text += "&" + std::to_string(i);
    models.push_back(i);
  }
  text += "&64";
  const std::vector<Definition> definitions{{"s", text}};
  EXPECT_TRUE(hold_together(*link(definitions, names), models));
  models.push_back(64);
  EXPECT_FALSE(hold_together(*link(definitions, names), models));
}

TEST(HoldTogether, AgreesWithFamiliesMultipliedOut) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    RandomFormulas random(seed, 6);
    std::vector<Formula> formulas;
    std::vector<std::string> expressions;
    for (int i = 0; i < 3; ++i) {
      formulas.push_back(random.next(formulas, 4));
      expressions.push_back(formulas.back().text);
    }
    const Sets sets = sets_of(expressions);
    for (unsigned asked = 1; asked < 64; ++asked) {
      std::string letters;
      for (unsigned bit = 0; bit < 6; ++bit) {
        if ((asked >> bit & 1) != 0) letters += static_cast<char>('a' + bit);
      }
      bool held = false;
      for (const Formula& formula : formulas) {
        for (const Member member : formula.family) held = held || (asked & ~member) == 0;
      }
      ASSERT_EQ(together(sets, letters), held) << seed << ": " << letters;
    }
  }
}

}  // namespace
}  // namespace paddock::matrix
