#include "proc.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace paddock::keeper {
namespace {

// Fields 5 to 21, behind state, parent and group.
const std::string kMiddle = " 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 ";

TEST(ParseStat, TheFieldsThatMatter) {
  const auto found = parse_stat("123 (llama-server) S 45 67" + kMiddle.substr(2) + "987654 1 2\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->pid, 123);
  EXPECT_EQ(found->parent, 45);
  EXPECT_EQ(found->group, 67);
  EXPECT_EQ(found->state, 'S');
  EXPECT_EQ(found->started, 987654u);
}

TEST(ParseStat, ANameMayContainAnything) {
  const auto found = parse_stat("7 (a) Z 1 (b) c) Z 45 67" + kMiddle.substr(2) + "11 0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, 'Z');
  EXPECT_EQ(found->parent, 45);
  EXPECT_EQ(found->started, 11u);
}

TEST(ParseStat, WhatIsNoStat) {
  for (const char* line : {"", "\n", "1", "1 (a", "1 (a) ", "1 (a) S 2 3 4",
                           "x (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", ") (",
                           "1 (a) S 99999999999999 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"}) {
    EXPECT_FALSE(parse_stat(line)) << line;
  }
}

TEST(Proc, KnowsThisProcess) {
  const auto self = process(::getpid());
  ASSERT_TRUE(self);
  EXPECT_EQ(self->pid, ::getpid());
  EXPECT_EQ(self->parent, ::getppid());
  EXPECT_EQ(self->group, ::getpgrp());
  const auto all = processes();
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Process& one) { return one.pid == ::getpid(); }));
  EXPECT_FALSE(process(0));
  EXPECT_EQ(boot_id().size(), 36u);
}

}  // namespace
}  // namespace paddock::keeper
