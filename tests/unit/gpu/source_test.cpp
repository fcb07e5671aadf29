#include "paddock/gpu/source.h"

#include <gtest/gtest.h>

#include "tests/unit/gpu/cards_of.h"

namespace paddock::gpu {
namespace {

class Fixed final : public Source {
 public:
  explicit Fixed(std::vector<Device> devices) : devices_(std::move(devices)) {}
  Result<std::vector<Device>, std::string> read() override {
    if (devices_.empty()) return std::string("Nothing here.");
    return devices_;
  }

 private:
  std::vector<Device> devices_;
};

TEST(GpuSource, CardsOfSeveralSourcesAreNumberedThrough) {
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::make_unique<Fixed>(std::vector<Device>{{0, "n", "u", "", 5, 1}}));
  sources.push_back(std::make_unique<Fixed>(std::vector<Device>{}));
  sources.push_back(std::make_unique<Fixed>(std::vector<Device>{{0, "a", "", "p", 7, 2}}));
  const std::vector<Device> expected = {{0, "n", "u", "", 5, 1}, {1, "a", "", "p", 7, 2}};
  EXPECT_EQ(cards_of(*joined_source(std::move(sources))), expected);
}

TEST(GpuSource, WithoutAnyCardAllReasonsAreTold) {
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::make_unique<Fixed>(std::vector<Device>{}));
  sources.push_back(std::make_unique<Fixed>(std::vector<Device>{}));
  EXPECT_EQ(joined_source(std::move(sources))->read().error(), "Nothing here. Nothing here.");
}

TEST(GpuSource, IsFoundByItsWord) {
  EXPECT_EQ(*find_source("none"), nullptr);
  EXPECT_NE(*find_source("auto"), nullptr);
  EXPECT_NE(*find_source("file:/x"), nullptr);
  EXPECT_EQ(find_source("file:").error(), "`file:` is no source of GPUs; write auto, none or file:PATH");
}

TEST(GpuSource, ThisMachineIsReadOrSaysWhyNot) {
  const auto devices = (*find_source("auto"))->read();
  if (devices) {
    EXPECT_GT(devices->at(0).total, 0u);
    EXPECT_GE(devices->at(0).total, devices->at(0).used);
  } else {
    EXPECT_FALSE(devices.error().empty());
  }
}

TEST(GpuSource, CardsHaveKeysAndTitles) {
  EXPECT_EQ(key_of({2, "n", "u", "p", 0, 0}), "u");
  EXPECT_EQ(key_of({2, "n", "", "p", 0, 0}), "p");
  EXPECT_EQ(key_of({2, "n", "", "", 0, 0}), "2");
  EXPECT_EQ(title_of({2, "RTX", "", "", 0, 0}), "GPU 2 (RTX)");
  EXPECT_EQ(title_of({2, "", "", "", 0, 0}), "GPU 2");
  EXPECT_EQ(size_text(std::uint64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(size_text(300 << 20), "300 MiB");
}

}  // namespace
}  // namespace paddock::gpu
