// Names of models and sets in expressions: found, guessed at, in circles.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "paddock/base/text.h"
#include "paddock/matrix/sets.h"

namespace paddock::matrix {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Models in this order are numbered from 0; a hint is the nearest of them.
Names names_of(std::vector<std::string> models) {
  Names names;
  names.model = [models](std::string_view name) -> std::optional<std::uint32_t> {
    const auto found = std::find(models.begin(), models.end(), name);
    if (found == models.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - models.begin());
  };
  names.hint = [models](std::string_view name, const auto& used) {
    return std::string(nearest(name, models, used).value_or(""));
  };
  return names;
}

Sets linked(const std::vector<Definition>& definitions, const std::vector<std::string>& models) {
  const auto sets = link(definitions, names_of(models));
  if (sets.has_value()) return *sets;
  ADD_FAILURE() << sets.error().front().message;
  return {};
}

std::vector<Trouble> troubles(const std::vector<Definition>& definitions,
                              const std::vector<std::string>& models) {
  const auto sets = link(definitions, names_of(models));
  if (sets.has_error()) return sets.error();
  return {};
}

auto trouble(std::size_t set, std::size_t offset, const std::string& message, const std::string& hint) {
  return testing::AllOf(testing::Field("set", &Trouble::set, set),
                        testing::Field("offset", &Trouble::offset, offset),
                        testing::Field("message", &Trouble::message, message),
                        testing::Field("hint", &Trouble::hint, HasSubstr(hint)));
}

TEST(Link, NamesBecomeNumbers) {
  using Kind = Expression::Kind;
  const Sets sets = linked({{"s", "b & (a | +t)"}, {"t", "a"}}, {"a", "b"});
  ASSERT_THAT(sets.expressions, SizeIs(2));
  const Expression& s = sets.expressions[0];
  EXPECT_THAT(s.nodes(),
              ElementsAre(Expression::Node{Kind::kModel, 0, 1, 0}, Expression::Node{Kind::kModel, 5, 0, 0},
                          Expression::Node{Kind::kSet, 9, 1, 0}, Expression::Node{Kind::kAny, 5, 0, 2},
                          Expression::Node{Kind::kAll, 0, 2, 2}));
  EXPECT_THAT(s.operands(s.nodes()[3]), ElementsAre(1, 2));
  EXPECT_THAT(s.operands(s.nodes()[4]), ElementsAre(0, 3));
  EXPECT_THAT(s.operands(s.nodes()[0]), SizeIs(0));
}

TEST(Link, OrdersSetsAfterThoseTheyReferTo) {
  EXPECT_THAT(linked({{"x", "a"}, {"y", "a"}}, {"a"}).order, ElementsAre(0, 1));
  EXPECT_THAT(linked({{"x", "+z | +y"}, {"y", "a"}, {"z", "+y"}}, {"a"}).order, ElementsAre(1, 2, 0));
}

TEST(Link, TheCustomersSlipIsFoundAndGuessed) {
  const std::vector<Definition> definitions{{"llm-and-image", "il & gm"}};
  EXPECT_THAT(troubles(definitions, {"img", "gm"}),
              ElementsAre(trouble(0, 0, "no model or variable 'il' in set 'llm-and-image'", "img")));
  EXPECT_THAT(troubles(definitions, {"gm", "img"}), ElementsAre(trouble(0, 0,
                                                                        "no model or variable 'il' in set "
                                                                        "'llm-and-image'",
                                                                        "img")))
      << "whatever the order: gm is used in the same expression";
}

TEST(Link, ReportsEveryUnknownName) {
  EXPECT_THAT(troubles({{"s", "x & a | y"}, {"t", "x"}}, {"a"}),
              ElementsAre(trouble(0, 0, "no model or variable 'x' in set 's'", ""),
                          trouble(0, 8, "no model or variable 'y' in set 's'", ""),
                          trouble(1, 0, "no model or variable 'x' in set 't'", "")));
}

TEST(Link, GuessesAtUnknownSets) {
  EXPECT_THAT(troubles({{"big", "a"}, {"s", "a & +bag"}}, {"a"}),
              ElementsAre(trouble(1, 4, "no set 'bag' for '+bag' in set 's'", "did you mean '+big'?")));
  EXPECT_THAT(troubles({{"big", "a"}, {"s", "+big & +bag"}}, {"a"}),
              ElementsAre(testing::Field(&Trouble::hint, "")))
      << "big is used already";
  EXPECT_THAT(troubles({{"bag", "a & +bog"}}, {"a"}), ElementsAre(testing::Field(&Trouble::hint, "")))
      << "no set holds itself";
}

TEST(Link, TellsModelsFromSets) {
  EXPECT_THAT(
      troubles({{"s", "+a"}, {"t", "s"}}, {"a"}),
      ElementsAre(trouble(0, 0, "no set 'a' for '+a' in set 's'", "'a' is a model: write it without '+'"),
                  trouble(1, 0, "no model or variable 's' in set 't'", "'s' is a set: write '+s'")));
}

TEST(Link, SyntaxErrorsNameTheSet) {
  EXPECT_THAT(troubles({{"s", "(a"}, {"t", ""}, {"u", "+s"}}, {"a"}),
              ElementsAre(trouble(0, 0, "'(' without ')' in set 's'", ""),
                          trouble(1, 0, "no expression in set 't'", "")));
}

TEST(Link, ABrokenSetIsNotLookedAtButExists) {
  EXPECT_THAT(troubles({{"s", std::nullopt}, {"t", "+s & a"}}, {"a"}), SizeIs(0));
}

TEST(Link, CirclesOfAnyLengthAreReportedOnce) {
  EXPECT_THAT(troubles({{"s", "a | +s"}}, {"a"}),
              ElementsAre(trouble(0, 4, "circular reference 's' -> 's' in set 's'", "remove one")));
  EXPECT_THAT(troubles({{"s", "+t"}, {"t", "a & +u"}, {"u", "+t | a"}}, {"a"}),
              ElementsAre(trouble(2, 0, "circular reference 't' -> 'u' -> 't' in set 'u'", "")));
}

TEST(Link, AWayThatIsNoCircleIsGood) {
  EXPECT_THAT(troubles({{"s", "+t & +u"}, {"t", "+v"}, {"u", "+v"}, {"v", "a"}}, {"a"}), SizeIs(0));
}

// A chain as long as a file allows, closed to a circle: neither the stack nor the message grows with it.
TEST(Link, ALongCircleIsAnErrorAndNoCrash) {
  constexpr std::size_t kSets = 20'000;
  std::vector<std::string> set_names, expressions;
  for (std::size_t i = 0; i < kSets; ++i) {
    set_names.push_back("s" + std::to_string(i));
    expressions.push_back("+s" + std::to_string((i + 1) % kSets));
  }
  std::vector<Definition> definitions;
  for (std::size_t i = 0; i < kSets; ++i) definitions.push_back({set_names[i], expressions[i]});
  const std::vector<Trouble> found = troubles(definitions, {});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].set, kSets - 1);
  EXPECT_LT(found[0].message.size(), 200u);
}

TEST(Link, StopsLookingAfterMany) {
  std::string text = "x";
  for (int i = 0; i < 100'000; ++i) text += "|x";
  EXPECT_THAT(troubles({{"s", text}}, {"a"}), SizeIs(kMaxTroubles));
}

TEST(Link, NoDefinitionsAreNoSets) { EXPECT_THAT(linked({}, {}).order, SizeIs(0)); }

}  // namespace
}  // namespace paddock::matrix
