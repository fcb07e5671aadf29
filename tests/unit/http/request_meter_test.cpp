// What an answer tells on its way, and the row that becomes of its request.
#include "request_meter.h"

#include <gtest/gtest.h>

#include <vector>

#include "heads.h"
#include "key_ring.h"
#include "tests/unit/metrics/deflated.h"

namespace paddock::http {
namespace {

TEST(AnswerMeter, LooksAtWhatMayTellSomething) {
  const std::string body = R"({"usage":{"prompt_tokens":7}})";
  const auto tokens = [&body](const std::string& fields, const std::string& path = "/v1/x") {
    const auto head = test::response("HTTP/1.1 " + fields + "\r\nContent-Length: 9\r\n\r\n");
    AnswerMeter meter(path);
    meter.take_head(head->head());
    meter.take(body);
    return meter.end().usage.input;
  };
  EXPECT_EQ(tokens("200 OK\r\nContent-Type: application/json; charset=utf-8"), 7);
  EXPECT_EQ(tokens("200 OK"), 7) << "no type at all";
  EXPECT_EQ(tokens("200 OK\r\nContent-Type: image/png"), 0);
  EXPECT_EQ(tokens("200 OK\r\nContent-Type: text/event-stream"), 0) << "no event";
  EXPECT_EQ(tokens("200 OK\r\nContent-Encoding: br"), -1);
  EXPECT_EQ(tokens("200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip"), -1);
  EXPECT_EQ(tokens("404 Not Found"), 0);
  EXPECT_EQ(tokens("302 Found"), 0);
}

struct Rows final : metrics::Sink {
  std::uint64_t next_id() override { return 1; }
  void finished(const metrics::Row& row) override { rows.push_back(row); }

  std::vector<metrics::Row> rows;
};

// A request whose answer was read by the meter alone.
struct RequestMeterTest : testing::Test {
  void end_with(const std::string& head, const std::string& body) {
    const auto asked = test::request("POST /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const ExchangeRequest request{asked->head(), keys, "/v1/x", remote, router::Use::kWork, true, {}, 0};
    RequestMeter meter(sink, 7, request, ModelId("a"));
    meter.placed();
    AnswerMeter& answer = meter.new_try();
    const auto told = test::response(head);
    answer.take_head(told->head());
    answer.take(body);
    ExchangeResult result;
    result.end = ExchangeResult::End::kDone;
    result.status = told->head().status();
    meter.end(result, false, false, *worker);
  }

  Rows sink;
  KeyRing keys;
  const Remote remote{"::1", "::1"};
  std::optional<asio::io_context> worker{std::in_place};
};

const std::string kGzip = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n";
const std::string kUsage = R"({"usage":{"prompt_tokens":7}})";

TEST_F(RequestMeterTest, ARowComesAtOnceWhereAllWasRead) {
  end_with(kGzip, metrics::deflated(kUsage, metrics::Wrapper::kGzip));
  ASSERT_EQ(sink.rows.size(), 1u);
  EXPECT_EQ(sink.rows[0].usage.input, 7);
  EXPECT_EQ(sink.rows[0].code, "");
  end_with("HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\n", R"({"error":"busy"})");
  ASSERT_EQ(sink.rows.size(), 2u);
  EXPECT_EQ(sink.rows[1].code, "status_503");
  EXPECT_EQ(sink.rows[1].error, "busy");
  end_with("HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n", "");
  EXPECT_EQ(sink.rows[2].error, "404 Not Found");
}

TEST_F(RequestMeterTest, WhatIsLeftToReadIsReadBetweenOtherWork) {
  constexpr std::size_t kSteps = 8;
  end_with(kGzip, metrics::deflated(std::string(metrics::kDecodedAtOnce * kSteps, ' ') + kUsage,
                                    metrics::Wrapper::kGzip));
  std::size_t steps = 0;
  while (sink.rows.empty() && worker->poll_one() > 0) ++steps;
  EXPECT_GE(steps, kSteps - 3);
  ASSERT_EQ(sink.rows.size(), 1u);
  EXPECT_EQ(sink.rows[0].usage.input, 7);
  EXPECT_EQ(sink.rows[0].id, 7u);
}

TEST_F(RequestMeterTest, NoRowIsLostWithItsWorker) {
  end_with(kGzip, metrics::deflated(std::string(metrics::kDecodedAtOnce * 4, ' ') + kUsage,
                                    metrics::Wrapper::kGzip));
  EXPECT_TRUE(sink.rows.empty());
  worker.reset();
  ASSERT_EQ(sink.rows.size(), 1u);
  EXPECT_EQ(sink.rows[0].usage.input, 7);
}

}  // namespace
}  // namespace paddock::http
