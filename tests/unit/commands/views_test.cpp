// What people see of the daemon's JSON: as it is, with members missing, and with odd ones.
#include <gtest/gtest.h>

#include "model_text.h"
#include "queue_text.h"
#include "status_text.h"
#include "steer_text.h"
#include "text.h"

namespace paddock::commands {
namespace {

const WallTime kNow = *time_in("2026-01-31T12:00:00.000Z");

// Every shape that is none of ours.
const std::vector<Json>& odd() {
  static const std::vector<Json> all = {
      nullptr,        1,
      "text",         true,
      Json::array(),  Json::array({1, nullptr, "x", Json::array()}),
      Json::object(), {{"id", 1}, {"state", Json::array()}, {"in_flight", "many"}}};
  return all;
}

std::optional<std::string> status(const Json& models, const Json& gpus, bool all = false) {
  return status_text({{"models", models}}, {{"gpus", gpus}}, {all, std::nullopt, kNow});
}

TEST(StatusText, ShowsWhatIsLoaded) {
  const Json models = parsed(R"([
    {"id": "small", "state": "ready", "in_flight": 0, "waiting": 0, "unloads_at": "2026-01-31T12:04:30.000Z",
     "fit": {"verdict": "fits"}},
    {"id": "org/large", "state": "ready", "in_flight": 2, "waiting": 12, "unloads_at": null,
     "fit": {"verdict": "spilled"}},
    {"id": "new", "state": "starting", "loading": {"stage": "weights", "percent": 62}, "fit": null},
    {"id": "pinned", "state": "ready", "unloads_at": null, "draining": false},
    {"id": "old", "state": "ready", "draining": true},
    {"id": "other", "state": "stopped"}])");
  const Json gpus = parsed(R"([
    {"index": 0, "models": [{"model": "small", "bytes": 8589934592, "estimated": false},
                            {"model": "org/large", "bytes": 1073741824, "estimated": true}]},
    {"index": 1, "models": [{"model": "org/large", "bytes": 4831838208, "estimated": false}]}])");
  EXPECT_EQ(status(models, gpus),
            "MODEL      STATE            VRAM                           FIT      RUNNING  QUEUE  UNTIL\n"
            "small      ready            GPU 0 8.0 GiB                  fits                     4 min 30 s\n"
            "org/large  ready            GPU 0 ~1.0 GiB, GPU 1 4.5 GiB  spilled        2     12  in use\n"
            "new        starting 62%     -                              -                        -\n"
            "pinned     ready            -                              -                        stays\n"
            "old        ready, draining  -                              -                        stays\n");
}

TEST(StatusText, ShowsStoppedModelsIfAsked) {
  const Json models = parsed(R"([{"id": "a", "state": "stopped"}])");
  EXPECT_EQ(status(models, nullptr), "no model is loaded (--all shows the 1 there are)\n");
  EXPECT_EQ(status(Json::array(), nullptr), "no model is configured\n");
  EXPECT_EQ(status(models, nullptr, true),
            "MODEL  STATE    VRAM  FIT  RUNNING  QUEUE  UNTIL\n"
            "a      stopped  -     -                    -\n");
}

TEST(StatusText, NamesCannotSteerTheTerminal) {
  const auto text = status({{{"id", "a\x1b[2J"}, {"state", "\x07"}}}, nullptr);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("a\\x1b[2J  \\x07"), std::string::npos) << *text;
}

TEST(StatusText, OddShapes) {
  for (const Json& one : odd()) {
    EXPECT_EQ(status_text(one, one, {}), std::nullopt) << one;
    EXPECT_TRUE(status(Json::array({one}), Json::array({one}))) << one;
    EXPECT_TRUE(status(Json::array({one}), {{{"models", one}}})) << one;
  }
  EXPECT_TRUE(status(parsed(R"([{"id": "m", "state": "ready", "loading": {"percent": 1e300},
                                 "unloads_at": "soon"}])"),
                     parsed(R"([{"index": -1e300, "models": [{"model": "m", "bytes": -1e300}]}])")));
}

TEST(QueueText, WhoWaitsAndWhy) {
  EXPECT_EQ(queue_text(parsed(R"({"frozen": false, "waiting": [
              {"position": 1, "model": "small", "age_ms": 1200, "blocked_by": "small waits for large"},
              {"position": 2, "model": "b", "age_ms": 0}]})"),
                       std::nullopt),
            "PLACE  MODEL  SINCE   WHY\n"
            "    1  small  1.20 s  small waits for large\n"
            "    2  b      0 s     -\n");
  EXPECT_EQ(queue_text(parsed(R"({"frozen": true, "waiting": []})"), 80),
            "frozen: nothing is loaded for requests\nnobody waits\n");
  for (const Json& one : odd()) {
    EXPECT_EQ(queue_text(one, 80), std::nullopt) << one;
    EXPECT_TRUE(queue_text({{"waiting", Json::array({one})}}, 80)) << one;
  }
}

TEST(LoadText, ReadyWithTimeAndFit) {
  const auto result =
      loaded(parsed(R"({"model": {"id": "small", "state": "ready", "launch": {"load_ms": 1500},
                                        "fit": {"sentence": "Fits: 5.8 of 23.6 GiB"}}})"));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->ready);
  EXPECT_EQ(result->text, "small: ready; loaded in 1.50 s; Fits: 5.8 of 23.6 GiB\n");
  EXPECT_EQ(loaded({{"model", {{"id", "m"}, {"state", "ready"}}}})->text, "m: ready\n");
}

TEST(LoadText, NotReadyIsAFailure) {
  const auto result = loaded({{"model", {{"id", "m"}, {"state", "stopping"}}}});
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->ready);
  EXPECT_EQ(result->text, "it was loaded, but is stopping again");
  for (const Json& one : odd()) EXPECT_FALSE(loaded(one)) << one;
}

TEST(UnloadText, StoppedAndMaybeComingAgain) {
  EXPECT_EQ(unloaded_text({{"model", {{"id", "m"}, {"state", "stopped"}}}}), "m: stopped\n");
  EXPECT_EQ(unloaded_text({{"model", {{"id", "m"}, {"state", "starting"}}}}),
            "m: stopped; somebody asked for it, it is starting again\n");
  for (const Json& one : odd()) EXPECT_FALSE(unloaded_text(one)) << one;
}

TEST(ReloadText, WhatChanged) {
  EXPECT_EQ(reloaded_text(parsed(R"({"reloaded": true, "added": ["a", "b"], "removed": [], "renewed": ["c"],
                                     "next_start": ["startPort"]})")),
            "reloaded\n  added: a, b\n  started in another way from now on: c\n"
            "  counts from the next start of paddock on: startPort\n");
  EXPECT_EQ(reloaded_text({{"reloaded", true}, {"added", 3}, {"removed", {1, nullptr}}}), "reloaded\n");
  for (const Json& one : odd()) EXPECT_FALSE(reloaded_text(one)) << one;
}

TEST(ReloadText, Findings) {
  EXPECT_EQ(findings_text(parsed(R"({"diagnostics": [
              {"severity": "warning", "file": "/c.yaml", "line": 20, "column": 1, "message": "unknown key",
               "hint": "did you mean 'models'?"},
              {"severity": "error", "message": "no\u001b"}]})")),
            "/c.yaml:20:1: warning: unknown key; did you mean 'models'?\nerror: no\\x1b\n");
  for (const Json& one : odd()) EXPECT_EQ(findings_text(one), "") << one;
}

}  // namespace
}  // namespace paddock::commands
