#include "size.h"

#include <gtest/gtest.h>

namespace paddock::config {
namespace {

TEST(Size, ReadsBytesAndUnits) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("1048576"), 1u << 20);
  EXPECT_EQ(parse_size("4KiB"), 4096u);
  EXPECT_EQ(parse_size("64MiB"), 64u << 20);
  EXPECT_EQ(parse_size("1GiB"), 1u << 30);
  EXPECT_EQ(parse_size("1024GiB"), std::uint64_t{1} << 40);
}

TEST(Size, RefusesAllElse) {
  for (const char* text : {"", "MiB", "-1", "+1", "1.5MiB", "64MB", "64mib", "64M", "1 MiB", "1025GiB",
                           "99999999999999999999", "1MiBx", "0x10"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace paddock::config
