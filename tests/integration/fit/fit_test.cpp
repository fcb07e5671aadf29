// Load reports of engines, printed by the fake one: the verdict is there when it is ready, in all places.
#include <cstdio>
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
      {"shrunk_context", "shrunk", "Fits, context cut to 4096 (65536 asked)"},
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

// One card, as the test writes it.
class FakeCard {
 public:
  FakeCard() { use(8, {}); }
  std::string source() const { return "file:" + file_; }

  // GiB of 24; the process has so much RAM through it.
  void use(std::uint64_t gib, const Json& pid, std::uint64_t shared = 0) {
    constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
    Json card = {{"pci", "0000:01:00.0"}, {"total", 24 * kGiB}, {"used", gib * kGiB}};
    if (!pid.is_null()) card["processes"] = {{{"pid", pid}, {"bytes", kGiB}, {"shared", shared * kGiB}}};
    write_file(file_ + ".new", Json{{"gpus", {card}}}.dump());
    ASSERT_EQ(std::rename((file_ + ".new").c_str(), file_.c_str()), 0);
  }

 private:
  TempDir dir_;
  std::string file_ = dir_.path("gpus.json");
};

std::string full_fit() {
  return "models: {full_fit: {cmd: \"sh -c 'cat " FIT_REPORTS
         "/full_fit.log >&2; exec @FAKE@ --port ${PORT} --name full_fit'\"}}\n";
}

// Looks follow one another a second or more apart for half a minute; the first answer is one more.
TEST(Fit, ADriverThatPagesIsSeenWhenTheFirstAnswerIsOver) {
  FakeCard card;
  TestDaemon daemon(full_fit(), {{"--gpu-source", card.source()}, {}});
  ASSERT_EQ(post(daemon.port(), "/api/models/full_fit/load").status(), 200);
  const auto loaded = Clock::now();
  // Behind the second look, so that none is due when the answer comes.
  ASSERT_TRUE(eventually([&] {
    return Clock::now() - loaded > Millis(1500) &&
           fit_of(daemon, "full_fit")["sentence"] == "Fits: 5.8 of 24.0 GiB";
  }));
  card.use(24, daemon.records().wait_for("started", "full_fit")["pid"], 2);
  ASSERT_EQ(chat(daemon.port(), "full_fit").status(), 200);
  EXPECT_TRUE(eventually([&] { return fit_of(daemon, "full_fit")["verdict"] == "driver_spill"; }))
      << fit_of(daemon, "full_fit").dump();
  EXPECT_EQ(fit_of(daemon, "full_fit")["complete"], true);
}

// An answer as llama-server ends it.
Json answer_at(double per_second) {
  const Json body = {{"choices", Json::array()},
                     {"usage", {{"prompt_tokens", 7}, {"completion_tokens", 64}}},
                     {"timings", {{"predicted_n", 64}, {"predicted_per_second", per_second}}}};
  return {{"pieces", {body.dump()}}};
}

// Of RAM that the process has through the driver nothing is told here.
TEST(Fit, ADriverThatPagesIsSeenByAnswersSlowerThanUsual) {
  FakeCard card;
  TestDaemon daemon(full_fit(), {{"--gpu-source", card.source()}, {}});
  const auto answers = [&](double per_second) {
    EXPECT_EQ(chat(daemon.port(), "full_fit", answer_at(per_second)).status(), 200);
  };
  const auto becomes = [&](const char* verdict, double per_second) {
    return eventually([&] {
      answers(per_second);
      return fit_of(daemon, "full_fit")["verdict"] == verdict;
    });
  };
  for (int i = 0; i < 8; ++i) answers(80);
  ASSERT_EQ(post(daemon.port(), "/api/models/full_fit/unload").status(), 200);
  card.use(24, {});
  EXPECT_TRUE(becomes("tight", 80)) << "a full card alone: " << fit_of(daemon, "full_fit").dump();
  EXPECT_TRUE(becomes("driver_spill", 20)) << fit_of(daemon, "full_fit").dump();
  EXPECT_TRUE(becomes("tight", 80)) << fit_of(daemon, "full_fit").dump();
}

}  // namespace
}  // namespace paddock::test
