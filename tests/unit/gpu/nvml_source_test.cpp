// The calls into NVIDIA's library, against a fake one that is loaded in the same way.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <unistd.h>

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
    fake->cards[0] = make("NVIDIA RTX A4000", "GPU-1", "00000000:65:00.0", 16000, 300);
    fake->cards[1] = make("NVIDIA RTX 3060", "GPU-2", "00000000:B3:00.0", 12000, 100);
    fake->count = 2;
    fake->has_version2 = true;
  }
  ~NvmlSource() override { ::dlclose(library_); }

  static FakeCard make(const char* name, const char* uuid, const char* pci, unsigned long long total,
                       unsigned long long used) {
    FakeCard card{};
    card.name = name;
    card.uuid = uuid;
    card.pci = pci;
    card.total = total;
    card.used = used;
    return card;
  }

  FakeNvml* fake = nullptr;
  std::unique_ptr<Source> source = nvml_source(FAKE_NVML);

 private:
  void* library_;
};

TEST_F(NvmlSource, ReadsAllCards) {
  std::vector<Device> expected = {{0, "NVIDIA RTX A4000", "GPU-1", "0000:65:00.0", 16000, 300, "nvidia"},
                                  {1, "NVIDIA RTX 3060", "GPU-2", "0000:b3:00.0", 12000, 100, "nvidia"}};
  for (Device& device : expected) device.driver = "570.86.15";
  EXPECT_EQ(cards_of(*source), expected);
  fake->cards[1].used = 200;
  EXPECT_EQ(cards_of(*source)[1].used, 200u) << "each time anew";
  EXPECT_EQ(fake->inits, 1);
}

TEST_F(NvmlSource, ReadsSensorsAndProcessesWhereTheDriverTells) {
  const pid_t own = ::getpid();
  std::vector<FakeRunning> running(100);
  for (unsigned i = 0; i < running.size(); ++i)
    running[i] = {i == 0 ? unsigned(own) : 4'000'000 + i, i + 1, 0, 0};
  fake->cards[0].util = 87;
  fake->cards[0].temp = 64;
  fake->cards[0].milliwatts = 140'500;
  fake->cards[0].computing = running.data();
  fake->cards[0].computing_count = 100;
  const auto devices = cards_of(*source);
  EXPECT_EQ(devices[0].util, 87);
  EXPECT_EQ(devices[0].temp, 64);
  EXPECT_EQ(devices[0].power, 140.5);
  ASSERT_TRUE(devices[0].processes);
  ASSERT_EQ(devices[0].processes->size(), 100u) << "more than fit at first, and none twice";
  const Process& known = devices[0].processes->at(0);
  EXPECT_EQ(known.bytes, 1u);
  EXPECT_EQ(known.name, "unit_gpu");
  ASSERT_GE(known.lineage.size(), 2u);
  EXPECT_EQ(known.lineage[0], own);
  EXPECT_EQ(known.lineage[1], ::getppid());
  const Process& stranger = devices[0].processes->at(1);
  EXPECT_EQ(stranger.pid, 4'000'001);
  EXPECT_TRUE(stranger.lineage.empty()) << "of another pid namespace";
  EXPECT_FALSE(devices[1].util || devices[1].temp || devices[1].power || devices[1].processes);
}

TEST_F(NvmlSource, ReadsWhatACardIs) {
  fake->cards[0].limit_milliwatts = 140'000;
  fake->cards[0].fan = 41;
  fake->cards[0].architecture = 7;
  fake->cards[0].memory_temp = 88;
  fake->cards[1].architecture = 4711;
  const auto devices = cards_of(*source);
  EXPECT_EQ(devices[0].power_limit, 140.0);
  EXPECT_EQ(devices[0].fan, 41);
  EXPECT_EQ(devices[0].architecture, "Ampere");
  EXPECT_EQ(devices[0].memory_temp, 88);
  EXPECT_FALSE(devices[1].power_limit || devices[1].fan || devices[1].memory_temp);
  EXPECT_EQ(devices[1].architecture, "") << "younger than what is known here";
}

TEST_F(NvmlSource, ADividedCardIsListedByItsParts) {
  const FakeRunning running[] = {{7, 100, 0, 0}};
  fake->cards[0].divided = true;
  fake->cards[0].util = 50;
  fake->cards[0].temp = 60;
  fake->cards[0].memory_code = 4;  // no permission
  fake->cards[0].computing = running;
  fake->cards[0].computing_count = 1;
  fake->cards[0].parts[0] = {"MIG-1", 4000, 30};
  fake->cards[0].parts[2] = {"MIG-2", 8000, 40};
  const auto devices = cards_of(*source);
  ASSERT_EQ(devices.size(), 3u);
  EXPECT_EQ(devices[0].uuid, "MIG-1");
  EXPECT_EQ(devices[0].name, "NVIDIA A100 MIG 1g.5gb");
  EXPECT_EQ(devices[0].pci, "0000:65:00.0");
  EXPECT_TRUE(devices[0].is_part);
  EXPECT_FALSE(devices[0].util) << "that is the whole card's";
  EXPECT_EQ(devices[0].temp, 60);
  EXPECT_EQ(devices[0].processes->size(), 1u);
  EXPECT_EQ(devices[1].uuid, "MIG-2");
  EXPECT_EQ(devices[1].index, 1);
  EXPECT_EQ(devices[1].total, 8000u);
  EXPECT_EQ(devices[1].used, 40u);
  EXPECT_EQ(devices[2].uuid, "GPU-2");
  EXPECT_EQ(devices[2].index, 2);
  EXPECT_FALSE(devices[2].is_part);
}

TEST_F(NvmlSource, ADividedCardWithoutPartsIsACard) {
  fake->cards[0].divided = true;
  const auto devices = cards_of(*source);
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].uuid, "GPU-1");
}

TEST_F(NvmlSource, AListWithoutSizesTellsNothing) {
  const FakeRunning running[] = {{7, 100, 0, 0}, {8, ~0ULL, 0, 0}};
  fake->cards[0].computing = running;
  fake->cards[0].computing_count = 2;
  EXPECT_FALSE(cards_of(*source)[0].processes);
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
