#include "record.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::keeper {
namespace {

const Trace kTrace{"b-o-o-t", 11, 12, 345, 13, 346, "/sys/fs/cgroup/a b/paddock-12", "org/model"};

TEST(Record, ComesBackAsItWas) {
  EXPECT_EQ(parse_trace(format(kTrace)), kTrace);
  Trace bare = kTrace;
  bare.cgroup = "";
  EXPECT_EQ(parse_trace(format(bare)), bare);
}

TEST(Record, ANameCannotForgeALine) {
  Trace trace = kTrace;
  trace.name = "x\nleader 1 1";
  const auto read = parse_trace(format(trace));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->leader, 13);
}

TEST(Record, WhatIsNoRecord) {
  const std::string good = format(kTrace);
  for (std::size_t size = 0; size + 20 < good.size(); size += 3) {
    EXPECT_FALSE(parse_trace(good.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_trace("boot b\nkeeper 12 1\nleader 13 1\ncgroup \nname m\n")) << "no session";
  EXPECT_FALSE(parse_trace("boot b\nsession x\nkeeper 12 1\nleader 13 1\ncgroup \nname m\n"));
  EXPECT_TRUE(parse_trace("boot b\nsession 9\nkeeper 12 1\nleader 13 1\ncgroup \nname m\n"));
  EXPECT_FALSE(parse_trace("boot b\nsession 9\nkeeper 1 1\nleader 13 1\ncgroup \nname m\n"))
      << "nobody is process 1";
  EXPECT_FALSE(parse_trace("boot b\nsession 9\nkeeper -5 1\nleader 13 1\ncgroup \nname m\n"));
  EXPECT_FALSE(parse_trace("boot b\nsession 9\nkeeper 12 x\nleader 13 1\ncgroup \nname m\n"));
  EXPECT_FALSE(parse_trace("boot b\nsession 9\nkeeper 12 1 1\nleader 13 1\ncgroup \nname m\n"));
}

}  // namespace
}  // namespace paddock::keeper
