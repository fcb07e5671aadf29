#include "paddock/http/handler.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

TEST(PercentDecode, DecodesAndLeavesBadEscapes) {
  EXPECT_EQ(percent_decode("org%2Fmodel"), "org/model");
  EXPECT_EQ(percent_decode("a%2fb%41"), "a/bA");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%2"), "%zz%2");
  EXPECT_EQ(percent_decode("%00x").size(), 2u);
}

TEST(PercentDecode, PlusIsABlankOnlyWhenAsked) {
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
}

TEST(Request, HeaderIgnoresCaseAndTakesTheFirst) {
  Request request;
  request.headers = {{"Accept", "a"}, {"accept", "b"}};
  EXPECT_EQ(request.header("ACCEPT"), "a");
  EXPECT_EQ(request.header("Origin"), "");
}

TEST(Request, QueryValues) {
  Request request;
  request.query = "mode=now&no-history&&x=a%20b+c&mode=drain&empty=";
  EXPECT_EQ(request.query_value("mode"), "now");
  EXPECT_EQ(request.query_value("x"), "a b c");
  EXPECT_TRUE(request.has_query("no-history"));
  EXPECT_TRUE(request.has_query("empty"));
  EXPECT_EQ(request.query_value("no-history"), "");
  EXPECT_FALSE(request.has_query("history"));
  EXPECT_FALSE(request.has_query(""));
}

TEST(Request, AllValuesOfAName) {
  Request request;
  request.query = "running=a,org%2Fm&model=z&running=b+c&running=&running";
  EXPECT_EQ(request.query_values("running"), (std::vector<std::string>{"a,org/m", "b c", "", ""}));
  EXPECT_TRUE(request.query_values("none").empty());
}

TEST(Request, QueryWithoutAnything) {
  const Request request;
  EXPECT_FALSE(request.has_query("mode"));
  EXPECT_EQ(request.query_value("mode"), "");
}

struct Recorder : Responder::Target {
  void reply(Reply reply) noexcept override { replies.push_back(std::move(reply)); }
  void stream(Reply head, std::unique_ptr<ByteSource>) noexcept override {
    streams.push_back(std::move(head));
  }
  std::vector<Reply> replies;
  std::vector<Reply> streams;
};

TEST(Responder, AnswersOnce) {
  const auto target = std::make_shared<Recorder>();
  {
    Responder responder(target);
    Responder moved(std::move(responder));
    moved.reply({200, "text/plain", "OK", {}});
    moved.reply({200, "text/plain", "again", {}});
  }
  ASSERT_EQ(target->replies.size(), 1u);
  EXPECT_EQ(target->replies[0].body, "OK");
}

TEST(Responder, DroppedWithoutAnAnswerSays500) {
  const auto target = std::make_shared<Recorder>();
  { Responder responder(target); }
  ASSERT_EQ(target->replies.size(), 1u);
  EXPECT_EQ(target->replies[0].status, 500);
  EXPECT_NE(target->replies[0].body.find("internal_error"), std::string::npos);
}

TEST(Responder, AssignmentDropsTheOldOne) {
  const auto first = std::make_shared<Recorder>();
  const auto second = std::make_shared<Recorder>();
  Responder responder(first);
  responder = Responder(second);
  EXPECT_EQ(first->replies.size(), 1u);
  EXPECT_TRUE(second->replies.empty());
  responder.stream({}, nullptr);
  EXPECT_EQ(second->streams.size(), 1u);
}

}  // namespace
}  // namespace paddock::http
