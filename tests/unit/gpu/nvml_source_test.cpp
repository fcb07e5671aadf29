// The calls into NVIDIA's library, against a fake one that is loaded in the same way.
#include <dlfcn.h>
#include <gmock/gmock.h>

#include "paddock/gpu/source.h"
#include "tests/unit/gpu/cards_of.h"
#include "tests/unit/gpu/fake_nvml.h"

namespace paddock::gpu {
namespace {

using ::testing::HasSubstr;

class NvmlSource : public ::testing::Test {
 protected:
  NvmlSource() : library_(::dlopen(FAKE_NVML, RTLD_NOW | RTLD_LOCAL)) {
    fake = static_cast<FakeNvml*>(::dlsym(library_, "fake_nvml"));
    *fake = {};
    fake->cards[0] = {"NVIDIA RTX A4000", "GPU-1", "00000000:65:00.0", 16000, 300, 0};
    fake->cards[1] = {"NVIDIA RTX 3060", "GPU-2", "00000000:B3:00.0", 12000, 100, 0};
    fake->count = 2;
    fake->has_version2 = true;
  }
  ~NvmlSource() override { ::dlclose(library_); }

  FakeNvml* fake = nullptr;
  std::unique_ptr<Source> source = nvml_source(FAKE_NVML);

 private:
  void* library_;
};

TEST_F(NvmlSource, ReadsAllCards) {
  const std::vector<Device> expected = {{0, "NVIDIA RTX A4000", "GPU-1", "0000:65:00.0", 16000, 300},
                                        {1, "NVIDIA RTX 3060", "GPU-2", "0000:b3:00.0", 12000, 100}};
  EXPECT_EQ(cards_of(*source), expected);
  fake->cards[1].used = 200;
  EXPECT_EQ(cards_of(*source)[1].used, 200u) << "each time anew";
  EXPECT_EQ(fake->inits, 1);
}

TEST_F(NvmlSource, AnOldDriverKnowsTheFirstMemoryCallOnly) {
  fake->has_version2 = false;
  const auto devices = cards_of(*source);
  EXPECT_EQ(devices[0].total, 16000u);
  EXPECT_EQ(devices[0].used, 300u);
}

TEST_F(NvmlSource, ACardThatCannotBeReadIsLeftOut) {
  fake->cards[0].memory_code = 3;
  const auto devices = cards_of(*source);
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].index, 1);
  fake->cards[1].memory_code = 15;
  EXPECT_EQ(source->read().error(), "NVML: reading a card's memory failed: Unknown Error.");
}

TEST_F(NvmlSource, WithoutADriverItIsTriedAgain) {
  fake->init_code = 9;
  EXPECT_EQ(source->read().error(), "NVML: the start failed: Driver Not Loaded.");
  fake->init_code = 0;
  EXPECT_EQ(cards_of(*source).size(), 2u);
  fake->count_code = 1;
  EXPECT_TRUE(source->read().has_error());
  fake->count_code = 0;
  EXPECT_EQ(cards_of(*source).size(), 2u) << "the driver was loaded anew";
  EXPECT_EQ(fake->inits, 3);
}

TEST_F(NvmlSource, NoCardAndNoLibraryAreSentences) {
  fake->count = 0;
  EXPECT_EQ(source->read().error(), "The NVIDIA driver knows no card.");
  EXPECT_THAT(nvml_source("libno-such-thing.so.1")->read().error(), HasSubstr("no libno-such-thing.so.1"));
  EXPECT_THAT(nvml_source("libc.so.6")->read().error(), HasSubstr("lacks what is needed"));
}

}  // namespace
}  // namespace paddock::gpu
