#include "paddock/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace paddock {
namespace {

TEST(Text, TrimTakesBlanksAndLineEndsFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
}

TEST(Text, EditDistanceCountsInsertDeleteReplace) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("il", "img"), 2u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("same", "same"), 0u);
}

TEST(Text, NearestPrefersPrefixThenOrder) {
  const std::vector<std::string> vars{"img", "gm"};
  EXPECT_EQ(nearest("il", vars), "img");
  const std::vector<std::string> models{"qwen4", "qwen3", "qwem4"};
  EXPECT_EQ(nearest("qwem3", models), "qwem4");
  const std::vector<std::string> ties{"bcd", "abd", "abe"};
  EXPECT_EQ(nearest("abc", ties), "abd");
}

TEST(Text, NearestLeavesOutWhatIsUsedElsewhere) {
  const std::vector<std::string> vars{"gm", "gml"};
  EXPECT_EQ(nearest("gl", vars), "gm");
  EXPECT_EQ(nearest("gl", vars, {"gm"}), "gml");
  EXPECT_FALSE(nearest("gl", vars, {"gm", "gml"}));
}

TEST(Text, NearestMeansTheEditDistance) {
  const std::vector<std::string> words{"",    "a",    "ab",   "ba",   "abc", "acb",
                                       "cab", "abcd", "bcda", "aabb", "abab"};
  for (const std::string& wrong : words) {
    for (const std::string& word : words) {
      const std::size_t distance = edit_distance(wrong, word);
      const bool is_near = distance <= 2 && distance < std::max(wrong.size(), word.size());
      EXPECT_EQ(nearest(wrong, std::vector{word}).has_value(), is_near) << wrong << " " << word;
    }
  }
}

TEST(Text, NearestFindsNothingAmongStrangers) {
  const std::vector<std::string> names{"b", "cd", "something"};
  EXPECT_FALSE(nearest("a", names));
  EXPECT_FALSE(nearest("xy", names));
  EXPECT_FALSE(nearest("zzzzzz", names));
}

TEST(Text, PrintableHidesControlBytesAndCuts) {
  EXPECT_EQ(printable("a\nb\x1b[0m"), "a\\x0ab\\x1b[0m");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace paddock
