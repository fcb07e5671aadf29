#include "paddock/base/process_facts.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock {
namespace {

TEST(ParseStat, ReadsWhatFollowsTheName) {
  const std::string rest = " S 2 3 4 0 -1 4194304 102 0 0 0 0 0 0 0 20 0 1 0 4126709 3133440 389\n";
  const ProcessFacts facts{
      .pid = 7, .state = 'S', .parent = 2, .group = 3, .session = 4, .started = 4126709, .name = "cat"};
  EXPECT_EQ(parse_stat("7 (cat)" + rest), facts);
  for (const char* name : {"", "two words", "a) S 1 1 1 (", "(x) ", "line\nend", ") "}) {
    ProcessFacts named = facts;
    named.name = name;
    EXPECT_EQ(parse_stat(std::string("7 (") + name + ")" + rest), named);
  }
}

TEST(ParseStat, GivesNothingForOtherTexts) {
  for (const char* text :
       {"", "7", "7 (cat", "7 (cat) ", "7 cat) S 2 3 4", "x (cat) S 2 3 4 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 9",
        "7 (cat) S 2 3 4 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 x", ") (", "7 (cat) S 2 3 4 5"}) {
    EXPECT_EQ(parse_stat(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace paddock
