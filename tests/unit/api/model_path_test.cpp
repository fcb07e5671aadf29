#include "model_path.h"

#include <gtest/gtest.h>

namespace paddock::api {
namespace {

std::string split(std::string_view rest) {
  const ModelPath path = parse_model_path(rest);
  return path.model + " | " + path.verb + " | " + path.whole;
}

TEST(ModelPath, LastSegmentIsTheVerb) {
  EXPECT_EQ(split("m/load"), "m | load | m/load");
  EXPECT_EQ(split("org/m/load"), "org/m | load | org/m/load");
  EXPECT_EQ(split("org%2Fm/load"), "org/m | load | org/m/load");
}

TEST(ModelPath, OneSegmentHasNoVerb) {
  EXPECT_EQ(split("m"), "m |  | m");
  EXPECT_EQ(split("m%2Fload"), "m/load |  | m/load");
  EXPECT_EQ(split(""), " |  | ");
}

TEST(ModelPath, OddOnes) {
  EXPECT_EQ(split("m/"), "m |  | m/");
  EXPECT_EQ(split("/load"), " | load | /load");
  EXPECT_EQ(split("a%20b%3A7/load"), "a b:7 | load | a b:7/load");
}

}  // namespace
}  // namespace paddock::api
