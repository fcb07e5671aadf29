// Load reports of engines, printed by the fake one: the verdict is there when it is ready, in all places.
#include <nlohmann/json.hpp>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

struct Kind {
  std::string id, verdict, sentence, flags = {};
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"full_fit", "fits", "Fits: 5.8 of 23.6 GiB"},
      {"experts_on_cpu", "spilled",
       "Partly in RAM: 6.68 of 11.27 GiB of weights on CPU (24 of 25 layers on GPU)"},
      {"two_pools", "fits", "Fits: 11.9 GiB on CUDA0"},
      {"draft_model", "fits", "Fits: 46.7 of 88.8 GiB"},
      {"shrunk_context", "shrunk", "Fits, context cut to 4096"},
      {"cpu_only", "cpu_only",
       "Runs on CPU only: warning: no usable GPU found, --gpu-layers option will be ignored"},
      {"out_of_memory", "failed_oom", "Does not fit: CUDA0 needed 141.4 GiB more",
       "--exit-before-listen --exit-code 1"},
  };
  return all;
}

// The models run beside each other. Each prints its report before it is the fake.
std::string config() {
  std::string text = "logLevel: debug\ngroups: {all: {swap: false, members: [";
  for (const Kind& kind : kinds()) text += (&kind == &kinds().front() ? "" : ", ") + kind.id;
  text += "]}}\nmodels:\n";
  for (const Kind& kind : kinds()) {
    text += "  " + kind.id + ":\n    cmd: sh -c 'cat " FIT_REPORTS "/" + kind.id +
            ".log >&2; exec @FAKE@ --port ${PORT} --name " + kind.id + " " + kind.flags + "'\n";
  }
  return text;
}

Json fit_of(const TestDaemon& daemon, const std::string& model) {
  return get(daemon.port(), "/api/models/" + model + "/fit").json();
}

TEST(Fit, IsJudgedOfWhatEnginesPrint) {
  TestDaemon daemon(config());
  for (const Kind& kind : kinds()) {
    EXPECT_EQ(fit_of(daemon, kind.id)["verdict"], nullptr) << "before the first load";
    const int expected = kind.verdict == "failed_oom" ? 502 : 200;
    const int status = chat(daemon.port(), kind.id).status();
    EXPECT_EQ(status == 200, expected == 200) << kind.id << ": " << status;
    EXPECT_TRUE(eventually([&] { return fit_of(daemon, kind.id)["sentence"] == kind.sentence; }))
        << fit_of(daemon, kind.id).dump();
    const Json fit = fit_of(daemon, kind.id);
    EXPECT_EQ(fit["verdict"], kind.verdict);
    EXPECT_FALSE(fit["proof"].empty()) << kind.id;
    const Json model = get(daemon.port(), "/api/models/" + kind.id).json();
    EXPECT_EQ(model["fit"]["verdict"], kind.verdict);
    EXPECT_EQ(model["fit"]["launch"], model["launch"]["id"]);
  }
}

}  // namespace
}  // namespace paddock::test
