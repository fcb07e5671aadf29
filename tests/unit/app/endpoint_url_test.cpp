#include "endpoint_url.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

using process::Endpoint;

std::string shown(std::string_view url) {
  const Endpoint endpoint = split_url(url);
  return endpoint.host + " " + std::to_string(endpoint.port) + " " + endpoint.base_path;
}

TEST(EndpointUrl, Parts) {
  EXPECT_EQ(shown("http://127.0.0.1:5800"), "127.0.0.1 5800 ");
  EXPECT_EQ(shown("http://localhost:5800/"), "localhost 5800 ");
  EXPECT_EQ(shown("http://box:9/api/v2/"), "box 9 /api/v2");
  EXPECT_EQ(shown("http://box/base"), "box 80 /base");
  EXPECT_EQ(shown("http://[::1]:5800/x"), "::1 5800 /x");
  EXPECT_EQ(shown("http://[::1]"), "::1 80 ");
}

}  // namespace
}  // namespace paddock::app
