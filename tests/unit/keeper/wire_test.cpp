#include "wire.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace paddock::keeper {
namespace {

TEST(Wire, AnOrderComesBackAsItWas) {
  Order order;
  order.name = "org/model";
  order.program = "/bin/x";
  order.argv = {"x", "", "a b", std::string("nul\0in", 6)};
  order.env = {"A=1", "B="};
  order.files = {1024, 4096};
  order.detached = true;
  const UniqueFd file = pack(order, {"/records", "/groups"});
  ASSERT_TRUE(file);
  const auto back = unpack(file.get());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->first.name, order.name);
  EXPECT_EQ(back->first.program, order.program);
  EXPECT_EQ(back->first.argv, order.argv);
  EXPECT_EQ(back->first.env, order.env);
  EXPECT_EQ(back->first.files.rlim_cur, 1024u);
  EXPECT_EQ(back->first.files.rlim_max, 4096u);
  EXPECT_TRUE(back->first.detached);
  EXPECT_EQ(back->second.records, "/records");
  EXPECT_EQ(back->second.cgroups, "/groups");
}

TEST(Wire, ACutOrderIsNone) {
  const UniqueFd file = pack({"m", "/bin/x", {"x", "y"}, {"A=1"}, {}, false}, {});
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  for (off_t cut = size - 1; cut >= 0; --cut) {
    ASSERT_EQ(::ftruncate(file.get(), cut), 0);
    EXPECT_FALSE(unpack(file.get())) << cut;
  }
}

TEST(Wire, MessagesAreWholeAndDescriptorsTravel) {
  const auto pair = socket_pair();
  ASSERT_TRUE(pair);
  int value = 0;
  EXPECT_EQ(receive_bytes(pair->theirs.get(), &value, sizeof value).state, Received::State::kNothingYet);
  const int sent = 42;
  ASSERT_TRUE(send_bytes(pair->ours.get(), &sent, sizeof sent, {STDERR_FILENO}));
  ASSERT_TRUE(send_bytes(pair->ours.get(), &sent, 2));
  const Received first = receive_bytes(pair->theirs.get(), &value, sizeof value);
  EXPECT_EQ(first.state, Received::State::kMessage);
  EXPECT_EQ(first.size, sizeof value);
  EXPECT_EQ(value, 42);
  EXPECT_TRUE(first.descriptors[0]);
  EXPECT_FALSE(first.descriptors[1]);
  EXPECT_EQ(receive_bytes(pair->theirs.get(), &value, sizeof value).size, 2u);
}

// Linux tells of that first.
TEST(Wire, WhatWasSaidIsHeardThoughOursWasNotRead) {
  auto pair = socket_pair();
  int value = 7;
  ASSERT_TRUE(send_bytes(pair->theirs.get(), &value, sizeof value));
  ASSERT_TRUE(send_bytes(pair->ours.get(), &value, sizeof value));
  pair->ours.reset();
  value = 0;
  EXPECT_EQ(receive_bytes(pair->theirs.get(), &value, sizeof value).state, Received::State::kMessage);
  EXPECT_EQ(value, 7);
  EXPECT_EQ(receive_bytes(pair->theirs.get(), &value, sizeof value).state, Received::State::kOver);
}

TEST(Wire, TheOtherEndIsGone) {
  auto pair = socket_pair();
  pair->ours.reset();
  int value = 0;
  EXPECT_EQ(receive_bytes(pair->theirs.get(), &value, sizeof value).state, Received::State::kOver);
  EXPECT_FALSE(send_bytes(pair->theirs.get(), &value, sizeof value)) << "and no SIGPIPE";
}

}  // namespace
}  // namespace paddock::keeper
