#include "paddock/base/pattern.h"

#include <gtest/gtest.h>

namespace paddock {
namespace {

TEST(Pattern, is_found_anywhere_unless_it_says_where) {
  const Pattern anywhere = *Pattern::compile("b+");
  EXPECT_TRUE(anywhere.found_in("abbc"));
  EXPECT_FALSE(anywhere.found_in("ac"));
  const Pattern at_the_end = *Pattern::compile(R"(\.(js|css)$)");
  EXPECT_TRUE(at_the_end.found_in("/ui/app.js"));
  EXPECT_FALSE(at_the_end.found_in("/ui/app.json"));
  EXPECT_TRUE(Pattern::compile("")->found_in(""));
}

TEST(Pattern, says_what_is_wrong_with_it) {
  const auto open = Pattern::compile("a(b");
  ASSERT_TRUE(open.has_error());
  EXPECT_NE(open.error().find("missing )"), std::string::npos) << open.error();
  // What RE2 leaves out because it could not be searched in linear time.
  EXPECT_TRUE(Pattern::compile(R"((a)\1)").has_error());
}

TEST(Pattern, brings_its_groups) {
  const Pattern pair = *Pattern::compile(R"((\w+)=(\d+)(!)?)");
  const std::string text = "and size=12 too";
  const auto groups = pair.match_in(text);
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0], "size=12");
  EXPECT_EQ(groups[1], "size");
  EXPECT_EQ(groups[2], "12");
  EXPECT_EQ(groups[3].data(), nullptr);
  EXPECT_TRUE(pair.match_in("nothing").empty());
}

TEST(Pattern, is_searched_in_linear_time) {
  const Pattern slow_elsewhere = *Pattern::compile("(a*)*(a*)*b$");
  EXPECT_FALSE(slow_elsewhere.found_in(std::string(100'000, 'a')));
}

}  // namespace
}  // namespace paddock
