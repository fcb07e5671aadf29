#include "parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace paddock::matrix {
namespace {

// The tree with brackets around everything that joins.
std::string show(const Syntax& syntax, std::uint32_t at) {
  const Expression::Node& node = syntax.nodes[at];
  if (node.kind == Expression::Kind::kModel) return std::string(syntax.names[node.index]);
  if (node.kind == Expression::Kind::kSet) return "+" + std::string(syntax.names[node.index]);
  std::string out;
  for (std::uint32_t i = 0; i < node.count; ++i) {
    out += i == 0 ? "(" : node.kind == Expression::Kind::kAll ? "&" : "|";
    out += show(syntax, syntax.operands[node.index + i]);
  }
  return out + ")";
}

std::string tree(std::string_view text) {
  const auto syntax = parse(text);
  if (syntax.has_error()) return std::to_string(syntax.error().offset) + ": " + syntax.error().message;
  return show(*syntax, static_cast<std::uint32_t>(syntax->nodes.size() - 1));
}

std::string hint_of(std::string_view text) { return parse(text).error().hint; }

TEST(Parser, AndBindsCloserThanOr) {
  EXPECT_EQ(tree("a"), "a");
  EXPECT_EQ(tree("a & b | c & d"), "((a&b)|(c&d))");
  EXPECT_EQ(tree("a | b & c | d"), "(a|(b&c)|d)");
  EXPECT_EQ(tree("(a | b) & +c"), "((a|b)&+c)");
  EXPECT_EQ(tree("((a))"), "a");
}

TEST(Parser, SeveralOperandsAreOneNode) {
  EXPECT_EQ(tree("a & b & c"), "(a&b&c)");
  EXPECT_EQ(parse("a & b & c")->nodes.size(), 4u);
  EXPECT_EQ(tree("a & (b & c)"), "(a&(b&c))");
}

TEST(Parser, NodesKnowTheirPlaces) {
  const Syntax syntax = *parse(" ab & (+cd | e)");
  std::vector<std::uint32_t> offsets;
  for (const Expression::Node& node : syntax.nodes) offsets.push_back(node.offset);
  EXPECT_EQ(offsets, (std::vector<std::uint32_t>{1, 7, 13, 7, 1}));
}

TEST(Parser, SaysWhatIsMissing) {
  EXPECT_EQ(tree(""), "0: no expression");
  EXPECT_EQ(tree(" \n"), "0: no expression");
  EXPECT_EQ(tree("a &"), "2: nothing after '&'");
  EXPECT_EQ(tree("(a |) & b"), "3: nothing after '|'");
  EXPECT_EQ(tree("| a"), "0: nothing before '|'");
  EXPECT_EQ(tree("a & | b"), "4: nothing before '|'");
  EXPECT_EQ(tree("(& a)"), "1: nothing before '&'");
  EXPECT_EQ(tree("a & ()"), "4: nothing between '(' and ')'");
  EXPECT_EQ(tree("a & (b"), "4: '(' without ')'");
  EXPECT_EQ(tree("a & ("), "4: '(' without ')'");
  EXPECT_EQ(tree("a)"), "1: ')' without '('");
  EXPECT_EQ(tree(")"), "0: ')' without '('");
}

TEST(Parser, SaysWhatIsTooMuch) {
  EXPECT_EQ(tree("a b"), "2: 'b' without '&' or '|' before it");
  EXPECT_EQ(tree("(a b)"), "3: 'b' without '&' or '|' before it");
  EXPECT_EQ(tree("a (b)"), "2: '(' without '&' or '|' before it");
  EXPECT_EQ(tree("a +b"), "2: '+b' without '&' or '|' before it");
  EXPECT_EQ(tree("a && b"), "3: nothing before '&'");
  EXPECT_EQ(tree("a & b, c"), "5: unexpected character ','");
}

TEST(Parser, HintsAtWhatPeopleKnowFromElsewhere) {
  EXPECT_EQ(hint_of("a && b"), "write one '&'");
  EXPECT_EQ(hint_of("a || b"), "write one '|'");
  EXPECT_EQ(hint_of("a AND b"), "write '&' for 'and'");
  EXPECT_EQ(hint_of("a or b"), "write '|' for 'or'");
}

TEST(Parser, ReportsTheFirstErrorOnly) { EXPECT_EQ(tree("a b , ("), "2: 'b' without '&' or '|' before it"); }

TEST(Parser, DeepBracketsAreAnErrorAndNoCrash) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "a" + std::string(depth, ')');
  };
  EXPECT_EQ(tree(nested(kMaxDepth)), "a");
  EXPECT_EQ(tree(nested(kMaxDepth + 1)), "100: brackets more than 100 deep");
  EXPECT_EQ(tree(std::string(1 << 20, '(')), "100: brackets more than 100 deep");
  EXPECT_EQ(tree(std::string(1 << 20, ')')), "0: ')' without '('");
}

TEST(Parser, LongTextsAreRead) {
  std::string text = "a";
  for (int i = 0; i < 300'000; ++i) text += i % 2 == 0 ? "&b" : "|c";
  EXPECT_TRUE(parse(text).has_value());
}

}  // namespace
}  // namespace paddock::matrix
