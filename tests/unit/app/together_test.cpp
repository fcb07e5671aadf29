#include "together.h"

#include <gtest/gtest.h>

#include "paddock/config/load.h"

namespace paddock::app {
namespace {

std::string models(const std::vector<std::string>& ids) {
  std::string text = "models:\n";
  for (const std::string& id : ids) text += "  \"" + id + "\": {cmd: 'x ${PORT}'}\n";
  return text;
}

std::shared_ptr<const config::Config> loaded(const std::string& text) {
  const config::LoadResult result =
      config::load_text(text, "c.yaml", [](const auto&) { return std::nullopt; });
  for (const config::Diagnostic& found : result.diagnostics) ADD_FAILURE() << config::format(found);
  return result.config;
}

Together together(const std::string& text) { return together_in(*loaded(text)); }

// The pairs that may run together, as "ab cd".
std::string pairs(const Together& found) {
  std::string text;
  for (std::size_t i = 0; i < found.models.size(); ++i) {
    for (std::size_t j = i + 1; j < found.models.size(); ++j) {
      if (!found.pair(j, i)) continue;
      text += (text.empty() ? "" : " ") + found.models[i].str() + found.models[j].str();
    }
  }
  return text;
}

TEST(Together, WithoutRulesThereIsOneAtATime) { EXPECT_EQ(pairs(together(models({"a", "b", "c"}))), ""); }

TEST(Together, AMatrixByItsSets) {
  EXPECT_EQ(
      pairs(together(
          models({"a", "b", "c", "d", "e"}) +
          "matrix:\n  vars: {v: d}\n  sets:\n    base: a | b\n    main: +base & c\n    other: v & a\n")),
      "ac ad bc");
}

TEST(Together, AGroupThatDoesNotSwap) {
  EXPECT_EQ(pairs(together(models({"a", "b", "c", "d"}) +
                           "groups:\n  g: {swap: false, members: [a, b]}\n  h: {members: [c, d]}\n")),
            "ab");
}

// Loading b stops a, but a may come to b.
TEST(Together, AGroupThatIsNotExclusiveInOneOrder) {
  EXPECT_EQ(pairs(together(models({"a", "b"}) +
                           "groups:\n  g: {exclusive: false, members: [a]}\n  h: {members: [b]}\n")),
            "ab");
}

// Loading a stops b, but b may come to a.
TEST(Together, AGroupThatIsPersistentInOneOrder) {
  EXPECT_EQ(pairs(together(models({"a", "b", "c"}) +
                           "groups:\n  g: {persistent: true, members: [a]}\n  h: {members: [b, c]}\n")),
            "ab ac");
}

// The rule at loading, which is another piece of code, says the same of sets.
TEST(Together, AgreesWithWhatLoadingSays) {
  const auto config = loaded(models({"a", "b", "c", "d", "e"}) +
                             "matrix: {sets: {s: (a | b) & (c | d), t: d & e & (a | c), u: +s & e}}\n");
  const Together found = together_in(*config);
  for (std::size_t i = 0; i < found.models.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_EQ(found.pair(i, j),
                config::may_run_together(config->routing, {found.models[i], found.models[j]}))
          << found.models[i] << " " << found.models[j];
    }
  }
}

TEST(TogetherText, ATriangle) {
  EXPECT_EQ(
      together_text(together(models({"qwen", "gemma", "org/img 2"}) + "matrix: {sets: {s: qwen & i}, vars: "
                                                                      "{i: org/img 2}}\n")),
      "            1 2\n"
      "1 qwen\n"
      "2 gemma     -\n"
      "3 org/img 2 + -\n"
      "\n"
      "+ may run together, - may not\n"
      "never with another: gemma\n");
}

TEST(TogetherText, NobodyIsLeftOver) {
  EXPECT_EQ(together_text(together(models({"a", "b"}) + "matrix: {sets: {s: a & b}}\n")),
            "    1\n1 a\n2 b +\n\n+ may run together, - may not\n");
}

TEST(TogetherText, PinnedModelsAreMarked) {
  EXPECT_EQ(together_text(together(std::string("models: {a: {cmd: x, proxy: http://h:1, pin: true}, ") +
                                   "b: {cmd: x, proxy: http://h:2}}\nmatrix: {sets: {s: a & b}}\n")),
            "             1\n1 a (pinned)\n2 b          +\n\n+ may run together, - may not\n");
}

TEST(TogetherText, FewModels) {
  EXPECT_EQ(together_text({}), "no models\n");
  EXPECT_EQ(together_text(together(models({"a"}))), "1 a\n\nnever with another: a\n");
}

TEST(TogetherText, ColumnsStayBelowTheirNumbersAndUmlautsCountOnce) {
  std::vector<std::string> ids{"groß"};
  for (int i = 2; i <= 10; ++i) ids.push_back("m" + std::to_string(i));
  const std::string text =
      together_text(together(models(ids) + "groups: {g: {swap: false, members: [groß, m3, m10]}}\n"));
  EXPECT_TRUE(
      text.starts_with("         1  2  3  4  5  6  7  8  9\n"
                       " 1 groß\n"
                       " 2 m2    -\n"
                       " 3 m3    +  -\n"))
      << text;
  EXPECT_NE(text.find("\n10 m10   +  -  +  -  -  -  -  -  -\n"), std::string::npos) << text;
}

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 1; i <= count; ++i) ids.push_back("m" + std::to_string(i));
  return ids;
}

TEST(TogetherText, ManyModelsBecomeLists) {
  const std::string rule =
      "groups: {g: {swap: false, members: [m1, m2, m3]}, h: {swap: false, members: [m7, m9]}}\n";
  const std::string text = together_text(together(models(numbered(kWidestTable + 1)) + rule));
  EXPECT_TRUE(
      text.starts_with("each model with those that may run beside it:\n"
                       "\n"
                       "m1: m2, m3\n"
                       "m2: m1, m3\n"
                       "m3: m1, m2\n"
                       "m7: m9\n"
                       "m9: m7\n"
                       "\n"
                       "never with another: m4, m5, m6, m8, m10, "))
      << text;
  EXPECT_TRUE(text.ends_with(", m41\n"));
  EXPECT_TRUE(together_text(together(models(numbered(kWidestTable)) + rule)).ends_with(", m40\n"));
  EXPECT_NE(together_text(together(models(numbered(kWidestTable)) + rule)).find("+ may run together"),
            std::string::npos);
}

TEST(TogetherText, NamesAreWholeAndCannotSteerTheTerminal) {
  Together found;
  found.models = {ModelId(std::string(600, 'x')), ModelId("a\x1b[2J")};
  found.rows = {{}, {true}};
  found.pinned = {false, false};
  const std::string text = together_text(found);
  EXPECT_NE(text.find("1 " + std::string(600, 'x') + "\n2 a\\x1b[2J "), std::string::npos) << text;
}

}  // namespace
}  // namespace paddock::app
