#include "model_view.h"

#include "bench.h"
#include "paddock/base/wall_time.h"

namespace paddock::api {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

const fit::Judgements kNone;
FakeForecasts forecasts;
const Insight kNotJudged{kNone, forecasts};

router::LaunchStatus make_launch() {
  router::LaunchStatus launch;
  launch.generation.value = 7;
  launch.cmd = "server --port 5801";
  launch.port = 5801;
  launch.pid = 4711;
  launch.started = router::WallTime(milliseconds(1'767'225'600'250));
  launch.ready = launch.started + milliseconds(1500);
  launch.reason = "request";
  launch.injected = {"CUDA_DEVICE_ORDER=PCI_BUS_ID", "LLAMA_ARG_LOG_VERBOSITY=4"};
  return launch;
}

router::Status status_with(const std::string& id, router::LaunchStatus launch) {
  router::ModelStatus model;
  model.id = ModelId(id);
  model.state = router::ModelState::kReady;
  model.draining = true;
  model.in_flight = 2;
  model.waiting = 3;
  model.launches = {std::move(launch)};
  router::Status status;
  status.models = {model};
  return status;
}

TEST(ModelView, AllFieldsOfALoadedModel) {
  const auto config = make_config();
  const json expected = json::parse(R"({
    "id": "org/m", "name": "The M", "description": "from org", "aliases": [], "unlisted": false,
    "state": "ready", "draining": true, "in_flight": 2, "waiting": 3, "ttl": 60, "unloads_at": null,
    "cmd": "server --port ${PORT}", "proxy": "http://127.0.0.1:${PORT}",
    "launch": {"id": 7, "generation": 7, "cmd": "server --port 5801", "port": 5801, "pid": 4711,
      "started": "2026-01-01T00:00:00.250Z", "ready": "2026-01-01T00:00:01.750Z", "ended": null,
      "load_ms": 1500, "reason": "request", "exit": null, "signal": null, "class": null, "line": null,
      "failure": null,
      "injected": {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "LLAMA_ARG_LOG_VERBOSITY": "4"}},
    "loading": null, "fit": null})");
  EXPECT_EQ(json::parse(model_body(config->models[1], status_with("org/m", make_launch()), kNotJudged)),
            expected);
}

TEST(ModelView, SaysWhenAnIdleModelGoes) {
  router::Status status = status_with("org/m", make_launch());
  const auto config = make_config();
  const auto begin = std::chrono::system_clock::now();
  status.models[0].unloads = steady_now() + std::chrono::seconds(60);
  const json model = json::parse(model_body(config->models[1], status, kNotJudged));
  EXPECT_GE(model["unloads_at"].get<std::string>(), rfc3339(begin + std::chrono::milliseconds(59'999)));
  EXPECT_LE(model["unloads_at"].get<std::string>(),
            rfc3339(std::chrono::system_clock::now() + std::chrono::seconds(61)));
}

TEST(ModelView, AModelNeverStarted) {
  const auto config = make_config();
  const json model = json::parse(model_body(config->models[0], router::Status{}, kNotJudged));
  EXPECT_EQ(model["state"], "stopped");
  EXPECT_EQ(model["launch"], nullptr);
  EXPECT_EQ(model["aliases"], json({"bee"}));
  EXPECT_EQ(json::parse(launches_body(config->models[0], router::Status{})),
            (json{{"launches", json::array()}}));
}

TEST(ModelView, AFailedLaunch) {
  router::LaunchStatus launch = make_launch();
  launch.pid = 0;
  launch.port = 0;
  launch.ready.reset();
  launch.ended = launch.started + milliseconds(3);
  launch.failure = {"file_missing", std::nullopt, std::nullopt, ""};
  launch.message = "server is not on the PATH";
  const auto config = make_config();
  const json shown =
      json::parse(launches_body(config->models[1], status_with("org/m", launch)))["launches"][0];
  EXPECT_EQ(shown["port"], nullptr);
  EXPECT_EQ(shown["pid"], nullptr);
  EXPECT_EQ(shown["load_ms"], nullptr);
  EXPECT_EQ(shown["ended"], "2026-01-01T00:00:00.253Z");
  EXPECT_EQ(shown["failure"], (json{{"class", "file_missing"},
                                    {"exit", nullptr},
                                    {"signal", nullptr},
                                    {"line", nullptr},
                                    {"message", "server is not on the PATH"}}));
}

TEST(ModelView, HowALaunchEndedIsShownAlsoWhereNothingWentWrong) {
  router::LaunchStatus launch = make_launch();
  launch.ended = launch.started + milliseconds(3);
  launch.signal = 15;
  launch.tail = "one\ntwo \xff\n";
  const auto config = make_config();
  const router::Status status = status_with("org/m", launch);
  const json shown = json::parse(launches_body(config->models[1], status))["launches"][0];
  EXPECT_EQ(shown["exit"], nullptr);
  EXPECT_EQ(shown["signal"], 15);
  EXPECT_EQ(shown["class"], nullptr);
  EXPECT_EQ(shown["failure"], nullptr);
  EXPECT_EQ(shown["tail"], "one\ntwo \xef\xbf\xbd\n");
  EXPECT_FALSE(json::parse(launches_without_log(config->models[1], status))["launches"][0].contains("tail"));
  EXPECT_FALSE(json::parse(model_body(config->models[1], status, kNotJudged))["launch"].contains("tail"));
}

TEST(ModelView, BeforeTheFirstLoadItSaysWhatIsForeseen) {
  const auto config = make_config();
  FakeForecasts foresees;
  auto forecast = std::make_shared<Forecast>();
  forecast->source = "header";
  forecast->sentence = "Will fit.";
  foresees.answer = forecast;
  const json foreseen = {{"source", "header"}, {"sentence", "Will fit."}};
  const json shown = json::parse(model_body(config->models[0], router::Status{}, {kNone, foresees}));
  EXPECT_EQ(
      shown["fit"],
      json({{"verdict", nullptr}, {"sentence", "Will fit."}, {"launch", nullptr}, {"forecast", foreseen}}));
  fit::Judgements judged;
  judged.put(config->models[0].id, {});
  const json after = json::parse(model_body(config->models[0], router::Status{}, {judged, foresees}))["fit"];
  EXPECT_TRUE(after["verdict"].is_string());
  EXPECT_EQ(after["forecast"], foreseen);
}

TEST(ModelView, EnvironmentIsNeverShown) {
  const auto config = make_config();
  EXPECT_EQ(models_body(*config, router::Status{}, kNotJudged).find("hunter2"), std::string::npos);
}

TEST(ModelView, BadUtf8IsMended) {
  router::LaunchStatus launch = make_launch();
  launch.failure = {"exit", 1, std::nullopt, "bad \xff byte"};
  const auto config = make_config();
  const json shown = json::parse(model_body(config->models[1], status_with("org/m", launch), kNotJudged));
  EXPECT_EQ(shown["launch"]["failure"]["line"], "bad \xef\xbf\xbd byte");
}

}  // namespace
}  // namespace paddock::api
