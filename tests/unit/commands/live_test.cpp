// What comes piece by piece: streams of events, lines of logs, chats and what they cost, the state of `top`.
#include <gtest/gtest.h>

#include "bench_text.h"
#include "events.h"
#include "log_text.h"
#include "measure.h"
#include "text.h"
#include "top_text.h"

namespace paddock::commands {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> events_in(const std::vector<std::string>& pieces) {
  EventReader reader;
  std::vector<std::string> all;
  for (const std::string& piece : pieces) {
    EXPECT_TRUE(reader.feed(piece, [&](const Event& event) {
      all.push_back(event.name + "|" + event.data);
      return true;
    }));
  }
  return all;
}

TEST(EventReader, TakesEventsApartWhereverTheyAreCut) {
  const std::string text =
      ": here\n\nid: 7\nevent: state\ndata: {\"a\": 1}\n\ndata:x\r\ndata: y\r\n\r\ndata\n\nevent: n\n\n";
  const std::vector<std::string> wanted = {"state|{\"a\": 1}", "|x\ny", "|"};
  EXPECT_EQ(events_in({text}), wanted);
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  EXPECT_EQ(events_in(bytes), wanted);
  EXPECT_EQ(events_in({"data: not yet\n"}), std::vector<std::string>{});
}

TEST(EventReader, PassesOverWhatIsTooLarge) {
  const std::string much(17UL << 20, 'x');
  EXPECT_EQ(events_in({"data: ", much, much, "\n\n", "data: small\n\n"}), std::vector<std::string>{"|small"});
}

TEST(EventReader, EndsWhenItIsEnough) {
  EventReader reader;
  int count = 0;
  EXPECT_FALSE(reader.feed("data: a\n\ndata: b\n\n", [&](const Event&) { return ++count < 1; }));
  EXPECT_EQ(count, 1);
}

TEST(LogText, WhoseAndWhen) {
  const Json line =
      parsed(R"({"id": 7, "time": "2026-01-31T12:00:00.000Z", "model": "org/m", "text": "loaded\u001b[2J"})");
  const std::string time = local_time(*time_in("2026-01-31T12:00:00.000Z"));
  EXPECT_EQ(log_line(line, Whose::kShown), time + " [org/m] loaded\\x1b[2J\n");
  EXPECT_EQ(log_line(line, Whose::kKnown), time + " loaded\\x1b[2J\n");
  EXPECT_EQ(log_line(parsed(R"({"model": null, "text": "hello"})"), Whose::kShown), "[paddock] hello\n");
  for (const char* odd : {"null", "3", "[]", "{}", R"({"time": 1, "text": []})"}) {
    EXPECT_EQ(log_line(parsed(odd), Whose::kKnown), "\n") << odd;
  }
}

TEST(LogText, Pages) {
  const auto page =
      log_page(parsed(R"({"lines": [{"id": 1}], "before": null, "after": 1800000000000042, "more": true})"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->lines.size(), 1U);
  EXPECT_EQ(page->after, "1800000000000042");
  EXPECT_TRUE(page->more);
  EXPECT_EQ(log_page(parsed(R"({"lines": [], "after": -1})"))->after, std::nullopt);
  for (const char* odd : {"", "null", "[]", "{}", R"({"lines": {}})"})
    EXPECT_FALSE(log_page(parsed(odd))) << odd;
}

TEST(Chat, AsksForAStream) {
  EXPECT_EQ(
      parsed(chat_request("m", "hi \"there\"", 5)),
      parsed(R"({"model": "m", "stream": true, "stream_options": {"include_usage": true}, "max_tokens": 5,
                       "messages": [{"role": "user", "content": "hi \"there\""}]})"));
  EXPECT_FALSE(parsed(chat_request("m", "hi", 0)).contains("max_tokens"));
}

TEST(Chat, Pieces) {
  EXPECT_EQ(chat_piece(R"({"choices": [{"delta": {"content": "Hel"}}]})").text, "Hel");
  EXPECT_EQ(chat_piece(R"({"choices": [{"delta": {"reasoning_content": "hm"}}]})").reasoning, "hm");
  EXPECT_TRUE(chat_piece("[DONE]").last);
  EXPECT_EQ(chat_piece(R"({"error": {"message": "gone\u0007"}})").error, "gone\\x07");
  EXPECT_TRUE(chat_piece(R"({"error": {}})").error);
  for (const char* odd : {"", "null", "[]", "{}", R"({"choices": {}})", R"({"choices": [3]})",
                          R"({"choices": [{"delta": {"content": null, "reasoning": []}}]})"}) {
    const ChatPiece piece = chat_piece(odd);
    EXPECT_TRUE(piece.text.empty() && piece.reasoning.empty() && !piece.last && !piece.error) << odd;
  }
}

Figures measured(const std::vector<std::pair<std::chrono::milliseconds, std::string>>& pieces) {
  const TimePoint asked{};
  Measure measure(asked);
  for (const auto& [time, data] : pieces) measure.add(chat_piece(data), asked + time);
  return measure.figures();
}

constexpr const char* kToken = R"({"choices": [{"delta": {"content": "x"}}]})";

TEST(Measure, ByTheClockWhereTheEngineSaysNothing) {
  const Figures figures = measured({{500ms, R"({"choices": [{"delta": {"role": "assistant"}}]})"},
                                    {1000ms, kToken},
                                    {1500ms, kToken},
                                    {2000ms, kToken},
                                    {2000ms, R"({"choices": [], "usage": {"prompt_tokens": 200}})"}});
  EXPECT_EQ(figures.ttft, 1.0);
  EXPECT_EQ(figures.tokens, 3);
  EXPECT_EQ(figures.speed, 2.0) << "two tokens came in the second after the first";
  EXPECT_EQ(figures.prompt_tokens, 200);
  EXPECT_EQ(figures.prompt_speed, 200.0);
  EXPECT_EQ(figures_line(figures), "3 tokens, first after 1.00 s, 2.0 tokens/s");
}

TEST(Measure, TheEnginesOwnFiguresCount) {
  const Figures figures =
      measured({{1000ms, kToken}, {2000ms, R"({"usage": {"prompt_tokens": 8, "completion_tokens": 40},
                                                 "timings": {"prompt_per_second": 900.5, "predicted_per_second": 42.25}})"}});
  EXPECT_EQ(figures.prompt_speed, 900.5);
  EXPECT_EQ(figures.speed, 42.25);
  EXPECT_EQ(figures.tokens, 40);
}

TEST(Measure, NothingIsMadeUp) {
  const Figures none =
      measured({{1000ms, R"({"usage": {"prompt_tokens": "8"}, "timings": {"prompt_per_second": -1}})"}});
  EXPECT_FALSE(none.ttft || none.tokens || none.speed || none.prompt_speed || none.prompt_tokens);
  EXPECT_EQ(figures_line(none), "no tokens");
  const Figures one = measured({{1000ms, kToken}});
  EXPECT_EQ(one.speed, std::nullopt) << "one token has no speed";
  EXPECT_EQ(figures_line(one), "1 token, first after 1.00 s");
}

TEST(BenchText, RunsAndTheirMedian) {
  const BenchResult result{"m",
                           1.5,
                           {{0.25, 500, 1000.0, 128, 40.0},
                            {0.75, 500, 3000.0, 128, std::nullopt},
                            {0.5, 500, 2000.0, 128, 60.0}}};
  EXPECT_EQ(bench_text(result, std::nullopt),
            "m: swapped in within 1.50 s\n"
            "RUN     PROMPT  TOKENS/S    TTFT  ANSWER  TOKENS/S\n"
            "1          500    1000.0  0.25 s     128      40.0\n"
            "2          500    3000.0  0.75 s     128         -\n"
            "3          500    2000.0  0.50 s     128      60.0\n"
            "median     500    2000.0  0.50 s     128      50.0\n");
  const Json json = bench_json(result);
  EXPECT_EQ(json["swap_s"], 1.5);
  EXPECT_EQ(json["runs"][1]["tokens_per_second"], nullptr);
  EXPECT_EQ(json["median"]["tokens_per_second"], 50.0);
}

TEST(BenchText, WhatIsNotKnown) {
  const BenchResult result{"m\x1b", std::nullopt, {Figures{}}};
  EXPECT_TRUE(bench_text(result, 40).starts_with("m\\x1b: was loaded already")) << bench_text(result, 40);
  EXPECT_EQ(bench_json(result)["swap_s"], nullptr);
  EXPECT_EQ(median_of({}).ttft, std::nullopt);
}

TEST(BenchText, NoTwoPromptsBeginAlike) {
  EXPECT_TRUE(bench_prompt("17").starts_with("List 17:"));
  EXPECT_GT(bench_prompt("17").size(), 2000U);
}

const TopView kPlain{"http://box:1", "", *time_in("2026-01-31T12:00:10.000Z"), std::nullopt, 0};

Json state_of_two() {
  Json state;
  EXPECT_TRUE(
      apply(state, {"state", R"({"id": "x-1", "daemon": {"version": "0.1.0", "frozen": true, "profile": "day",
      "models": ["b", "a", "c"]},
      "models": {"a": {"id": "a", "state": "ready", "in_flight": 1, "fit": {"verdict": "fits"}},
                 "b": {"id": "b", "state": "starting", "loading": {"percent": 5}},
                 "c": {"id": "c", "state": "stopped"}},
      "gpus": {"gpus": [{"index": 0, "name": "RTX A4000", "total": 17179869184, "used": 9663676416, "util": 87,
                         "temp": 64, "power": null, "models": [{"model": "a", "bytes": 8589934592}]}]},
      "inflight": {"17": {"model": "a", "phase": "answering", "client": "127.0.0.1", "path": "/v1/x",
                          "started": "2026-01-31T12:00:00.000Z", "tokens": 512, "tokens_per_second": 42.34}}})"}));
  return state;
}

TEST(TopText, AllOfIt) {
  EXPECT_EQ(top_text(state_of_two(), kPlain),
            "paddock 0.1.0 at http://box:1, profile day, frozen\n\n"
            "GPU  NAME          USED     TOTAL  LOAD   TEMP  POWER\n"
            "  0  RTX A4000  9.0 GiB  16.0 GiB  87 %  64 \xc2\xb0"
            "C      -\n\n"
            "MODEL  STATE        VRAM           FIT   RUNNING  QUEUE  UNTIL\n"
            "b      starting 5%  -              -                     -\n"
            "a      ready        GPU 0 8.0 GiB  fits        1         in use\n\n"
            "REQUEST  PHASE      CLIENT     PATH   SINCE  TOKENS  TOKENS/S\n"
            "a        answering  127.0.0.1  /v1/x   10 s     512      42.3\n");
}

TEST(TopText, ChangesAreMerged) {
  Json state = state_of_two();
  EXPECT_TRUE(apply(state, {"change", R"({"models": {"a": {"id": "a", "state": "stopped"}, "b": null,
                                                     "c": {"id": "c", "state": "stopping"}},
                                          "gpus": {"gpus": []}, "inflight": {"17": null}})"}));
  EXPECT_EQ(top_text(state, kPlain),
            "paddock 0.1.0 at http://box:1, profile day, frozen\n\n"
            "MODEL  STATE     VRAM  FIT  RUNNING  QUEUE  UNTIL\n"
            "c      stopping  -     -                    -\n");
  EXPECT_TRUE(apply(state, {"state", R"({"daemon": {"version": "2"}})"})) << "it forgets what it had";
  EXPECT_EQ(top_text(state, kPlain), "paddock 2 at http://box:1\n\nno model is loaded\n");
}

TEST(TopText, FitsTheScreen) {
  TopView small = kPlain;
  small.width = 20;
  small.height = 4;
  const std::string text = top_text(state_of_two(), small);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  std::string_view rest = text;
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    EXPECT_LE(columns(rest.substr(0, end)), 20U) << rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
}

TEST(TopText, SaysThatItIsOld) {
  TopView view = kPlain;
  view.trouble = "nothing answers";
  EXPECT_TRUE(top_text(state_of_two(), view).starts_with("OLD: nothing answers\n"));
}

TEST(TopText, OddStates) {
  for (const char* data : {"", "3", "[]", "null"}) {
    Json state;
    EXPECT_FALSE(apply(state, {"state", data})) << data;
  }
  Json state;
  EXPECT_FALSE(apply(state, {"lost", "{}"}));
  for (const char* data :
       {"{}", R"({"models": 3, "daemon": [], "gpus": "x", "inflight": [1]})",
        R"({"daemon": {"models": [1, "x", null]}, "models": {"x": 3}, "inflight": {"1": 7}})",
        R"({"models": {"x": {}}, "inflight": {}})"}) {
    EXPECT_TRUE(apply(state, {"change", data})) << data;
    EXPECT_FALSE(top_text(state, kPlain).empty()) << data;
  }
}

TEST(TopText, IsDrawnOverWhatStands) {
  EXPECT_EQ(redraw("ab\nc\n"), "\x1b[Hab\x1b[K\r\nc\x1b[K\x1b[J");
  EXPECT_EQ(redraw(""), "\x1b[H\x1b[J");
}

}  // namespace
}  // namespace paddock::commands
