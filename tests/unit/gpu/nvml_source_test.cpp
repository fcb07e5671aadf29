// The calls into NVIDIA's library, against a fake one that is loaded in the same way.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "paddock/base/text.h"
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
    fake->cards[0] = {"NVIDIA RTX A4000", "GPU-1", "00000000:65:00.0", 16000, 300, 0, 0, 0, 0, nullptr, 0};
    fake->cards[1] = {"NVIDIA RTX 3060", "GPU-2", "00000000:B3:00.0", 12000, 100, 0, 0, 0, 0, nullptr, 0};
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
  const std::vector<Device> expected = {
      {0, "NVIDIA RTX A4000", "GPU-1", "0000:65:00.0", 16000, 300, "nvidia"},
      {1, "NVIDIA RTX 3060", "GPU-2", "0000:b3:00.0", 12000, 100, "nvidia"}};
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

TEST_F(NvmlSource, AListWithoutSizesTellsNothing) {
  const FakeRunning running[] = {{7, 100, 0, 0}, {8, ~0ULL, 0, 0}};
  fake->cards[0].computing = running;
  fake->cards[0].computing_count = 2;
  EXPECT_FALSE(cards_of(*source)[0].processes);
}

// Where a machine has a card and NVIDIA's own program, both tell the same.
TEST(Nvml, AgreesWithNvidiaSmi) {
  const auto ask = [](const std::string& query) {
    std::vector<std::string> lines;
    FILE* pipe =
        ::popen(("nvidia-smi --query-" + query + " --format=csv,noheader,nounits 2>/dev/null").c_str(), "r");
    char line[512];
    while (pipe && std::fgets(line, sizeof line, pipe)) lines.emplace_back(trim(line));
    const bool answered = pipe && ::pclose(pipe) == 0;
    return answered ? lines : std::vector<std::string>();
  };
  const auto lines = ask("gpu=name,uuid,memory.total,memory.used");
  if (lines.empty()) GTEST_SKIP() << "there is no nvidia-smi that answers, so NVML is compared with nothing";
  const auto devices = cards_of(*nvml_source());
  ASSERT_EQ(devices.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    char name[128], uuid[128];
    double total = 0, used = 0;
    ASSERT_EQ(std::sscanf(lines[i].c_str(), "%127[^,], %127[^,], %lf, %lf", name, uuid, &total, &used), 4)
        << lines[i];
    EXPECT_EQ(devices[i].name, name);
    EXPECT_EQ(devices[i].uuid, uuid);
    EXPECT_NEAR(static_cast<double>(devices[i].total) / (1 << 20), total, 1);
    EXPECT_NEAR(static_cast<double>(devices[i].used) / (1 << 20), used, 256);
    EXPECT_TRUE(devices[i].processes);
  }
  for (const std::string& line : ask("compute-apps=gpu_uuid,pid,used_memory")) {
    char uuid[128];
    int pid = 0;
    double used = 0;
    if (std::sscanf(line.c_str(), "%127[^,], %d, %lf", uuid, &pid, &used) != 3) continue;
    const auto card =
        std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.uuid == uuid; });
    ASSERT_NE(card, devices.end()) << line;
    const auto& list = card->processes.value();
    const auto found = std::find_if(list.begin(), list.end(), [&](const Process& p) { return p.pid == pid; });
    ASSERT_NE(found, list.end()) << line;
    EXPECT_NEAR(static_cast<double>(found->bytes) / (1 << 20), used, 256) << line;
  }
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
