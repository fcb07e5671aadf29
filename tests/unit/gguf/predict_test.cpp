#include "paddock/gguf/predict.h"

#include <gmock/gmock.h>

#include "tests/unit/gguf/gguf_text.h"

namespace paddock::gguf {
namespace {

using test::GgufText;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr Device kCard{24 * kGiB, 20 * kGiB};

Model parsed(const GgufText& text) {
  auto model = parse_model(text.file());
  EXPECT_TRUE(model) << model.error();
  return std::move(*model);
}

// Blocks of 4096 bytes, an input and an output of 2048 each, and KV of `heads` x 16 numbers.
struct Kind {
  std::string architecture = "llama";
  std::uint32_t blocks = 4, heads = 4;
};

GgufText blocks_of(const Kind& kind) {
  GgufText out;
  const std::string a = kind.architecture + ".";
  out.text("general.architecture", kind.architecture).number(a + "block_count", kind.blocks);
  out.number(a + "context_length", 4096).number(a + "embedding_length", 64);
  out.number(a + "attention.head_count", 4).words("tokenizer.ggml.tokens", 8);
  out.matrix("token_embd.weight", 64, 8);
  for (std::uint32_t i = 0; i < kind.blocks; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    out.matrix(block + "attn_q.weight", 64, 8).matrix(block + "ffn_up_exps.weight", 64, 8);
  }
  return out;
}

GgufText llama() {
  GgufText out = blocks_of({});
  out.number("llama.attention.head_count_kv", 4);
  return out.matrix("output.weight", 64, 8);
}

Prediction predicted(const GgufText& text, const std::vector<std::string>& words,
                     const std::vector<Device>& devices = {}) {
  const Model model = parsed(text);
  const auto out = predict({model}, read_options(words), devices);
  EXPECT_TRUE(out) << out.error();
  return out ? *out : Prediction();
}

TEST(Predict, EverythingIsInRamWithoutDevices) {
  const Prediction out = predicted(llama(), {"-c", "1024", "-np", "1"});
  EXPECT_EQ(out.ram.weights, 10 * 2048u);
  EXPECT_EQ(out.ram.kv, 4 * 1024 * (64 + 64) * 2u);
  EXPECT_EQ(out.layers, 5u);
  EXPECT_EQ(out.layers_on_devices, 0u);
  EXPECT_THAT(out.notes, IsEmpty());
  EXPECT_LT(out.ram.compute.low, out.ram.compute.high);
  EXPECT_EQ(out.ram.driver, Range());
}

TEST(Predict, TheInputStaysInRam) {
  const Prediction out = predicted(llama(), {"-c", "1024"}, {kCard});
  EXPECT_EQ(out.ram.weights, 2048u);
  EXPECT_EQ(out.ram.kv, 0u);
  EXPECT_EQ(out.devices[0].weights, 9 * 2048u);
  EXPECT_EQ(out.devices[0].kv, 4 * 1024 * 256u);
  EXPECT_EQ(out.layers_on_devices, 5u);
  EXPECT_EQ(out.devices[0].driver, (Range{200 * kMiB, 500 * kMiB}));
  EXPECT_GE(out.devices[0].total().high, out.devices[0].total().low + 300 * kMiB);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-ngl", "0"}, {"-dev", "none"}}) {
    const Prediction none = predicted(llama(), words, {kCard});
    EXPECT_TRUE(none.devices[0].empty());
    EXPECT_EQ(none.devices[0].total(), Range());
    EXPECT_EQ(none.ram.weights, 10 * 2048u);
  }
}

TEST(Predict, AnOverrideCallsACardByItsOwnNumber) {
  for (const char* devices : {"CUDA1,CUDA0", "CUDA1"}) {
    const Prediction out = predicted(llama(), {"-dev", devices, "-ot", ".*=CUDA1"}, {kCard, kCard});
    EXPECT_EQ(out.devices[1].weights, 10 * 2048u) << devices;
    EXPECT_EQ(out.devices[0].weights, 0u);
    EXPECT_EQ(out.ram.weights, 0u);
  }
}

TEST(Predict, TheOutputIsTheFirstThatGoesToADevice) {
  const Prediction head = predicted(llama(), {"-ngl", "1"}, {kCard});
  EXPECT_EQ(head.devices[0].weights, 2048u);
  EXPECT_EQ(head.devices[0].kv, 0u);
  const Prediction three = predicted(llama(), {"-ngl", "3", "-c", "1024"}, {kCard});
  EXPECT_EQ(three.devices[0].weights, 5 * 2048u);
  EXPECT_EQ(three.devices[0].kv, 2 * 1024 * 256u);
  EXPECT_EQ(three.ram.kv, 2 * 1024 * 256u);
  EXPECT_EQ(predicted(llama(), {"-nkvo", "-c", "1024"}, {kCard}).ram.kv, 4 * 1024 * 256u);
}

TEST(Predict, InOlderBuildsTheOutputIsTheLastThatGoesToADevice) {
  const auto older = [](const char* layers, const std::vector<Device>& devices) {
    return predicted(llama(), {"-mla", "1", "-c", "1024", "-ngl", layers}, devices);
  };
  const Prediction three = older("3", {kCard});
  EXPECT_EQ(three.devices[0].weights, 3 * 4096u);
  EXPECT_EQ(three.devices[0].kv, 3 * 1024 * 256u);
  EXPECT_EQ(older("4", {kCard}).ram.weights, 2 * 2048u) << "the input and the output";
  EXPECT_EQ(older("5", {kCard}).ram.weights, 2048u);
  EXPECT_EQ(older("3", {{}, {}}).devices[1].kv, 1024 * 256u);
  EXPECT_THAT(three.notes, ::testing::Not(Contains(HasSubstr("before 2026"))));
  EXPECT_THAT(predicted(llama(), {"-ngl", "3"}, {kCard}).notes, Contains(HasSubstr("before 2026")));
}

// As a real llama-server prints them: of four layers, 512 cells and heads of 64 each.
TEST(Predict, T5HasACacheForEachLayerAndNoneAcross) {
  for (const char* architecture : {"t5", "t5encoder"}) {
    GgufText text = blocks_of({architecture, 4, 4});
    const std::string a = std::string(architecture) + ".";
    text.number(a + "attention.key_length", 64).number(a + "attention.value_length", 64);
    text.matrix("dec.blk.3.cross_attn_q.weight", 64, 8).matrix("enc.blk.3.attn_q.weight", 64, 8);
    const Prediction out = predicted(text, {"-c", "512", "-np", "1"}, {kCard});
    EXPECT_EQ(out.devices[0].kv, 2 * kMiB);
    EXPECT_EQ(out.devices[0].weights, (8 + 2 + 1) * 2048u);
    EXPECT_THAT(out.notes, IsEmpty());
  }
}

TEST(Predict, TheInputIsTold) { EXPECT_EQ(input_bytes(parsed(llama())), 2048u); }

TEST(Predict, ATiedOutputIsThereTwiceOnceItIsOnADevice) {
  const GgufText tied = blocks_of({});
  EXPECT_EQ(predicted(tied, {}).ram.weights, 9 * 2048u);
  const Prediction out = predicted(tied, {}, {kCard});
  EXPECT_EQ(out.ram.weights, 2048u);
  EXPECT_EQ(out.devices[0].weights, 9 * 2048u);
}

TEST(Predict, ExpertsAndNamedTensorsGoWhereTheyAreSent) {
  EXPECT_EQ(predicted(llama(), {"-ncmoe", "3"}, {kCard}).ram.weights, 4 * 2048u);
  EXPECT_EQ(predicted(llama(), {"-cmoe"}, {kCard}).ram.weights, 5 * 2048u);
  EXPECT_EQ(predicted(llama(), {"-ot", "blk\\.[01]\\.ffn.*=CPU"}, {kCard}).ram.weights, 3 * 2048u);
  const Prediction sent =
      predicted(llama(), {"-ts", "1,0", "-ot", "attn=CUDA1,broken(=CPU,ffn=CUDA_Host"}, {kCard, kCard});
  EXPECT_EQ(sent.devices[1].weights, 4 * 2048u);
  EXPECT_EQ(sent.devices[0].weights, 2048u);
  EXPECT_EQ(sent.ram.weights, 5 * 2048u);
}

TEST(Predict, LayersAreSharedOutOverDevices) {
  const Prediction even = predicted(llama(), {"-c", "1024"}, {{}, {}});
  EXPECT_EQ(even.devices[0].weights, 3 * 4096u);
  EXPECT_EQ(even.devices[1].weights, 4096u + 2048u);
  EXPECT_EQ(even.devices[0].kv, 3 * 1024 * 256u);
  const Prediction by_free = predicted(llama(), {}, {{kGiB, kGiB}, {4 * kGiB, 4 * kGiB}});
  EXPECT_EQ(by_free.devices[0].weights, 4096u);
  const Prediction asked = predicted(llama(), {"-ts", "4,1"}, {kCard, kCard});
  EXPECT_EQ(asked.devices[1].weights, 2048u);
  const Prediction turned = predicted(llama(), {"-ts", "4,1", "-dev", "CUDA1,CUDA0"}, {kCard, kCard});
  EXPECT_EQ(turned.devices[0].weights, 2048u);
  const Prediction one = predicted(llama(), {"-sm", "none", "-mg", "1"}, {kCard, kCard});
  EXPECT_EQ(one.devices[1].weights, 9 * 2048u);
  EXPECT_TRUE(one.devices[0].empty());
  const Prediction rows = predicted(llama(), {"-sm", "row", "-ts", "3,1"}, {kCard, kCard});
  EXPECT_EQ(rows.devices[1].weights, 9 * 512u);
}

TEST(Predict, TheCacheFollowsItsTypeAndItsSlots) {
  EXPECT_EQ(predicted(llama(), {"-c", "1024", "-ctk", "q8_0", "-ctv", "q8_0"}).ram.kv, 4 * 1024 * 136u);
  EXPECT_EQ(predicted(llama(), {"-c", "1000"}).ram.kv, 4 * 1024 * 256u) << "padded";
  const Prediction parted = predicted(llama(), {"-c", "1000", "-np", "3"});
  EXPECT_EQ(parted.context, 3 * 512u);
  EXPECT_EQ(parted.ram.kv, 4 * 1536 * 256u);
  EXPECT_EQ(predicted(llama(), {"-c", "1000", "-np", "3", "-kvu"}).context, 1024u);
  const Prediction unsaid = predicted(llama(), {});
  EXPECT_EQ(unsaid.context, 4096u);
  EXPECT_EQ(unsaid.slots, 4u);
  EXPECT_EQ(unsaid.notes.size(), 2u);
  const Model model = parsed(llama());
  EXPECT_EQ(predict({model}, read_options({"-ctv", "q99"}), {}).error(), "The type of cache q99 is unknown.");
}

// gpt-oss-20b with 4096: 96 MiB for what sees everything, as a real engine printed, and 768 cells for the
// windows (older ones did not pad their 640).
TEST(Predict, WindowsHaveASmallCacheOfTheirOwn) {
  GgufText file = blocks_of({"gpt-oss", 24});
  file.number("gpt-oss.attention.head_count_kv", 8).number("gpt-oss.attention.key_length", 64);
  file.number("gpt-oss.attention.value_length", 64).number("gpt-oss.attention.sliding_window", 128);
  EXPECT_EQ(predicted(file, {"-c", "4096", "-np", "1"}).ram.kv, (96 + 18) * kMiB);
  EXPECT_EQ(predicted(file, {"-c", "4096", "-np", "1", "--swa-full"}).ram.kv, 192 * kMiB);
  file.flags("gpt-oss.attention.sliding_window_pattern", std::vector<bool>(24, false));
  EXPECT_EQ(predicted(file, {"-c", "4096", "-np", "1"}).ram.kv, 192 * kMiB) << "the file's own pattern";
}

TEST(Predict, StatesBelongToSequences) {
  GgufText file = blocks_of({"mamba", 4});
  file.number("mamba.ssm.conv_kernel", 4)
      .number("mamba.ssm.inner_size", 128)
      .number("mamba.ssm.state_size", 16);
  const Prediction out = predicted(file, {"-np", "2"});
  EXPECT_EQ(out.ram.kv, 0u);
  EXPECT_EQ(out.ram.state, 4 * 2 * (3 * 128 + 16 * 128) * 4u);
  GgufText turns = blocks_of({"qwen3next", 4});
  turns.number("qwen3next.attention.head_count_kv", 4).number("qwen3next.ssm.conv_kernel", 4);
  turns.number("qwen3next.ssm.inner_size", 128)
      .number("qwen3next.ssm.state_size", 16)
      .number("qwen3next.ssm.group_count", 1);
  const Prediction hybrid = predicted(turns, {"-np", "1", "-c", "1024"});
  EXPECT_EQ(hybrid.ram.kv, 1024 * 256u);
  EXPECT_EQ(hybrid.ram.state, 3 * (3 * (128 + 32) + 16 * 128) * 4u);
  GgufText listed = blocks_of({"granitehybrid", 4});
  listed.numbers("granitehybrid.attention.head_count_kv", {0, 4, 0, 4})
      .number("granitehybrid.ssm.inner_size", 128);
  listed.number("granitehybrid.ssm.state_size", 16).number("granitehybrid.ssm.conv_kernel", 4);
  const Prediction by_list = predicted(listed, {"-np", "1", "-c", "1024"});
  EXPECT_EQ(by_list.ram.kv, 2 * 1024 * 256u);
  EXPECT_EQ(by_list.ram.state, 2 * (3 * 128 + 16 * 128) * 4u);
}

TEST(Predict, OtherFamilies) {
  GgufText latent = blocks_of({"deepseek2", 4});
  latent.number("deepseek2.attention.head_count_kv", 1).number("deepseek2.attention.key_length", 576);
  latent.number("deepseek2.attention.value_length", 512).number("deepseek2.attention.key_length_mla", 192);
  latent.number("deepseek2.attention.value_length_mla", 128).number("deepseek2.nextn_predict_layers", 1);
  const Prediction mla = predicted(latent, {"-c", "1024", "-np", "1"});
  EXPECT_EQ(mla.ram.kv, 3 * 1024 * 576 * 2u) << "one latent, and none for what predicts ahead";
  EXPECT_EQ(mla.ram.weights, 2048u + 3 * 4096u);
  const Prediction bert = predicted(blocks_of({"bert", 4}), {"-c", "512"}, {kCard});
  EXPECT_EQ(bert.devices[0].kv + bert.ram.kv, 0u);
  EXPECT_EQ(bert.devices[0].weights, 4 * 4096u);
  GgufText shared = blocks_of({"gemma4", 4});
  shared.number("gemma4.attention.shared_kv_layers", 2);
  EXPECT_EQ(predicted(shared, {"-c", "1024", "-np", "1"}).ram.kv, 2 * 1024 * 256u);
  const Prediction strange = predicted(blocks_of({"novelty", 4}), {"-c", "1024", "-np", "1"});
  EXPECT_EQ(strange.ram.kv, 4 * 1024 * 256u);
  EXPECT_THAT(strange.notes, Contains(HasSubstr("architecture novelty is not known")));
}

TEST(Predict, AProjectorAndADraftAreAdded) {
  const Model model = parsed(llama()), draft = parsed(blocks_of({"llama", 2}));
  GgufText clip;
  clip.text("general.architecture", "clip").matrix("v.blk.0.ffn_up.weight", 64, 100);
  const Model projector = parsed(clip);
  const LoadOptions options = read_options({"-c", "1024", "-np", "1"});
  const auto alone = predict({model}, options, {kCard});
  const auto both = predict({model, &projector, &draft}, options, {kCard});
  ASSERT_TRUE(alone && both);
  EXPECT_EQ(both->devices[0].weights - alone->devices[0].weights, 25600u + 5 * 2048u);
  EXPECT_EQ(both->devices[0].kv - alone->devices[0].kv, 2 * 1024 * 256u);
  EXPECT_EQ(both->ram.weights - alone->ram.weights, 2048u);
  EXPECT_GT(both->devices[0].compute.high, alone->devices[0].compute.high + kGiB);
}

TEST(Predict, AbsurdShapesAreRefusedOrStopAtTheLargestNumber) {
  GgufText none;
  EXPECT_THAT(predict({parsed(none)}, {}, {}).error(), HasSubstr("names no architecture"));
  none.text("general.architecture", "clip");
  EXPECT_EQ(predict({parsed(none)}, {}, {}).error(), "The file is no language model: it has no layers.");
  none.number("clip.block_count", 4000000000u);
  EXPECT_THAT(predict({parsed(none)}, {}, {}).error(), HasSubstr("4000000000 layers, which is not believed"));
  GgufText huge;
  huge.text("general.architecture", "llama").number("llama.block_count", 4096);
  for (const char* key :
       {"context_length", "embedding_length", "attention.head_count", "attention.head_count_kv",
        "attention.key_length", "attention.value_length", "feed_forward_length", "vocab_size"}) {
    huge.number(std::string("llama.") + key, 0xffffffff);
  }
  const Prediction out = predicted(huge, {"-np", "4000000000", "-fa", "off"}, {kCard, kCard});
  EXPECT_EQ(out.devices[0].kv, UINT64_MAX);
  EXPECT_EQ(out.devices[0].total().high, UINT64_MAX);
}

}  // namespace
}  // namespace paddock::gguf
