#include "forecasts.h"

#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <utility>

#include "engine_facts.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gguf/gguf_text.h"

namespace paddock::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint64_t kGiB = 1 << 30;
constexpr const char* kMeminfo = "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n";

gpu::Device card(int index) {
  gpu::Device out;
  out.index = index;
  out.name = "A";
  out.uuid = "GPU-" + std::to_string(index);
  out.pci = "0000:0" + std::to_string(index) + ":00.0";
  out.total = 8 * kGiB;
  out.used = kGiB;
  out.vendor = "nvidia";
  return out;
}

// A configuration of one model, `m`, whose file is there.
class ForecastsTest : public ::testing::Test {
 protected:
  ForecastsTest() {
    gguf::test::GgufText text;
    text.text("general.architecture", "llama")
        .number("llama.block_count", 2)
        .number("llama.context_length", 512);
    text.number("llama.embedding_length", 64).number("llama.attention.head_count", 4);
    text.matrix("token_embd.weight", 64, 8).matrix("output.weight", 64, 8);
    ::paddock::test::write_file(file_, text.file());
    auto config = std::make_shared<config::Config>();
    config::ModelConfig model;
    model.id = ModelId("m");
    model.argv = {{"llama-server"}, {"--port"}, {"${PORT}"}, {"-m"}, {file_}};
    model.env = {{"LLAMA_ARG_CTX_SIZE=256"}, {"CUDA_VISIBLE_DEVICES=1"}};
    config->models = {model};
    config_ = config;
  }
  const config::ModelConfig& model() const { return config_->models.front(); }

  // Runs the control thread until `done`, at most 20 s.
  bool eventually(const std::function<bool()>& done) {
    const auto guard = boost::asio::make_work_guard(context_);
    context_.restart();
    const TimePoint end = steady_now() + 20s;
    while (!done() && steady_now() < end) context_.run_one_for(100ms);
    return done();
  }

  bool is_kept(const std::string& path) {
    bool is_open = false;
    const footprints::Footprints probe(context_, path, [&is_open] { is_open = true; });
    while (!is_open && context_.run_one_for(20s) > 0) {
    }
    const auto learned = probe.find(foresee(model(), {}).key);
    return learned && learned->load && learned->ram;
  }

  ::paddock::test::TempDir dir_;
  const std::string file_ = dir_.path("m.gguf");
  std::shared_ptr<const config::Config> config_;
  boost::asio::io_context context_;
};

TEST_F(ForecastsTest, AHeaderIsForeseenOnTheCardsThatPinsLeave) {
  const std::vector<gpu::Device> cards = {card(0), card(1)};
  const Foreseen foreseen = foresee(model(), cards);
  ASSERT_TRUE(foreseen.prediction) << foreseen.problem;
  EXPECT_THAT(foreseen.cards, ElementsAre(card(1)));
  EXPECT_EQ(foreseen.prediction->context, 256u);
  const api::Forecast forecast = compose(foreseen, std::nullopt, cards, kMeminfo);
  EXPECT_STREQ(forecast.source, "header");
  ASSERT_EQ(forecast.devices.size(), 1u);
  EXPECT_EQ(forecast.devices[0].title, "GPU 1 (A)");
  EXPECT_EQ(forecast.devices[0].index, 1);
  EXPECT_EQ(forecast.devices[0].free, 7 * kGiB);
  EXPECT_LT(forecast.devices[0].low, forecast.devices[0].high);
  EXPECT_EQ(forecast.ram->free, 4 * kGiB);
  EXPECT_THAT(forecast.sentence, StartsWith("Fits: "));
}

TEST_F(ForecastsTest, ACommandIsReadAsTheEngineGetsIt) {
  const std::vector<gpu::Device> cards = {card(0), card(1)};
  config::ModelConfig other = model();
  other.env.clear();
  const auto reads = [&](std::vector<config::PortText> argv) {
    other.argv = std::move(argv);
    const Foreseen foreseen = foresee(other, cards);
    return foreseen.prediction && foreseen.prediction->context == 256 && foreseen.cards.size() == 1 &&
           foreseen.cards[0].index == 1;
  };
  EXPECT_TRUE(
      reads({{"sh"}, {"-c"}, {"export CUDA_VISIBLE_DEVICES=1; exec llama-server -c 256 -m " + file_}}));
  EXPECT_TRUE(reads({{"env"},
                     {"CUDA_VISIBLE_DEVICES=1"},
                     {"LLAMA_ARG_CTX_SIZE=512"},
                     {"LLAMA_ARG_MODEL=" + file_},
                     {"taskset"},
                     {"0xf"},
                     {"llama-server"},
                     {"-c"},
                     {"256"}}));
  const std::string script = dir_.path("run.sh");
  ::paddock::test::write_file(
      script, "cd " + dir_.path("") + "\nCUDA_VISIBLE_DEVICES=1 llama-server -m m.gguf \"$@\"");
  EXPECT_TRUE(reads({{script}, {"-c"}, {"256"}}));
  EXPECT_TRUE(reads({{"docker"},
                     {"run"},
                     {"--gpus"},
                     {"device=1"},
                     {"-v"},
                     {dir_.path("") + ":/models"},
                     {"image"},
                     {"-c"},
                     {"256"},
                     {"-m"},
                     {"/models/m.gguf"}}));
}

// What would take other memory has another key; what would not, the same.
TEST_F(ForecastsTest, LaunchesThatDifferInWhatTheyTakeDifferInTheirKey) {
  const auto key = [](const config::ModelConfig& one) { return foresee(one, {}).key; };
  const std::string script = dir_.path("run.sh"), adapter = dir_.path("lora.gguf");
  config::ModelConfig shell = model(), scripted = model();
  shell.env.clear();  // what is inherited counts only where it is not set
  scripted.env.clear();
  shell.argv = {{"sh"}, {"-c"}, {"exec llama-server -m " + file_ + " --lora=" + adapter}};
  ::paddock::test::write_file(script, "llama-server -m " + file_ + " --lora " + adapter);
  scripted.argv = {{script}};
  config::ModelConfig variable = model();
  variable.argv = {{"llama-server"}};
  variable.env = {{"LLAMA_ARG_MODEL=" + file_}};
  std::vector<footprints::Key> keys = {key(shell), key(scripted), key(variable)};
  const auto differ = [&] {
    const std::vector<footprints::Key> before =
        std::exchange(keys, {key(shell), key(scripted), key(variable)});
    return std::vector<bool>{keys[0] != before[0], keys[1] != before[1], keys[2] != before[2]};
  };
  EXPECT_THAT(differ(), ElementsAre(false, false, false));
  ::paddock::test::write_file(adapter, "1");
  EXPECT_THAT(differ(), ElementsAre(true, true, false)) << "a file that only the script names";
  ::paddock::test::write_file(script, "llama-server -c 1 -m " + file_ + " --lora " + adapter);
  EXPECT_THAT(differ(), ElementsAre(false, true, false)) << "the script itself";
  for (const char* name : {"LLAMA_ARG_CTX_SIZE", "CUDA_VISIBLE_DEVICES", "GGML_CUDA_ENABLE_UNIFIED_MEMORY"}) {
    ::setenv(name, "1", 1);
    EXPECT_THAT(differ(), ElementsAre(true, true, true)) << name;
    ::unsetenv(name);
    EXPECT_THAT(differ(), ElementsAre(true, true, true)) << name;
  }
  ::setenv("UNRELATED_TO_ENGINES", "1", 1);
  EXPECT_THAT(differ(), ElementsAre(false, false, false));
  ::paddock::test::write_file(file_, "another");
  EXPECT_THAT(differ(), ElementsAre(true, true, true));
}

TEST_F(ForecastsTest, WhatWasLearnedCountsMoreThanAHeader) {
  const std::vector<gpu::Device> cards = {card(0)};
  const footprints::Learned learned{{{gpu::key_of(card(0)), 9 * kGiB}, {"GPU-gone", 5}}, kGiB, 4s};
  const api::Forecast forecast = compose(foresee(model(), cards), learned, cards, kMeminfo);
  EXPECT_STREQ(forecast.source, "learned");
  EXPECT_EQ(forecast.load, 4s);
  EXPECT_THAT(forecast.sentence, HasSubstr("Does not fit: GPU 0 (A) lacks at least 2.2 GiB"));
  EXPECT_EQ(forecast.devices.size(), 2u);
  const api::Forecast only_time =
      compose(foresee(model(), cards), footprints::Learned{{}, {}, 4s}, cards, kMeminfo);
  EXPECT_STREQ(only_time.source, "header");
  EXPECT_EQ(only_time.load, 4s);
}

TEST_F(ForecastsTest, BuffersAreThoseOfTheCardThatTheEngineMeans) {
  fit::Judgement judgement;
  judgement.verdict.word = fit::Word::kSpilled;
  const auto device = [&](const std::string& name, const std::string& pci, std::uint64_t bytes) {
    fit::Device out;
    out.name = name;
    out.pci = pci;
    out.holds.weights = bytes;
    judgement.verdict.devices.push_back(out);
  };
  device("CUDA0", "", 7);
  device("CUDA5", "0000:00:00.0", 8);
  device("RPC[a:1]", "", 9);
  judgement.verdict.devices.back().is_remote = true;
  const std::vector<gpu::Device> cards = {card(0), card(1)};
  const std::map<std::string, std::uint64_t> expected = {
      {gpu::key_of(card(1)), 7}, {gpu::key_of(card(0)), 8}, {"RPC[a:1]", 9}};
  const auto pins = foresee(model(), cards).pins;
  EXPECT_EQ(footprint_of(judgement, pins, cards).devices, expected);
  judgement.verdict.word = fit::Word::kUnknown;
  EXPECT_EQ(footprint_of(judgement, pins, cards), footprints::Footprint());
}

TEST_F(ForecastsTest, PinsThatAreNotUnderstoodSpreadNothing) {
  config::ModelConfig other = model();
  other.env = {{"CUDA_VISIBLE_DEVICES=MIG-cafe"}};
  const std::vector<gpu::Device> cards = {card(0), card(1)};
  const api::Forecast none = compose(foresee(other, cards), std::nullopt, cards, kMeminfo);
  EXPECT_STREQ(none.source, "none");
  EXPECT_EQ(none.sentence, "Nothing is foreseen. Which cards it sees is not told by its pins.");
  const footprints::Learned learned{{{gpu::key_of(card(0)), kGiB}}, kGiB, {}};
  EXPECT_STREQ(compose(foresee(other, cards), learned, cards, kMeminfo).source, "learned");
  // Whatever the order, without pins it sees all.
  other.env = {{"CUDA_DEVICE_ORDER=FASTEST_FIRST"}};
  std::vector<gpu::Device> kinds = cards;
  kinds[1].name = "B";
  EXPECT_EQ(foresee(other, kinds).cards.size(), 2u);
}

TEST_F(ForecastsTest, APartOfACardIsForeseenWithItsOwnSize) {
  std::vector<gpu::Device> cards = {card(0), card(1)};
  for (gpu::Device& one : cards) {
    one.is_part = true;
    one.pci = "0000:01:00.0";
    one.uuid = "MIG-" + std::to_string(one.index);
  }
  cards[1].total = 4 * kGiB;
  config::ModelConfig other = model();
  other.env = {{"CUDA_VISIBLE_DEVICES=MIG-1"}};
  const api::Forecast forecast = compose(foresee(other, cards), std::nullopt, cards, kMeminfo);
  ASSERT_EQ(forecast.devices.size(), 1u);
  EXPECT_EQ(forecast.devices[0].index, 1);
  EXPECT_EQ(forecast.devices[0].free, 3 * kGiB);
  fit::Judgement judgement;
  judgement.verdict.word = fit::Word::kFits;
  judgement.verdict.devices.resize(1);
  judgement.verdict.devices[0].name = "CUDA0";
  judgement.verdict.devices[0].pci = "0000:01:00.0";
  judgement.verdict.devices[0].holds.weights = 7;
  EXPECT_EQ(footprint_of(judgement, foresee(other, cards).pins, cards).devices,
            (std::map<std::string, std::uint64_t>{{"MIG-1", 7}}));
  other.env = {{"CUDA_VISIBLE_DEVICES=MIG-9"}};
  EXPECT_EQ(foresee(other, cards).problem, "Which part of a card it sees is not told by its pins.");
}

TEST_F(ForecastsTest, OfSeveralMakersTheCardsOfOneAreForeseen) {
  gpu::Device amd = card(1);
  amd.vendor = "amd";
  const std::vector<gpu::Device> cards = {amd, card(2), card(3)};
  const auto seen = [&](std::vector<config::PortText> words, std::vector<config::PortText> env) {
    config::ModelConfig other = model();
    other.argv.insert(other.argv.end(), words.begin(), words.end());
    other.env = std::move(env);
    std::string assumed, out;
    const auto found = seen_by(other, command_of(other), cards, assumed);
    for (const gpu::Device& one : found.value_or(std::vector<gpu::Device>()))
      out += std::to_string(one.index);
    return out + (assumed.empty() ? "" : " " + assumed);
  };
  EXPECT_EQ(seen({}, {{"CUDA_VISIBLE_DEVICES=1"}}), "3");
  EXPECT_EQ(seen({}, {{"HIP_VISIBLE_DEVICES=0"}}), "1");
  EXPECT_EQ(seen({{"--device"}, {"ROCm0"}}, {{"CUDA_VISIBLE_DEVICES="}}), "1");
  EXPECT_EQ(seen({}, {}), "1 It is taken to use the cards of AMD.") << "the first of the largest";
  const Foreseen foreseen = [&] {
    config::ModelConfig other = model();
    other.env.clear();
    return foresee(other, {card(2), amd});
  }();
  EXPECT_THAT(foreseen.cards, ElementsAre(card(2)));
  EXPECT_THAT(compose(foreseen, std::nullopt, cards, kMeminfo).notes,
              ::testing::Contains("It is taken to use the cards of NVIDIA."));
}

TEST_F(ForecastsTest, OfALogWithGapsNothingIsLearned) {
  fit::Judgement judgement;
  judgement.verdict.word = fit::Word::kFits;
  judgement.verdict.ram.weights = kGiB;
  EXPECT_NE(footprint_of(judgement, {}, {}), footprints::Footprint());
  judgement.report.unread = 1;
  EXPECT_EQ(footprint_of(judgement, {}, {}), footprints::Footprint());
}

// A reload may change the command of a model that runs on.
TEST_F(ForecastsTest, ALaunchTeachesWhatItBeganWith) {
  gpu::Sampler none(context_, nullptr);
  Forecasts forecasts(context_, none, "");
  const ModelId id("m");
  const auto other = std::make_shared<config::Config>(*config_);
  other->models[0].argv.push_back({"--flash-attn"});
  const auto is_learned = [&] {
    const auto forecast = forecasts.of(id);
    return forecast && std::string(forecast->source) == "learned";
  };
  forecasts.use(config_);
  forecasts.began(id, Generation{1});
  forecasts.use(other);
  fit::Judgement fits;
  fits.launch = Generation{1};
  fits.verdict.word = fit::Word::kFits;
  fits.verdict.ram.weights = kGiB;
  forecasts.judged(id, fits);
  forecasts.paced(Generation{1}, 50);
  ASSERT_TRUE(eventually([&] { return forecasts.usual_pace(Generation{1}).has_value(); }));
  EXPECT_FALSE(is_learned()) << "of the new command nothing is known";
  forecasts.began(id, Generation{2});
  forecasts.loaded(Generation{2}, 1s);
  ASSERT_TRUE(eventually([&] { return forecasts.expected_load(id) == 1s; }));
  EXPECT_EQ(forecasts.usual_pace(Generation{2}), std::nullopt);
  EXPECT_FALSE(is_learned());
  forecasts.over(Generation{1});
  forecasts.use(config_);
  EXPECT_TRUE(eventually(is_learned));
}

// Else it would be compared with itself.
TEST_F(ForecastsTest, WhatWasForeseenOfALaunchStaysWhileItLives) {
  gpu::Sampler none(context_, nullptr);
  Forecasts forecasts(context_, none, "");
  const ModelId id("m");
  forecasts.use(config_);
  EXPECT_EQ(forecasts.of_launch(id), nullptr);
  forecasts.began(id, Generation{1});
  ASSERT_TRUE(eventually([&] { return forecasts.of_launch(id) != nullptr; }));
  fit::Judgement fits;
  fits.launch = Generation{1};
  fits.verdict.word = fit::Word::kFits;
  fits.verdict.ram.weights = kGiB;
  forecasts.judged(id, fits);
  forecasts.loaded(Generation{1}, 1s);
  ASSERT_TRUE(eventually([&] { return forecasts.expected_load(id) == 1s; }));
  const auto launched = forecasts.of_launch(id);
  EXPECT_STREQ(launched->source, "header");
  EXPECT_EQ(launched->load, std::nullopt);
  EXPECT_EQ(launched->sentence, "");
  ASSERT_TRUE(launched->ram);
  EXPECT_EQ(launched->ram->free, std::nullopt);
  EXPECT_STREQ(forecasts.of(id)->source, "learned") << "of the next";
  forecasts.over(Generation{1});
  EXPECT_EQ(forecasts.of_launch(id), nullptr);
  forecasts.began(id, Generation{2});
  ASSERT_TRUE(eventually([&] { return forecasts.of_launch(id) != nullptr; }));
  EXPECT_STREQ(forecasts.of_launch(id)->source, "learned");
  EXPECT_EQ(forecasts.of_launch(id)->ram->low, kGiB);
}

TEST_F(ForecastsTest, OfALaunchNothingIsToldWhereNothingWasForeseen) {
  gpu::Sampler none(context_, nullptr);
  Forecasts forecasts(context_, none, "");
  const ModelId id("m");
  const auto other = std::make_shared<config::Config>(*config_);
  other->models[0].argv = {{"whisper-server"}};
  forecasts.use(other);
  forecasts.began(id, Generation{1});
  forecasts.loaded(Generation{1}, 1s);
  ASSERT_TRUE(eventually([&] { return forecasts.expected_load(id) == 1s; }));
  EXPECT_EQ(forecasts.of_launch(id), nullptr);
}

TEST_F(ForecastsTest, SecretsAreNotInSentences) {
  config::ModelConfig other = model();
  other.argv[4] = {"/no/such/hunter2.gguf", "/no/such/***.gguf"};
  EXPECT_THAT(foresee(other, {}).problem, ::testing::Not(HasSubstr("hunter2")));
}

TEST_F(ForecastsTest, WithoutAFileNothingIsForeseen) {
  config::ModelConfig other = model();
  other.argv = {{"whisper-server"}};
  const api::Forecast none = compose(foresee(other, {}), std::nullopt, {}, kMeminfo);
  EXPECT_STREQ(none.source, "none");
  EXPECT_EQ(none.sentence, "Nothing is foreseen. Its command names no model file (-m).");
  EXPECT_EQ(none.ram, std::nullopt);
}

TEST_F(ForecastsTest, TheNextLifeKnowsWhatWasLearned) {
  const std::string path = dir_.path("footprints.db");
  gpu::Sampler none(context_, nullptr);
  const ModelId id("m");
  const auto known = [&](const Forecasts& forecasts, const char* source) {
    return eventually([&] {
      const auto forecast = forecasts.of(id);
      return forecast && std::string(forecast->source) == source && forecast->load == 1500ms;
    });
  };
  {
    Forecasts forecasts(context_, none, path);
    EXPECT_EQ(forecasts.of(id), nullptr);
    forecasts.use(config_);
    forecasts.began(id, Generation{1});
    forecasts.loaded(Generation{1}, 1500ms);
    EXPECT_TRUE(known(forecasts, "header"));
    fit::Judgement failed;
    failed.launch = Generation{1};
    failed.verdict.word = fit::Word::kFailedOom;
    forecasts.judged(id, failed);
    fit::Judgement fits;
    fits.launch = Generation{1};
    fits.verdict.word = fit::Word::kFits;
    fits.verdict.ram.weights = kGiB;
    forecasts.judged(id, fits);
    EXPECT_TRUE(known(forecasts, "learned"));
    EXPECT_EQ(forecasts.expected_load(id), 1500ms);
    EXPECT_EQ(forecasts.expected_load(ModelId("n")), std::nullopt);
    // What is not written yet goes with its life.
    EXPECT_TRUE(eventually([&] { return is_kept(path); }));
  }
  Forecasts forecasts(context_, none, path);
  forecasts.use(config_);
  EXPECT_TRUE(eventually([&] {
    const auto forecast = forecasts.of(id);
    return forecast && forecast->load == 1500ms && std::string(forecast->source) == "learned";
  }));
  // Another file of the same name is another model.
  ::paddock::test::write_file(file_, "no model");
  forecasts.use(config_);
  EXPECT_TRUE(eventually([&] { return std::string(forecasts.of(id)->source) == "none"; }));
  EXPECT_EQ(forecasts.expected_load(id), std::nullopt);
}

}  // namespace
}  // namespace paddock::app
