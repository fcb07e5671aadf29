// Parsed heads from text, for tests that need one. A text that does not parse is a failure of the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "request_head.h"
#include "response_head.h"

namespace paddock::http::test {

// The views inside a head point into it, so it stays where it was read.
inline std::unique_ptr<RequestHeadReader> request(const std::string& text) {
  auto reader = std::make_unique<RequestHeadReader>(std::size_t{64} << 10);
  EXPECT_EQ(reader->parse(text), RequestHeadReader::Outcome::kDone) << text;
  return reader;
}

inline std::unique_ptr<ResponseHeadReader> response(const std::string& text, bool to_head = false) {
  auto reader = std::make_unique<ResponseHeadReader>(std::size_t{64} << 10, to_head);
  EXPECT_EQ(reader->parse(text), ResponseHeadReader::Outcome::kDone) << text;
  return reader;
}

}  // namespace paddock::http::test
