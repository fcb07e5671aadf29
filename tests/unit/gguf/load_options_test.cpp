#include "paddock/gguf/load_options.h"

#include <gmock/gmock.h>

namespace paddock::gguf {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(LoadOptions, AreReadFromTheWordsOfACommand) {
  const LoadOptions read = read_options({"llama-server",
                                         "--port",
                                         "5800",
                                         "-m",
                                         "/m/x.gguf",
                                         "--mmproj",
                                         "/m/p.gguf",
                                         "-c",
                                         "8192",
                                         "-np",
                                         "2",
                                         "-kvu",
                                         "-ngl",
                                         "20",
                                         "-ctk",
                                         "q8_0",
                                         "--cache-type-v",
                                         "q4_0",
                                         "-ub",
                                         "1024",
                                         "-b",
                                         "4096",
                                         "--swa-full",
                                         "-nkvo",
                                         "--no-mmproj-offload",
                                         "-ts",
                                         "3,1",
                                         "-sm",
                                         "row",
                                         "-mg",
                                         "1",
                                         "-ncmoe",
                                         "4",
                                         "-ot",
                                         "exps=CPU,attn=CUDA1",
                                         "-fa",
                                         "off",
                                         "-dev",
                                         "CUDA1,CUDA0",
                                         "-md",
                                         "/m/d.gguf",
                                         "-cd",
                                         "4096",
                                         "-ngld",
                                         "3",
                                         "-ctkd",
                                         "q8_0"});
  LoadOptions expected;
  expected.model = "/m/x.gguf";
  expected.projector = "/m/p.gguf";
  expected.context = 8192;
  expected.slots = 2;
  expected.unified = true;
  expected.layers = 20;
  expected.cache_k = "q8_0";
  expected.cache_v = "q4_0";
  expected.batch = 4096;
  expected.micro_batch = 1024;
  expected.full_windows = true;
  expected.cache_on_devices = false;
  expected.projector_on_device = false;
  expected.shares = {3, 1};
  expected.split = Split::kRow;
  expected.main_device = 1;
  expected.expert_layers_in_ram = 4;
  expected.overrides = {{"exps", "CPU"}, {"attn", "CUDA1"}};
  expected.flash_attention = false;
  expected.devices = {1, 0};
  expected.draft = {"/m/d.gguf", 4096, 3, "q8_0", "f16"};
  EXPECT_EQ(read, expected);
}

TEST(LoadOptions, TheLastWordWins) {
  const LoadOptions read = read_options({"-c", "1024", "-nkvo", "-c", "2048", "--kv-offload", "-fa"});
  EXPECT_EQ(read.context, 2048u);
  EXPECT_TRUE(read.cache_on_devices);
  EXPECT_TRUE(read.flash_attention);
}

TEST(LoadOptions, ADraftHasOptionsOfItsOwn) {
  const LoadOptions read = read_options({"-dev", "CUDA0", "--spec-draft-device", "CUDA1,CUDA2", "-ncmoed",
                                         "3", "--spec-draft-model", "/d", "--spec-draft-type-k", "q8_0"});
  EXPECT_THAT(read.devices, ElementsAre(0));
  EXPECT_EQ(read.draft, (DraftOptions{"/d", {}, {}, "q8_0", "f16", false, {1, 2}, 3}));
  EXPECT_TRUE(read_options({"-devd", "none", "-cmoed"}).draft.no_devices);
}

TEST(LoadOptions, IkLlamaCountsLayersTheOlderWay) {
  EXPECT_EQ(read_options({"/opt/llama.cpp/llama-server", "-fa", "on"}).layer_rule, LayerRule::kOutputFirst);
  EXPECT_EQ(read_options({"/opt/ik_llama.cpp/llama-server"}).layer_rule, LayerRule::kOutputLast);
  EXPECT_EQ(read_options({"llama-server", "-mla", "3", "-fmoe"}).layer_rule, LayerRule::kOutputLast);
}

TEST(LoadOptions, WhatIsNoNumberOrNotThereChangesNothing) {
  EXPECT_EQ(read_options({"-c", "many", "-np", "-3", "-ngl", "auto", "-ub", "", "-dev"}), LoadOptions());
  EXPECT_EQ(read_options({"-c", "0", "-ngl", "-1", "-ngl", "5", "-ngl", "all"}), LoadOptions());
  EXPECT_TRUE(read_options({"-dev", "none"}).no_devices);
  EXPECT_EQ(read_options({"--cpu-moe"}).expert_layers_in_ram, UINT64_MAX);
  EXPECT_THAT(read_options({"-ts", "1/nan,-2,,4"}).shares, ElementsAre(1, 0, 0, 4));
  EXPECT_THAT(read_options({"-ot", "a=b=CPU,none"}).overrides, ElementsAre(Pair("a=b", "CPU")));
  EXPECT_EQ(read_options({"-fa", "-c", "512"}).context, 512u) << "an option that may stand alone";
}

}  // namespace
}  // namespace paddock::gguf
