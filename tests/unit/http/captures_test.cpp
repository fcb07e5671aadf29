#include "paddock/http/captures.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

Capture with_body(std::uint64_t id, std::size_t size) {
  Capture capture;
  capture.id = id;
  capture.answer_body = std::string(size, 'x');
  return capture;
}

std::vector<std::uint64_t> ids(const Captures& captures) {
  std::vector<std::uint64_t> out;
  for (const auto& one : captures.list()) out.push_back(one->id);
  return out;
}

using Ids = std::vector<std::uint64_t>;

TEST(Captures, KeepsNothingUnlessTold) {
  Captures captures;
  EXPECT_EQ(captures.limit(), 0u);
  captures.add(with_body(1, 0));
  EXPECT_EQ(ids(captures), Ids{});
  EXPECT_EQ(captures.find(1), nullptr);
}

TEST(Captures, TheOldestGoFirst) {
  Captures captures;
  captures.set_limit(3 * with_body(0, 1000).bytes());
  for (std::uint64_t id = 1; id <= 4; ++id) captures.add(with_body(id, 1000));
  EXPECT_EQ(ids(captures), (Ids{4, 3, 2}));
  EXPECT_EQ(captures.find(1), nullptr);
  EXPECT_EQ(captures.find(3)->answer_body, std::string(1000, 'x'));
}

TEST(Captures, OneTooLargePushesNobodyOut) {
  Captures captures;
  captures.set_limit(3000);
  captures.add(with_body(1, 1000));
  captures.add(with_body(2, 3000));
  EXPECT_EQ(ids(captures), Ids{1});
}

TEST(Captures, EverythingOfOneCounts) {
  Capture capture;
  const std::size_t empty = capture.bytes();
  capture.request_body = std::string(100, 'x');
  capture.answer_body = std::string(200, 'x');
  capture.path = std::string(10, 'x');
  EXPECT_EQ(capture.bytes(), empty + 310);
  capture.request_headers = {{"ab", "cde"}};
  EXPECT_GE(capture.bytes(), empty + 315);
}

TEST(Captures, LessMemoryDropsAndNoneDropsAll) {
  Captures captures;
  captures.set_limit(1 << 20);
  for (std::uint64_t id = 1; id <= 3; ++id) captures.add(with_body(id, 1000));
  captures.set_limit(with_body(0, 1000).bytes());
  EXPECT_EQ(ids(captures), Ids{3});
  captures.set_limit(0);
  EXPECT_EQ(ids(captures), Ids{});
}

TEST(CaptureParts, LeaveOutSoundsAndPictures) {
  EXPECT_EQ(capture_parts("/v1/chat/completions"), (CaptureParts{true, true}));
  EXPECT_EQ(capture_parts("/v1/audio/speech"), (CaptureParts{true, false}));
  EXPECT_EQ(capture_parts("/v1/audio/transcriptions"), (CaptureParts{false, true}));
  EXPECT_EQ(capture_parts("/v1/images/edits"), (CaptureParts{false, false}));
  EXPECT_EQ(capture_parts("/upstream/org/m/v1/audio/speech"), (CaptureParts{true, false}));
  EXPECT_EQ(capture_parts("/v1/audio/speech/more"), (CaptureParts{true, true}));
}

TEST(CaptureValue, BlackensKeysAndCookies) {
  for (const char* name : {"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api-Key"})
    EXPECT_EQ(capture_value(name, "secret"), "[REDACTED]") << name;
  EXPECT_EQ(capture_value("Content-Type", "text/plain"), "text/plain");
}

}  // namespace
}  // namespace paddock::http
