#include "loading.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace paddock::http {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const TimePoint kBegin{1h};
const Standing kNowhere;

LoadingTalk comments(Duration grace = 10s) { return LoadingTalk({"m", grace, false}, kBegin); }
LoadingTalk visible(Duration grace = 10s) { return LoadingTalk({"m", grace, true}, kBegin); }

// The text of a visible word.
std::string shown(const std::string& event) {
  EXPECT_TRUE(event.starts_with("data: ") && event.ends_with("\n\n")) << event;
  const Json json = Json::parse(event.substr(6), nullptr, false);
  EXPECT_EQ(json["object"], "chat.completion.chunk");
  EXPECT_EQ(json["model"], "m");
  return json["choices"][0]["delta"].value("reasoning_content", "?");
}

TEST(StandingOf, CountsWhoIsServedBefore) {
  router::Queue queue;
  for (const std::uint64_t ticket : {7, 3, 9}) {
    queue.waiting.push_back({TicketId(ticket), ModelId("m"), {}, "why " + std::to_string(ticket)});
  }
  const Standing third = standing_of(queue, TicketId(9));
  EXPECT_EQ(third.place, 3u);
  EXPECT_EQ(third.of, 3u);
  EXPECT_EQ(third.why, "why 9");
  EXPECT_FALSE(third.loading);
  EXPECT_EQ(standing_of(queue, TicketId(3)).place, 2u);
  EXPECT_EQ(standing_of(queue, TicketId(1)).place, 0u);
  EXPECT_EQ(standing_of({}, TicketId(1)).of, 0u);
}

TEST(LoadingTalk, IsSilentUntilTheGraceIsOverThenSpeaksEveryTenSeconds) {
  LoadingTalk talk = comments(3s);
  EXPECT_EQ(talk.due(), kBegin + 3s);
  talk.word(kBegin + 3s, kNowhere);
  EXPECT_EQ(talk.due(), kBegin + 13s);
  talk.word(kBegin + 40s, kNowhere);
  EXPECT_EQ(talk.due(), kBegin + 50s) << "a late word is not made up for";
}

TEST(LoadingTalk, AGraceOfZeroIsForEver) {
  EXPECT_FALSE(LoadingTalk::talks({"m", 0s, false}));
  EXPECT_TRUE(LoadingTalk::talks({"m", 1s, false}));
  EXPECT_TRUE(LoadingTalk::talks({"m", 0s, true})) << "who wants to be told is told";
}

TEST(LoadingTalk, ACommentSaysWhatItWaitsFor) {
  EXPECT_EQ(comments().word(kBegin + 10s, kNowhere), ": loading m: 10 s\n\n");
  EXPECT_EQ(comments().word(kBegin + 21s, {2, 5, "m is being loaded"}),
            ": loading m: 21 s, place 2 of 5 in the queue, m is being loaded\n\n");
  EXPECT_EQ(comments().last_word(kBegin + 30s), "");
}

TEST(LoadingTalk, ACommentSaysHowFarTheLoadIs) {
  const auto told = [](const router::Loading& loading) {
    return comments().word(kBegin + 10s, {1, 1, "m is being loaded", loading});
  };
  const std::string begin = ": loading m: 10 s, place 1 of 1 in the queue, m is being loaded";
  EXPECT_EQ(told({"weights", 62, 10s, 31s}), begin + " (weights 62%, usually 31 s)\n\n");
  EXPECT_EQ(told({"context", {}, 10s, {}}), begin + " (context)\n\n");
  EXPECT_EQ(told({"starting", {}, 10s, 31s}), begin + " (usually 31 s)\n\n");
  EXPECT_EQ(told({"starting", {}, 10s, {}}), begin + "\n\n");
}

TEST(LoadingTalk, TheVisibleFormSaysItInTens) {
  LoadingTalk talk = visible();
  EXPECT_TRUE(shown(talk.word(kBegin + 1s, {1, 1, "x", router::Loading{"weights", 62, 1s, {}}}))
                  .ends_with("x (weights 60%) "));
  EXPECT_EQ(shown(talk.word(kBegin + 2s, {1, 1, "x", router::Loading{"weights", 69, 2s, {}}})), ".");
}

TEST(LoadingTalk, NoNameEndsAComment) {
  LoadingTalk talk({"a\n\ndata: b\r", 1s, false}, kBegin);
  EXPECT_EQ(talk.word(kBegin + 1s, {1, 1, "x\ny"}),
            ": loading a  data: b : 1 s, place 1 of 1 in the queue, x y\n\n");
}

TEST(LoadingTalk, TheVisibleFormComesEachSecond) {
  LoadingTalk talk = visible();
  EXPECT_EQ(talk.due(), kBegin + 1s) << "what is refused at once still has its status";
  EXPECT_EQ(shown(talk.word(kBegin + 1s, {2, 2, "why"})),
            "paddock loading model: m\n\n1 s: place 2 of 2 in the queue, why ");
  EXPECT_EQ(talk.due(), kBegin + 2s);
  EXPECT_EQ(shown(talk.word(kBegin + 2s, {2, 2, "why"})), ".");
  EXPECT_EQ(shown(talk.word(kBegin + 3s, {1, 2, "why"})), "\n3 s: place 1 of 2 in the queue, why ");
  EXPECT_EQ(shown(talk.last_word(kBegin + 3250ms)), "\nDone! (3.25 s)\n\n");
}

TEST(LoadingTalk, TheVisibleFormKeepsAShorterGrace) { EXPECT_EQ(visible(200ms).due(), kBegin + 200ms); }

TEST(LoadingTalk, WhoWasToldNothingIsNotToldTheEnd) { EXPECT_EQ(visible().last_word(kBegin + 500ms), ""); }

std::string reframed(StreamReframer& reframer, const std::string& body, std::size_t first,
                     std::size_t second) {
  std::string out;
  reframer.feed(std::string_view(body).substr(0, first), out);
  reframer.feed(std::string_view(body).substr(first, second - first), out);
  reframer.feed(std::string_view(body).substr(second), out);
  return out;
}

template <class Check>
void at_every_split(const std::string& body, Check check) {
  for (std::size_t first = 0; first <= body.size(); ++first) {
    for (std::size_t second = first; second <= body.size(); ++second) check(first, second);
  }
}

TEST(StreamReframer, EventsGoOnAsTheyAreAtEverySplit) {
  const std::string body = "data: {\"a\":1}\n\ndata: [DONE]\n\n";
  at_every_split(body, [&](std::size_t first, std::size_t second) {
    StreamReframer reframer(StreamApi::kOpenAi, "m");
    reframer.begin(200, "text/event-stream; charset=utf-8");
    std::string out = reframed(reframer, body, first, second);
    reframer.end(out);
    EXPECT_EQ(out, body);
  });
}

TEST(StreamReframer, AnErrorBecomesOneEventAtEverySplit) {
  const std::string body = R"({"error":{"message":"bad"}})";
  at_every_split(body, [&](std::size_t first, std::size_t second) {
    StreamReframer reframer(StreamApi::kOpenAi, "m");
    reframer.begin(400, "application/json");
    std::string out = reframed(reframer, body, first, second);
    EXPECT_EQ(out, "");
    reframer.end(out);
    EXPECT_EQ(out, "data: " + body + "\n\n");
  });
}

TEST(StreamReframer, ASuccessThatIsNoStreamIsAnError) {
  StreamReframer reframer(StreamApi::kAnthropic, "m");
  reframer.begin(200, "application/json");
  std::string out;
  reframer.feed(std::string(1 << 20, 'x'), out);
  reframer.end(out);
  EXPECT_TRUE(out.starts_with("event: error\ndata: {\"type\":\"error\"")) << out;
  EXPECT_LT(out.size(), 2000u);
}

TEST(StreamReframer, ABreakIsToldBetweenEventsOnly) {
  const std::string body = "data: a\n\ndata: b\n\n";
  for (std::size_t at = 0; at <= body.size(); ++at) {
    StreamReframer reframer(StreamApi::kOpenAi, "m");
    reframer.begin(200, "text/event-stream");
    std::string out;
    reframer.feed(std::string_view(body).substr(0, at), out);
    out.clear();
    reframer.broke({}, out);
    EXPECT_EQ(!out.empty(), at == 0 || at == 9 || at == body.size()) << at;
    EXPECT_EQ(out.find("[DONE]"), std::string::npos);
  }
}

TEST(StreamReframer, ABrokenErrorPageIsToldAsTheBreak) {
  StreamReframer reframer(StreamApi::kOpenAi, "m");
  reframer.begin(500, "text/html");
  std::string out;
  reframer.feed("<h", out);
  ApiError error;
  error.code = "upstream_broke";
  reframer.broke(error, out);
  EXPECT_NE(out.find("upstream_broke"), std::string::npos);
}

TEST(LoadingPieces, AreFramedForTheClient) {
  EXPECT_EQ(loading_piece(false, "abc"), "3\r\nabc\r\n");
  EXPECT_EQ(loading_piece(true, "abc"), "abc");
  EXPECT_EQ(loading_piece(false, ""), "") << "an empty chunk would be the end";
  EXPECT_NE(loading_head(false, false).find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(loading_head(false, false).find("Connection:"), std::string::npos);
  EXPECT_EQ(loading_head(true, false).find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(loading_head(true, false).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(loading_head(false, true).find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace paddock::http
