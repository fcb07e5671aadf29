#include "known_capabilities.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paddock::api {
namespace {

TEST(KnownCapabilities, TheFileCountsBeforeTheCommand) {
  config::ModelConfig model;
  const config::CommandFacts facts{100, true, false, true};
  config::Capabilities can = known_capabilities(model, facts);
  EXPECT_EQ(can.context, 100);
  EXPECT_EQ(can.in, (std::vector<std::string>{"text", "image"}));
  EXPECT_EQ(can.out, std::vector<std::string>{"text"});
  EXPECT_TRUE(can.reranker);

  model.capabilities.in = {"text"};
  model.capabilities.context = 50;
  can = known_capabilities(model, facts);
  EXPECT_EQ(can.context, 50);
  EXPECT_EQ(can.in, std::vector<std::string>{"text"});
}

TEST(KnownCapabilities, WhatTheServerSaidCountsLast) {
  config::ModelConfig model;
  const http::UpstreamProps props{4096, true, true};
  config::Capabilities can = known_capabilities(model, {}, props);
  EXPECT_EQ(can.context, 4096);
  EXPECT_EQ(can.in, (std::vector<std::string>{"text", "image", "audio"}));
  EXPECT_EQ(known_capabilities(model, {100, false, false, false}, props).context, 100);
  model.capabilities.out = {"audio"};
  can = known_capabilities(model, {}, props);
  EXPECT_TRUE(can.in.empty());
  EXPECT_EQ(known_capabilities(model, {}, http::UpstreamProps{}), model.capabilities);
}

}  // namespace
}  // namespace paddock::api
