#include "target.h"

#include <gtest/gtest.h>

namespace paddock::client {
namespace {

TEST(Target, EncodesAllThatMeansSomethingInAnAddress) {
  EXPECT_EQ(encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(encoded("org/m 1&x=?#+%,"), "org%2Fm%201%26x%3D%3F%23%2B%25%2C");
  EXPECT_EQ(encoded("ü\n"), "%C3%BC%0A");
  EXPECT_EQ(encoded(""), "");
}

TEST(Target, PutsTheQueryBehindThePath) {
  EXPECT_EQ(target_of("/api/plan", {}), "/api/plan");
  EXPECT_EQ(target_of("/api/plan", {{"model", "a/b"}, {"running", "c,d e"}}),
            "/api/plan?model=a%2Fb&running=c%2Cd%20e");
  EXPECT_EQ(target_of("/x", {{"empty", ""}}), "/x?empty=");
}

}  // namespace
}  // namespace paddock::client
