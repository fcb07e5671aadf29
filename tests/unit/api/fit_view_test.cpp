#include "fit_view.h"

#include "bench.h"

namespace paddock::api {
namespace {

using nlohmann::json;

fit::Judgement judgement() {
  const std::string log =
      "build: 11669 (2f74354) with GNU 14.2.0 for Linux x86_64\n"
      "using device CUDA0 (A card) (0000:01:00.0) - 20000 MiB free\n"
      "load_tensors: offloaded 25/25 layers to GPU\n"
      "load_tensors:        CUDA0 model buffer size =  1000.00 MiB\n"
      "llama_context: n_ctx = 4096\n"
      "llama_kv_cache:      CUDA0 KV buffer size =    96.00 MiB\n"
      "llama_kv_cache: size =   96.00 MiB (  4096 cells,  12 layers,  1/1 seqs), K (f16):   48.00 MiB, V "
      "(f16):   48.00 MiB\n"
      "sched_reserve:  CUDA_Host compute buffer size =    16.00 MiB\n";
  fit::Judgement out;
  out.launch = Generation{7};
  out.time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'767'225'600'250));
  out.report = fit::read(log);
  out.verdict = fit::judge(out.report, {});
  return out;
}

TEST(FitView, AllFieldsOfAJudgedModel) {
  const fit::Judgement last = judgement();
  const json expected = json::parse(R"json({
    "model": "a", "verdict": "fits", "sentence": "Fits: 1.1 GiB on CUDA0", "complete": true, "launch": 7,
    "judged": "2026-01-01T00:00:00.250Z", "build": "11669 (2f74354)",
    "devices": [{"name": "CUDA0", "title": "A card", "pci": "0000:01:00.0", "card": null, "remote": false,
      "total": null, "free": 20971520000, "weights": 1048576000, "kv": 100663296, "state": 0, "compute": 0,
      "output": 0, "other": 0, "sum": 1149239296}],
    "ram": {"weights": 0, "kv": 0, "state": 0, "compute": 16777216, "output": 0, "other": 0, "sum": 16777216,
      "prompt_cache": 0, "prompt_cache_limit": null},
    "layers": {"on_devices": 25, "all": 25}, "context": 4096, "context_before_cut": null,
    "kv_pools": [{"size": 100663296, "cells": 4096, "layers": 12, "k_type": "f16", "v_type": "f16"}],
    "advice": null, "warning": null, "processes": [], "forecast": null})json");
  json shown = json::parse(fit_body(ModelId("a"), &last));
  EXPECT_EQ(shown["proof"].size(), 5u);
  EXPECT_EQ(shown["proof"][0], "load_tensors: offloaded 25/25 layers to GPU");
  shown.erase("proof");
  EXPECT_EQ(shown, expected);
  EXPECT_EQ(json::parse(fit_without_log(ModelId("a"), &last))["proof"], json::array());
}

TEST(FitView, TellsWhatTheDriverSaysThatTheLaunchHolds) {
  fit::Judgement last = judgement();
  last.verdict.devices[0].card = "GPU 3";
  vram::Snapshot cards;
  cards.cards.resize(2);
  cards.cards[0].device.index = 2;
  cards.cards[0].models = {{ModelId("b"), Generation{7}, 1}, {ModelId("a"), Generation{6}, 2}};
  cards.cards[1].device.index = 3;
  cards.cards[1].models = {{ModelId("a"), Generation{7}, 1149239296 + 400}};
  EXPECT_EQ(json::parse(fit_body(ModelId("a"), &last, nullptr, &cards))["processes"],
            (json{{{"card", "GPU 3"}, {"bytes", 1149239696}, {"estimated", false}, {"beyond_log", 400}}}));
  cards.cards[1].models[0].bytes = 5;
  EXPECT_EQ(json::parse(fit_without_log(ModelId("a"), &last, nullptr, &cards))["processes"][0]["beyond_log"],
            nullptr);
  EXPECT_EQ(json::parse(fit_body(ModelId("a"), nullptr, nullptr, &cards))["processes"], json::array());
}

TEST(FitView, TellsOfLessContextThanTheCommandAsksFor) {
  fit::Judgement last = judgement();
  last.verdict = fit::judge(last.report, {.words = {"llama-server", "-c", "8192"}});
  const json shown = json::parse(fit_body(ModelId("a"), &last));
  EXPECT_EQ(shown["verdict"], "shrunk");
  EXPECT_EQ(shown["context"], 4096);
  EXPECT_EQ(shown["context_before_cut"], 8192);
}

TEST(FitView, BeforeTheFirstLoadThereIsNoVerdict) {
  const json shown = json::parse(fit_body(ModelId("a"), nullptr));
  EXPECT_EQ(shown["verdict"], nullptr);
  EXPECT_EQ(shown["devices"], json::array());
  const fit::Judgement last = judgement();
  const json judged = json::parse(fit_body(ModelId("a"), &last));
  for (const auto& [key, value] : judged.items()) {
    EXPECT_TRUE(shown.contains(key)) << key;
  }
}

TEST(FitView, LinesNeedNotBeText) {
  fit::Judgement last = judgement();
  last.verdict.proof = {"\xff\xfe"};
  EXPECT_FALSE(json::parse(fit_body(ModelId("a"), &last), nullptr, false).is_discarded());
}

TEST(FitRoute, AnswersByIdAliasAndCaller) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/models/org%2Fm/fit")["verdict"], nullptr);
  EXPECT_EQ(bench.json("GET", "/api/models/b")["fit"], nullptr);
  bench.fits.put(ModelId("b"), judgement());
  const json shown = bench.json("GET", "/api/models/bee/fit");
  EXPECT_EQ(shown["model"], "b");
  EXPECT_EQ(shown["verdict"], "fits");
  EXPECT_EQ(bench.json("GET", "/api/models/b")["fit"], json({{"verdict", "fits"},
                                                             {"sentence", "Fits: 1.1 GiB on CUDA0"},
                                                             {"launch", 7},
                                                             {"forecast", nullptr}}));
  EXPECT_EQ(bench.json("GET", "/api/models")["models"][0]["fit"]["launch"], 7);
  EXPECT_EQ(bench.error("GET", "/api/models/nobody/fit"), "404 model_not_found");
  bench.caller.roles.admin = true;
  EXPECT_FALSE(bench.json("GET", "/api/models/b/fit")["proof"].empty());
  bench.caller.roles.admin = false;
  EXPECT_TRUE(bench.json("GET", "/api/models/b/fit")["proof"].empty()) << "log text is for admins";
}

TEST(FitRoute, TellsWhatIsForeseenBeforeTheFirstLoad) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/models/b/fit")["forecast"], nullptr);
  auto forecast = std::make_shared<Forecast>();
  forecast->source = "header";
  forecast->devices = {{"GPU 0 A", 0, 1000, 2000, 5000, 9000}};
  forecast->ram = {"RAM", {}, 7, 8, {}, {}};
  forecast->sentence = "Fits.";
  forecast->notes = {"So."};
  forecast->load = std::chrono::milliseconds(1500);
  bench.forecasts.answer = forecast;
  const json expected = json::parse(R"({"source": "header", "sentence": "Fits.",
    "devices": [{"title": "GPU 0 A", "index": 0, "low": 1000, "high": 2000, "free": 5000, "total": 9000}],
    "ram": {"title": "RAM", "index": null, "low": 7, "high": 8, "free": null, "total": null},
    "notes": ["So."], "load_ms": 1500})");
  EXPECT_EQ(bench.json("GET", "/api/models/b/fit")["forecast"], expected);
  *forecast = {};
  const json nothing = bench.json("GET", "/api/models/b/fit")["forecast"];
  EXPECT_EQ(nothing["source"], "none");
  EXPECT_EQ(nothing["ram"], nullptr);
  EXPECT_EQ(nothing["load_ms"], nullptr);
}

TEST(FitRoute, OfALoadedModelTellsWhatWasForeseenOfItsLaunch) {
  Bench bench;
  auto next = std::make_shared<Forecast>(), launched = std::make_shared<Forecast>();
  next->source = "learned";
  next->sentence = "Fits.";
  launched->source = "header";
  launched->devices = {{"GPU 0 A", 0, 1000, 2000, {}, 9000}};
  bench.forecasts.answer = next;
  bench.forecasts.of_live = launched;
  EXPECT_EQ(bench.json("GET", "/api/models/b/fit")["forecast"]["source"], "learned");
  ASSERT_EQ(bench.call("POST", "/api/models/b/load").status, 200);
  const json shown = bench.json("GET", "/api/models/b/fit")["forecast"];
  EXPECT_EQ(shown["source"], "header");
  EXPECT_EQ(shown["sentence"], nullptr);
  EXPECT_EQ(shown["devices"][0]["high"], 2000);
  EXPECT_EQ(shown["devices"][0]["free"], nullptr);
  EXPECT_EQ(bench.json("GET", "/api/models/b")["fit"], nullptr) << "lists tell of loads that are to come";
}

}  // namespace
}  // namespace paddock::api
