#include "proc.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace paddock::keeper {
namespace {

TEST(Proc, KnowsThisProcess) {
  const auto self = process(::getpid());
  ASSERT_TRUE(self);
  EXPECT_EQ(self->pid, ::getpid());
  EXPECT_EQ(self->parent, ::getppid());
  EXPECT_EQ(self->group, ::getpgrp());
  const auto all = processes();
  EXPECT_TRUE(
      std::any_of(all.begin(), all.end(), [](const ProcessFacts& one) { return one.pid == ::getpid(); }));
  EXPECT_FALSE(process(0));
  EXPECT_EQ(boot_id().size(), 36u);
}

}  // namespace
}  // namespace paddock::keeper
