// What `paddock fit MODEL` asks and says.
#include "fit_text.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "fit_model.h"
#include "said.h"
#include "tests/unit/client/fake_daemon.h"

namespace paddock::app {
namespace {

using client::FakeDaemon;

constexpr const char* kAnswer =
    R"({"model": "org/x", "verdict": "tight", "sentence": "Fits, 310 MiB left on GPU 1",
  "devices": [{"name": "CUDA0", "title": "RTX 3090", "card": "GPU 1", "total": 25769803776, "free": 325058560,
    "weights": 21474836480, "kv": 1073741824, "compute": 314572800},
    {"name": "Vulkan1", "title": null, "card": null, "total": null, "free": null, "weights": 1048576}],
  "ram": {"weights": 104857600}, "advice": "Lower --ctx-size.", "proof": ["line 1", "li\u001bne 2"]})";

TEST(FitText, ShowsWhatThereIs) {
  EXPECT_EQ(
      fit_text(kAnswer),
      "org/x: tight\n"
      "  Fits, 310 MiB left on GPU 1\n"
      "  CUDA0 (GPU 1, RTX 3090): weights 20.0 GiB, KV 1.0 GiB, compute 300 MiB; free 310 MiB of 24.0 GiB\n"
      "  Vulkan1: weights 1 MiB\n"
      "  RAM: weights 100 MiB\n"
      "  advice: Lower --ctx-size.\n"
      "  by these lines of its log:\n"
      "    line 1\n"
      "    li\\x1bne 2\n");
}

TEST(FitText, ComparesWhatWasPredictedLoggedAndMeasured) {
  EXPECT_EQ(fit_text(R"({"model":"x","verdict":"fits","sentence":"s",
  "devices":[{"name":"CUDA0","title":null,"card":"GPU 1","total":null,"free":null,"weights":1073741824}],"ram":null,
  "processes":[{"card":"GPU 1","bytes":1342177280,"estimated":false,"beyond_log":268435456},
               {"card":"GPU 2","bytes":1048576,"estimated":true,"beyond_log":null}, 7],
  "forecast":{"source":"learned","sentence":null,"devices":[{"index":1,"title":"t","low":1073741824,"high":2147483648}, 7],
              "ram":{"low":1048576,"high":1048576}}})"),
            "x: fits\n  s\n  CUDA0 (GPU 1): weights 1.0 GiB\n"
            "  process: 1.2 GiB on GPU 1 by the driver, 256 MiB of it not in its log (the driver's own)\n"
            "  process: 1 MiB on GPU 2, estimated\n"
            "  predicted: 1.0 GiB - 2.0 GiB on GPU 1, 1 MiB of RAM (learned)\n");
}

TEST(FitText, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(
      fit_text(
          R"({"model":"x","verdict":null,"sentence":"It has not been loaded yet","devices":[],"ram":null})"),
      "x: It has not been loaded yet\n");
  EXPECT_EQ(
      fit_text(
          R"({"model":"x","verdict":"fits","sentence":"s","devices":[1,{}],"ram":7,"proof":[2],"advice":3})"),
      "x: fits\n  s\n  : \n");
  EXPECT_EQ(fit_text(R"({"status":"ok"})"), std::nullopt);
  EXPECT_EQ(fit_text("[]"), std::nullopt);
  EXPECT_EQ(fit_text(""), std::nullopt);
}

TEST(FitModel, AsksAndAnswers) {
  ::unsetenv("PADDOCK_API_KEY");
  const FakeDaemon daemon(200, kAnswer);
  const Said said = said_by([&] { return fit_model({{daemon.url()}, "org/x", false}); });
  EXPECT_EQ(said.code, 0);
  EXPECT_TRUE(said.out.starts_with("org/x: tight\n")) << said.out;
  EXPECT_EQ(daemon.asked().target, "/api/models/org%2Fx/fit");
  EXPECT_EQ(said_by([&] {
              return fit_model({{daemon.url()}, "org/x", true});
            }).out,
            std::string(kAnswer) + "\n");
}

TEST(FitModel, OtherAnswersAreFailures) {
  const FakeDaemon other(200, R"({"status": "ok"})"),
      nobody(404, R"({"error": {"message": "no such model"}})");
  EXPECT_NE(said_by([&] {
              return fit_model({{other.url()}, "x", true});
            }).err.find("is no verdict"),
            std::string::npos);
  EXPECT_EQ(said_by([&] { return fit_model({{nobody.url()}, "x", false}); }).code, 1);
}

}  // namespace
}  // namespace paddock::app
