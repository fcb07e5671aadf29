#include "paddock/gguf/model.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "paddock/gguf/parts.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gguf/gguf_text.h"

namespace paddock::gguf {
namespace {

using test::GgufText;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string problem_of(const std::string& file) {
  const auto model = parse_model(file);
  return model ? "none" : model.error();
}

GgufText small() {
  GgufText out;
  out.text("general.architecture", "llama").number("llama.block_count", 2);
  return out.matrix("token_embd.weight", 64, 10);
}

TEST(GgufModel, HoldsKeysAndTensors) {
  GgufText file = small();
  file.numbers("llama.attention.head_count_kv", {4, 2}).flags("pattern", {true, false});
  file.words("tokenizer.ggml.tokens", 300).tensor("blk.0.ffn_up.weight", {256, 3}, 14, 630);
  for (const std::uint32_t version : {2u, 3u}) {
    const auto model = parse_model(file.file(version));
    ASSERT_TRUE(model) << model.error();
    EXPECT_EQ(model->text("general.architecture"), "llama");
    EXPECT_EQ(model->number("llama.block_count"), 2u);
    EXPECT_EQ(model->number("llama.no_such"), std::nullopt);
    EXPECT_THAT(model->find("llama.attention.head_count_kv")->numbers, ElementsAre(4, 2));
    EXPECT_THAT(model->find("pattern")->numbers, ElementsAre(1, 0));
    EXPECT_EQ(model->find("tokenizer.ggml.tokens")->length, 300u);
    const Tensor embedding{"token_embd.weight", 2560, 10, 64}, up{"blk.0.ffn_up.weight", 630, 3, 256};
    EXPECT_THAT(model->tensors, ElementsAre(embedding, up));
    EXPECT_EQ(model->bytes, file.file(version).size());
  }
}

TEST(GgufModel, ATypeOfALaterTimeIsMeasuredByWhereTheNextTensorBegins) {
  GgufText file = small();
  file.tensor("blk.0.new", {64, 64}, 9999, 4096).matrix("blk.1.old", 8, 8);
  const auto model = parse_model(file.file());
  ASSERT_TRUE(model) << model.error();
  EXPECT_EQ(model->tensors[1].bytes, 4096u);
}

TEST(GgufModel, HostileFilesAreRefusedWithASentence) {
  EXPECT_EQ(problem_of(""), "it is no GGUF");
  EXPECT_EQ(problem_of("GGML12345678901234567890"), "it is no GGUF");
  EXPECT_EQ(problem_of(small().file(1)), "its version of GGUF is 1, not 2 or 3");
  EXPECT_EQ(problem_of(small().file(0x03000000)), "it is a GGUF of a big endian machine");
  const std::string whole = small().file(), header = small().header();
  EXPECT_EQ(problem_of(whole), "none");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(problem_of(whole.substr(0, size)), "none") << size;
  EXPECT_THAT(problem_of(header), EndsWith("needs: was it copied to its end?"));
  std::string counts = whole;
  counts[15] = 1;
  EXPECT_EQ(problem_of(counts), "72057594037927937 tensors are not believed");
  counts = whole;
  counts[22] = 1;
  EXPECT_EQ(problem_of(counts), "281474976710658 keys are not believed");
  constexpr std::uint64_t kMost = UINT64_MAX;
  for (const std::uint32_t kind : {0u, 4u, 8u, 12u}) {
    EXPECT_THAT(problem_of(small().begin_list("a", kind, kMost).file()), StartsWith("it ends")) << kind;
    EXPECT_THAT(problem_of(small().begin_list("a", kind, kMost / 8 + 1).file()), StartsWith("it ends"))
        << kind;
  }
  EXPECT_THAT(problem_of(small().begin_list("a", 9, 1).file()), HasSubstr("holds lists"));
  EXPECT_THAT(problem_of(small().begin_list("a", 77, 1).file()), HasSubstr("an unknown kind"));
  EXPECT_THAT(problem_of(small().matrix("x", 1ull << 40, 1ull << 40).file()),
              HasSubstr("its tensor x needs"));
  EXPECT_THAT(problem_of(small().tensor("x", {1, 1, 1, 1, 1}, 0, 4).file()),
              HasSubstr("too many dimensions"));
  EXPECT_EQ(problem_of(small().number("llama.block_count", 3).file()), "a key is there twice");
  EXPECT_EQ(problem_of(small().number("general.alignment", 0).file()), "its alignment is not believed");
  EXPECT_EQ(problem_of(small().number(std::string(2000, 'k'), 3).file()), "a key's name is too long");
}

TEST(GgufModel, PartsAreReadTogether) {
  ::paddock::test::TempDir dir;
  GgufText first = small(), second;
  first.number("split.count", 2);
  second.matrix("output.weight", 64, 10);
  ::paddock::test::write_file(dir.path("x-00001-of-00002.gguf"), first.file());
  EXPECT_THAT(read_model(dir.path("x-00002-of-00002.gguf")).error(),
              EndsWith("x-00002-of-00002.gguf cannot be read as a model: No such file or directory."));
  ::paddock::test::write_file(dir.path("x-00002-of-00002.gguf"), second.file());
  const auto model = read_model(dir.path("x-00002-of-00002.gguf"));
  ASSERT_TRUE(model) << model.error();
  EXPECT_EQ(model->files, 2);
  EXPECT_EQ(model->tensors.size(), 2u);
  EXPECT_EQ(model->bytes, first.file().size() + second.file().size());
  ::paddock::test::write_file(dir.path("y.gguf"), first.file());
  EXPECT_THAT(read_model(dir.path("y.gguf")).error(),
              EndsWith("it is one of 2 parts, and not named like one."));
}

TEST(GgufModel, OnlyRegularFilesAreRead) {
  ::paddock::test::TempDir dir;
  EXPECT_THAT(read_model(dir.path("")).error(), EndsWith("it is no regular file."));
  ASSERT_EQ(::mkfifo(dir.path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(read_model(dir.path("pipe")).error(), EndsWith("it is no regular file."));
}

// Its tokens lie over the border of what is read at once.
TEST(GgufModel, ALongHeaderIsReadInPieces) {
  ::paddock::test::TempDir dir;
  GgufText file = small();
  file.words("tokenizer.ggml.tokens", 100000).number("behind", 7);
  ::paddock::test::write_file(dir.path("x.gguf"), file.file());
  const auto model = read_model(dir.path("x.gguf"));
  ASSERT_TRUE(model) << model.error();
  EXPECT_EQ(model->find("tokenizer.ggml.tokens")->length, 100000u);
  EXPECT_EQ(model->number("behind"), 7u);
}

TEST(GgufParts, AreToldByTheirNames) {
  EXPECT_THAT(
      parts_of("/m/x-00002-of-00003.gguf"),
      ElementsAre("/m/x-00001-of-00003.gguf", "/m/x-00002-of-00003.gguf", "/m/x-00003-of-00003.gguf"));
  for (const char* other : {"", "x.gguf", "-00001-of-00002.gguf", "x-00003-of-00002.gguf",
                            "x-00000-of-00002.gguf", "x-0000a-of-00002.gguf", "x_00001-of-00002.gguf",
                            "x-00001-of-00002.bin", "x-00001-of-99999.gguf", "x-00001xof-00002.gguf"}) {
    EXPECT_THAT(parts_of(other), IsEmpty()) << other;
  }
}

}  // namespace
}  // namespace paddock::gguf
