// The watch between a listener and a launcher that the test plays; reports and cards are what the test says.
#include "fit_watch.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "other_card.h"
#include "pace.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gguf/gguf_text.h"
#include "tests/unit/vram/played.h"

namespace paddock::app {
namespace {

using namespace std::chrono_literals;
using process::FailureClass;

constexpr std::uint64_t kMiB = 1 << 20;
const ModelId kModel("m");
bool never() { return false; }

const std::string kFits =
    "using device CUDA0 (A) (0000:01:00.0) - 20000 MiB free\n"
    "load_tensors: offloaded 25/25 layers to GPU\n"
    "load_tensors:        CUDA0 model buffer size =  1000.00 MiB\n";

class Card final : public gpu::Source {
 public:
  Result<std::vector<gpu::Device>, std::string> read() override {
    gpu::Device card;
    card.index = 1;
    card.pci = "0000:01:00.0";
    card.uuid = "GPU-1";
    card.vendor = "nvidia";
    card.total = 16000 * kMiB;
    card.used = used * kMiB;
    if (shared >= 0) card.shared = static_cast<std::uint64_t>(shared) * kMiB;
    if (own > 0) card.processes = {{{71, kMiB, "llama-server", {71, 70, 1}, own * kMiB}}};
    return std::vector<gpu::Device>{card};
  }

  // MiB. Of RAM for the card: by all, below 0 not told; by process 71.
  std::atomic<std::uint64_t> used{15900}, own{0};
  std::atomic<std::int64_t> shared{-1};
};

class Notes final : public LaunchMemory {
 public:
  void began(const ModelId&, Generation launch) override { heard.push_back("began " + number(launch)); }
  void over(Generation launch) override { heard.push_back("over " + number(launch)); }
  void judged(const ModelId&, const fit::Judgement&) override { ++judgements; }
  void paced(Generation launch, double per_second) override {
    heard.push_back("pace " + number(launch) + " " + std::to_string(static_cast<int>(per_second)));
  }
  std::optional<double> usual_pace(Generation) const override { return usual; }
  static std::string number(Generation launch) { return std::to_string(launch.value); }

  std::optional<double> usual;
  int judgements = 0;
  std::vector<std::string> heard;
};

class FitWatchTest : public ::testing::Test, public process::Listener {
 protected:
  FitWatchTest() { make(nullptr); }

  void make(std::shared_ptr<gpu::Source> source) {
    watch.reset();
    sampler.emplace(io, std::move(source));
    FitWatch::Options options;
    options.load_report = [this](const ModelId&, Generation) {
      return ++looks == 1 ? first.value_or(report) : report;
    };
    options.after_ready = {0s, 1ms, 2ms};
    options.after_end = {0s, 1ms};
    options.memory = &notes;
    watch =
        std::make_unique<FitWatch>(io, *sampler, judgements, options, *this, [this](process::Listener& to) {
          auto made = std::make_unique<test::RecordingLauncher>(to, orders);
          launcher = made.get();
          return made;
        });
  }

  process::Listener& begin(std::uint64_t generation) {
    process::SpawnSpec spec;
    spec.model = kModel;
    spec.argv = words;
    watch->start(std::move(spec), Generation{generation});
    return launcher->listener;
  }

  bool looked(int times) {
    return run_until([&] { return looks >= times; });
  }
  bool says(const std::string& sentence) {
    return run_until([&] {
      const auto last = judgements.of(kModel);
      return last && last->verdict.sentence == sentence;
    });
  }
  template <class Condition>
  bool run_until(Condition condition, Duration limit = 10s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(10ms);
    }
    return condition();
  }

  void spawned(const ModelId&, Generation, pid_t, UniqueFd) override { heard.push_back("spawned"); }
  void ready(const ModelId&, Generation, const process::Ready&) override { heard.push_back("ready"); }
  void failed(const ModelId&, Generation, const process::StartFailure&) override {
    heard.push_back("failed");
  }
  void exited(const ModelId&, Generation, const process::Ending&) override { heard.push_back("exited"); }
  void broken(const ModelId&, Generation, const process::Breakage&) override { heard.push_back("broken"); }
  void noted(const ModelId&, Generation, const std::string&) override { heard.push_back("noted"); }

  boost::asio::io_context io;
  std::optional<gpu::Sampler> sampler;
  fit::Judgements judgements;
  std::string report = kFits;
  std::optional<std::string> first;  // what there is at the first look, if that is another
  std::vector<std::string> words{"llama-server"};
  int looks = 0;
  Notes notes;
  test::RecordingLauncher* launcher = nullptr;
  std::vector<std::string> orders, heard;
  std::unique_ptr<FitWatch> watch;
};

TEST_F(FitWatchTest, PassesEverythingOn) {
  process::Listener& to = begin(1);
  to.spawned(kModel, Generation{1}, 1, UniqueFd());
  to.ready(kModel, Generation{1}, {});
  to.noted(kModel, Generation{1}, "n");
  to.broken(kModel, Generation{1}, {});
  to.failed(kModel, Generation{1}, {});
  watch->stop(Generation{1}, 1s);
  to.exited(kModel, Generation{1}, {});
  EXPECT_EQ(heard, (std::vector<std::string>{"spawned", "ready", "noted", "broken", "failed", "exited"}));
  EXPECT_EQ(orders, (std::vector<std::string>{"start m 1", "stop 1"}));
  EXPECT_EQ(watch->printed(Generation{1}), 101u);
  EXPECT_EQ(watch->cpu_time(Generation{1}), Duration(201));
}

TEST_F(FitWatchTest, JudgesWhenItIsReadyAndAgainLater) {
  first = "";
  begin(1).ready(kModel, Generation{1}, {});
  ASSERT_TRUE(says("Fits: 1000 MiB on CUDA0"));
  EXPECT_EQ(judgements.of(kModel)->launch, Generation{1});
  ASSERT_TRUE(looked(3));
  run_until(never, 50ms);
  EXPECT_LE(looks, 4) << "and then no more, but for one if what the command names was known late";
}

TEST_F(FitWatchTest, JudgesWithTheWordsOfTheCommand) {
  report += "llama_context: n_ctx = 4096\n";
  words = {"llama-server", "-c", "8192"};
  begin(1).ready(kModel, Generation{1}, {});
  EXPECT_TRUE(says("Fits, context cut to 4096 (8192 asked)"));
}

TEST_F(FitWatchTest, JudgesWithWhatTheEngineIsToldInTheEnd) {
  report += "llama_context: n_ctx = 4096\n";
  words = {"sh", "-c", "LLAMA_ARG_CTX_SIZE=8192 exec llama-server"};
  begin(1).ready(kModel, Generation{1}, {});
  EXPECT_TRUE(says("Fits, context cut to 4096 (8192 asked)"));
}

// The log lets guess that the embeddings are so large; the file says that they are not.
TEST_F(FitWatchTest, JudgesWithTheEmbeddingsOfTheFile) {
  const auto judged = [this](fit::Word word) {
    return run_until([&] { return judgements.of(kModel) && judgements.of(kModel)->verdict.word == word; });
  };
  report += "load_tensors:   CPU_Mapped model buffer size =    90.00 MiB\n";
  begin(1).ready(kModel, Generation{1}, {});
  EXPECT_TRUE(judged(fit::Word::kFits));
  ::paddock::test::TempDir dir;
  gguf::test::GgufText text;
  text.text("general.architecture", "llama")
      .matrix("token_embd.weight", 64, 8)
      .matrix("output.weight", 64, 8);
  ::paddock::test::write_file(dir.path("m.gguf"), text.file());
  words = {"llama-server", "-m", dir.path("m.gguf")};
  begin(2).ready(kModel, Generation{2}, {});
  EXPECT_TRUE(judged(fit::Word::kSpilled));
}

TEST_F(FitWatchTest, JudgesWithWhatTheCardsSay) {
  make(std::make_shared<Card>());
  begin(1).ready(kModel, Generation{1}, {});
  EXPECT_TRUE(says("Fits, 100 MiB left on GPU 1"));
}

// Vulkan does not look at CUDA's pins; a command may choose for itself.
TEST_F(FitWatchTest, SaysThatItRunsOnAnotherCardThanWasChosen) {
  make(std::make_shared<Card>());
  const auto warns = [this](std::uint64_t generation, const std::string& command, Duration limit) {
    words = {"sh", "-c", command};
    begin(generation).ready(kModel, Generation{generation}, {});
    return run_until(
        [&] {
          const auto last = judgements.of(kModel);
          return last && last->launch.value == generation && !last->warning.empty();
        },
        limit);
  };
  EXPECT_FALSE(warns(1, "CUDA_VISIBLE_DEVICES=GPU-1 exec llama-server", 200ms));
  EXPECT_FALSE(warns(2, "docker run -e CUDA_VISIBLE_DEVICES= image llama-server", 200ms))
      << "its numbers are its own";
  EXPECT_TRUE(warns(3, "export CUDA_VISIBLE_DEVICES=; exec llama-server", 10s));
  EXPECT_EQ(judgements.of(kModel)->warning, "Its log names GPU 1 as CUDA0, but its pins choose none.");
}

TEST(OtherCard, IsSaidOnlyWhereItIsCertain) {
  std::vector<gpu::Device> cards(2);
  for (int i = 0; i < 2; ++i) {
    cards[i].index = i;
    cards[i].name = "A";
    cards[i].uuid = "GPU-" + std::to_string(i);
    cards[i].pci = "0000:0" + std::to_string(i) + ":00.0";
    cards[i].vendor = "nvidia";
  }
  fit::Report report;
  report.devices.resize(1);
  fit::Device& used = report.devices[0];
  used.name = "Vulkan0";
  used.pci = "0000:00:00.0";
  used.holds.weights = 1;
  EXPECT_EQ(other_card(report, cards, {"CUDA_VISIBLE_DEVICES=GPU-1"}),
            "Its log names GPU 0 (A) as Vulkan0, but its pins choose GPU 1 (A).");
  EXPECT_EQ(other_card(report, cards, {"CUDA_VISIBLE_DEVICES=0"}), "");
  EXPECT_EQ(other_card(report, cards, {"CUDA_DEVICE_ORDER=PCI_BUS_ID"}), "") << "nothing was chosen";
  EXPECT_EQ(other_card(report, cards, {"HIP_VISIBLE_DEVICES=1"}), "") << "of another maker";
  EXPECT_EQ(other_card(report, cards, {"CUDA_VISIBLE_DEVICES=MIG-9"}), "") << "not understood";
  used.holds = {};
  EXPECT_EQ(other_card(report, cards, {"CUDA_VISIBLE_DEVICES=1"}), "") << "nothing is there";
  used.holds.weights = 1;
  used.pci = "";
  EXPECT_EQ(other_card(report, cards, {"CUDA_VISIBLE_DEVICES=1"}), "") << "only a name";
}

TEST_F(FitWatchTest, JudgesAgainWhenTheFirstAnswerIsOverWheneverThatIs) {
  const auto card = std::make_shared<Card>();
  card->used = 1000;
  make(card);
  begin(1).ready(kModel, Generation{1}, {});
  ASSERT_TRUE(looked(3));
  ASSERT_TRUE(says("Fits: 1000 MiB of 15.6 GiB"));
  run_until(never, 50ms);
  const int before = looks;
  card->used = 15900;
  watch->answered(ModelId("another"), 0, 0);
  run_until(never, 20ms);
  EXPECT_EQ(looks, before);
  watch->answered(kModel, 0, 0);
  EXPECT_TRUE(says("Fits, 100 MiB left on GPU 1"));
  watch->answered(kModel, 0, 0);
  run_until(never, 20ms);
  EXPECT_EQ(looks, before + 1) << "the first one only";
}

TEST_F(FitWatchTest, AnswersThatAreMuchSlowerThanUsualOnAFullCardTellOfPaging) {
  make(std::make_shared<Card>());
  notes.usual = 100;
  begin(1).ready(kModel, Generation{1}, {});
  for (int i = 0; i < 2; ++i) watch->answered(kModel, 50, 39);
  ASSERT_TRUE(says("Fits, 100 MiB left on GPU 1"));
  watch->answered(kModel, 50, 30);
  ASSERT_TRUE(says("Logs say it fits, the driver is paging"));
  for (int i = 0; i < 8; ++i) watch->answered(kModel, 50, 39);
  EXPECT_EQ(notes.heard, (std::vector<std::string>{"began 1"})) << "this is not what is usual";
  watch->answered(kModel, 50, 95);
  ASSERT_TRUE(says("Fits, 100 MiB left on GPU 1"));
  watch->answered(kModel, 50, 20);
  EXPECT_EQ(notes.heard.back(), "pace 1 95");
  EXPECT_EQ(notes.heard.size(), 2u) << "once";
}

TEST_F(FitWatchTest, APaceIsLearnedAtTheEndOfAShortLifeToo) {
  process::Listener& to = begin(1);
  to.ready(kModel, Generation{1}, {});
  for (const double pace : {10.0, 12.0, 11.0}) watch->answered(kModel, 16, pace);
  watch->stop(Generation{1}, 1s);
  watch->answered(kModel, 16, 99);
  to.exited(kModel, Generation{1}, {});
  EXPECT_EQ(notes.heard, (std::vector<std::string>{"began 1", "pace 1 12", "over 1"}));
}

TEST_F(FitWatchTest, RamThatTheDriverTookForItsProcessesTellsOfPaging) {
  const auto card = std::make_shared<Card>();
  make(card);
  card->own = 300;
  process::Listener& to = begin(1);
  to.spawned(kModel, Generation{1}, 70, UniqueFd());
  to.ready(kModel, Generation{1}, {});
  EXPECT_TRUE(says("Logs say it fits, the driver is paging"));
}

TEST_F(FitWatchTest, RamThatTheCardTookSinceTheStartTellsOfPagingIfNobodyElseCame) {
  const auto card = std::make_shared<Card>();
  card->shared = 1000;
  make(card);
  process::Listener& to = begin(1);
  run_until(never, 20ms);
  card->shared = 1300;
  to.ready(kModel, Generation{1}, {});
  ASSERT_TRUE(says("Logs say it fits, the driver is paging"));
  begin(2);
  watch->answered(kModel, 1, 1);
  EXPECT_TRUE(says("Fits, 100 MiB left on GPU 1")) << "it may be the other one's";
}

TEST(Pace, IsTheFastestOfTheLastAnswersThatAreLongEnough) {
  Pace pace;
  pace.answered(15, 1000);
  pace.answered(100, -1);
  pace.answered(100, 0);
  pace.answered(16, 10);
  pace.answered(16, 30);
  EXPECT_EQ(pace.fastest(), std::nullopt) << "too few";
  pace.answered(16, 20);
  EXPECT_EQ(pace.fastest(), 30.0);
  EXPECT_FALSE(pace.is_settled());
  EXPECT_FALSE(pace.is_slow(std::nullopt));
  EXPECT_FALSE(pace.is_slow(75.0));
  EXPECT_TRUE(pace.is_slow(76.0));
  for (int i = 0; i < 8; ++i) pace.answered(16, 5);
  EXPECT_TRUE(pace.is_settled());
  EXPECT_EQ(pace.fastest(), 5.0) << "how it was long ago does not count";
}

TEST_F(FitWatchTest, JudgesAStartThatFailed) {
  // The line that tells most may come late.
  first = "";
  report = "alloc_tensor_range: failed to allocate CUDA0 buffer of size 2147483648\n";
  process::StartFailure failure;
  failure.kind = FailureClass::kOutOfVram;
  failure.line = "cudaMalloc failed: out of memory";
  process::Listener& to = begin(1);
  to.failed(kModel, Generation{1}, failure);
  to.exited(kModel, Generation{1}, {});
  EXPECT_TRUE(says("Does not fit: CUDA0 needed 2.0 GiB more"));
  EXPECT_GE(looks, 2);
  EXPECT_LE(looks, 3) << "once more if what the command names was known late";
}

TEST_F(FitWatchTest, JudgesACrashButNotAStop) {
  process::Ending killed;
  killed.kind = FailureClass::kSignal;
  killed.status.signal = SIGKILL;
  process::Listener& to = begin(1);
  to.ready(kModel, Generation{1}, {});
  ASSERT_TRUE(looked(3));
  to.exited(kModel, Generation{1}, killed);
  ASSERT_TRUE(says("Killed: probably out of system RAM"));
  begin(2);
  to.ready(kModel, Generation{2}, {});
  ASSERT_TRUE(says("Fits: 1000 MiB on CUDA0"));
  watch->stop(Generation{2}, 1s);
  to.exited(kModel, Generation{2}, killed);
  run_until(never, 50ms);
  EXPECT_EQ(judgements.of(kModel)->verdict.word, fit::Word::kFits) << "what it was while it ran is kept";
}

TEST_F(FitWatchTest, JudgesWhatBreaksWhileItServes) {
  process::Listener& to = begin(1);
  to.ready(kModel, Generation{1}, {});
  ASSERT_TRUE(looked(3));
  to.broken(kModel, Generation{1}, {FailureClass::kOutOfVram, "it broke", "CUDA error: out of memory"});
  ASSERT_TRUE(says("Does not fit: out of memory"));
  watch->stop(Generation{1}, 1s);
  to.exited(kModel, Generation{1}, {});
}

TEST_F(FitWatchTest, AnOlderLaunchSaysNothingAboutANewerOne) {
  begin(2).ready(kModel, Generation{2}, {});
  ASSERT_TRUE(looked(3));
  ASSERT_TRUE(run_until([&] { return judgements.of(kModel) != nullptr; }));
  report.clear();
  process::StartFailure failure;
  begin(1).failed(kModel, Generation{1}, failure);
  ASSERT_TRUE(looked(5));
  run_until(never, 50ms);
  EXPECT_EQ(judgements.of(kModel)->launch, Generation{2});
}

TEST_F(FitWatchTest, MayGoAtAnyTime) {
  begin(1).ready(kModel, Generation{1}, {});
  looked(1);
  watch.reset();
  run_until(never, 50ms);
}

TEST(FitFailure, TellsKillsFromOtherEnds) {
  EXPECT_EQ(fit_failure(FailureClass::kExit, {137, {}}, "").kind, fit::FailureKind::kKilled);
  EXPECT_EQ(fit_failure(FailureClass::kSignal, {{}, SIGKILL}, "").kind, fit::FailureKind::kKilled);
  EXPECT_EQ(fit_failure(FailureClass::kSignal, {{}, SIGSEGV}, "").kind, fit::FailureKind::kOther);
  EXPECT_EQ(fit_failure(FailureClass::kOutOfRam, {{}, SIGKILL}, "").kind, fit::FailureKind::kOutOfMemory);
}

}  // namespace
}  // namespace paddock::app
