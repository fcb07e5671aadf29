#include "fit_file.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "fit_command.h"
#include "said.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gguf/gguf_text.h"

namespace paddock::app {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::uint64_t kGiB = 1 << 30;

std::string sentence(const std::vector<Demand>& demands) { return outlook(demands).sentence; }

TEST(Outlook, IsThatOfTheNarrowestPlace) {
  const Demand ram{"RAM", {kGiB, 2 * kGiB}, 8 * kGiB, 16 * kGiB}, none{"GPU 1", {}, 0, kGiB};
  const auto card = [](std::uint64_t low, std::uint64_t high) {
    return Demand{"GPU 0", {low * kGiB, high * kGiB}, 10 * kGiB, 12 * kGiB};
  };
  EXPECT_EQ(sentence({card(7, 9), none, ram}), "Fits: at least 1.0 GiB stay free on GPU 0.");
  EXPECT_EQ(sentence({card(1, 2), none, ram}), "Fits: at least 6.0 GiB stay free on RAM.");
  EXPECT_EQ(sentence({card(9, 11), none, ram}),
            "May not fit: 9.0 GiB to 11.0 GiB are foreseen on GPU 0, 10.0 GiB are free.");
  EXPECT_EQ(
      sentence({card(11, 12), none, ram}),
      "Does not fit: GPU 0 lacks at least 1.0 GiB (11.0 GiB to 12.0 GiB are foreseen, 10.0 GiB are free).");
  EXPECT_EQ(outlook({card(11, 12), none, ram}).room, Room::kTooLittle);
  const Demand blind{"GPU 2", {kGiB, kGiB}, {}, {}};
  EXPECT_EQ(sentence({blind, ram}),
            "Foreseen are 1.0 GiB on GPU 2, 1.0 GiB to 2.0 GiB on RAM; what is free there is not known.");
  EXPECT_EQ(outlook({blind, card(11, 12)}).room, Room::kTooLittle) << "what is known counts";
  EXPECT_EQ(sentence({none}), "Takes nothing.");
}

TEST(FitFile, CardsAreChosenByNumberOrUuid) {
  gpu::Device first, second;
  first.total = second.total = kGiB;
  second.index = 1;
  second.uuid = "GPU-12345678-aa";
  const std::vector<gpu::Device> all = {first, second}, turned = {second, first}, one = {second};
  EXPECT_EQ(*choose_cards({}, all), all);
  EXPECT_EQ(*choose_cards("1,0", all), turned);
  EXPECT_EQ(*choose_cards("GPU-12345678", all), one);
  EXPECT_TRUE(choose_cards("none", all)->empty());
  EXPECT_EQ(choose_cards("2", all).error(), "There is no GPU 2 here, but 0, 1.");
  EXPECT_EQ(choose_cards("GPU-1", all).error(), "There is no GPU GPU-1 here, but 0, 1.");
  EXPECT_EQ(choose_cards("3,4", {})->at(1).index, 4);
  EXPECT_EQ(choose_cards("x", {}).error(), "There is no GPU x here; none can be read.");
}

TEST(FitFile, RamIsReadFromMeminfo) {
  const Memory memory = memory_of("MemTotal:       2048 kB\nMemFree: 1 kB\nMemAvailable:   1024 kB\n");
  EXPECT_EQ(memory.available, 1u << 20);
  EXPECT_EQ(memory.total, 2u << 20);
  EXPECT_EQ(memory_of("MemTotal: x").total, std::nullopt);
}

// A model of 4 layers of a GiB each, as its header says; the file has holes in place of them.
class FitCommandTest : public ::testing::Test {
 protected:
  FitCommandTest() {
    gguf::test::GgufText text;
    text.text("general.architecture", "llama")
        .number("llama.block_count", 4)
        .number("llama.context_length", 4096);
    text.number("llama.embedding_length", 1024).number("llama.attention.head_count", 8);
    text.matrix("token_embd.weight", 1024, 1024).matrix("output.weight", 1024, 1024);
    for (int i = 0; i < 4; ++i) text.matrix("blk." + std::to_string(i) + ".ffn_up.weight", 16384, 16384);
    ::paddock::test::write_file(path_, text.header());
    std::filesystem::resize_file(path_, text.header().size() + (std::uint64_t{4} << 30) + (8 << 20));
    command_.target = path_;
    command_.gpu_source = "file:" + dir_.path("gpus.json");
    cards(8, 6);
  }
  void cards(std::uint64_t first, std::uint64_t second) {
    const auto card = [](std::uint64_t gib) {
      return R"({"name":"A","used":0,"total":)" + std::to_string(gib << 30) + "}";
    };
    ::paddock::test::write_file(dir_.path("gpus.json"), R"({"gpus":[)" + card(first) + "," +
                                                            R"({"index":1,)" + card(second).substr(1) + "]}");
  }

  ::paddock::test::TempDir dir_;
  const std::string path_ = dir_.path("x.gguf");
  FitCommand command_;
};

TEST_F(FitCommandTest, PrintsATableAndASentence) {
  command_.words = {"-c", "4096", "-np", "1"};
  const Said said = said_by([this] { return fit(command_); });
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(
      said.out,
      HasSubstr("x.gguf: llama, 4104.0 MiB in one file, 5 of 5 layers on GPUs, context 4096, 1 slot\n"));
  EXPECT_THAT(said.out, HasSubstr("3072.0  48.0    0.0"));
  EXPECT_THAT(said.out, HasSubstr("GPU 1 (A)   1028.0  16.0"));
  EXPECT_THAT(said.out, HasSubstr("RAM            4.0   0.0"));
  EXPECT_THAT(said.out, HasSubstr("stay free on "));
}

TEST_F(FitCommandTest, TheExitCodeTellsWhatDoesNotFit) {
  cards(1, 1);
  const Said said = said_by([this] { return fit(command_); });
  EXPECT_EQ(said.code, 3);
  EXPECT_THAT(said.out, HasSubstr("Does not fit: GPU 0 (A) lacks at least "));
  command_.json = true;
  const Said json = said_by([this] { return fit(command_); });
  const auto parsed = nlohmann::json::parse(json.out);
  EXPECT_EQ(parsed["fits"], false);
  EXPECT_EQ(parsed["devices"].size(), 2u);
  EXPECT_EQ(parsed["ram"]["weights"], 4 << 20);
  EXPECT_EQ(parsed["context"], 4096);
}

TEST_F(FitCommandTest, WhatCannotBeReadIsASentence) {
  command_.target = dir_.path("none.gguf");
  const Said said = said_by([this] { return fit(command_); });
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, EndsWith("none.gguf cannot be read as a model: No such file or directory.\n"));
  command_.target = path_;
  command_.gpus = "7";
  EXPECT_THAT(said_by([this] { return fit(command_); }).err, HasSubstr("There is no GPU 7 here, but 0, 1."));
  command_.gpus = {};
  command_.words = {"--mmproj", dir_.path("gpus.json")};
  EXPECT_THAT(said_by([this] { return fit(command_); }).err, HasSubstr("it is no GGUF"));
}

}  // namespace
}  // namespace paddock::app
