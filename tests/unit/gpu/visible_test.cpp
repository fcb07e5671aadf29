// What a program calls its cards, given its environment.
#include "paddock/gpu/visible.h"

#include <gtest/gtest.h>

namespace paddock::gpu {
namespace {

using Indices = std::optional<std::vector<int>>;

Device card(int index, const char* name, const char* uuid, const char* pci, const char* vendor = "nvidia") {
  Device device;
  device.index = index;
  device.name = name;
  device.uuid = uuid;
  device.pci = pci;
  device.vendor = vendor;
  return device;
}

// As NVML counts them: by the bus.
const std::vector<Device> kMixed = {card(0, "A4000", "GPU-aa11", "0000:17:00.0"),
                                    card(1, "A4000", "GPU-aa22", "0000:65:00.0"),
                                    card(2, "3060", "GPU-bb33", "0000:b3:00.0")};
const std::string kByBus = "CUDA_DEVICE_ORDER=PCI_BUS_ID";

Indices cuda(const std::string& pins) {
  return visible_cards(kMixed, Numbering::kCuda, {kByBus, "CUDA_VISIBLE_DEVICES=" + pins});
}

TEST(Visible, PinsAreNumbersOrUuids) {
  EXPECT_EQ(visible_cards(kMixed, Numbering::kCuda, {kByBus}), (Indices{{0, 1, 2}}));
  EXPECT_EQ(cuda("1"), (Indices{{1}}));
  EXPECT_EQ(cuda("2, 0"), (Indices{{2, 0}}));
  EXPECT_EQ(cuda("GPU-bb33"), (Indices{{2}}));
  EXPECT_EQ(cuda("GPU-b,GPU-aa1"), (Indices{{2, 0}})) << "the beginning will do";
  EXPECT_EQ(cuda("GPU-aa"), (Indices{std::vector<int>()})) << "unless it is that of two";
  EXPECT_EQ(cuda("MIG-GPU-bb33/1/0"), std::nullopt) << "a part that the driver does not list";
  EXPECT_EQ(cuda("MIG-cafe"), std::nullopt);
  EXPECT_EQ(visible_cards({kMixed[2]}, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=MIG-cafe"}), std::nullopt)
      << "a whole card is not its part";
}

TEST(Visible, PartsOfACardAreCardsOfTheirOwn) {
  std::vector<Device> cards = {card(0, "A100 MIG 3g.20gb", "MIG-ca11", "0000:17:00.0"),
                               card(1, "A100 MIG 1g.5gb", "MIG-cb22", "0000:17:00.0"), kMixed[1]};
  cards[0].is_part = cards[1].is_part = true;
  cards[2].index = 2;
  const auto pinned = [&](const std::string& pins) {
    return visible_cards(cards, Numbering::kCuda, {kByBus, "CUDA_VISIBLE_DEVICES=" + pins});
  };
  EXPECT_EQ(pinned("MIG-cb22"), (Indices{{1}}));
  EXPECT_EQ(card_called("CUDA0", cards, {"CUDA_VISIBLE_DEVICES=MIG-cb"}), 1);
  EXPECT_EQ(pinned("MIG-c"), std::nullopt);
  EXPECT_EQ(pinned("1"), (Indices{{2}})) << "numbers count whole cards";
  EXPECT_EQ(pinned("0"), std::nullopt) << "the driver chooses the part";
  EXPECT_EQ(pinned("GPU-aa11"), std::nullopt) << "as a whole it is not listed";
  EXPECT_EQ(seen_cards(cards, Numbering::kCuda, {kByBus}), std::nullopt);
  EXPECT_EQ(visible_cards({cards[1]}, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=0"}), (Indices{{1}}));
  EXPECT_EQ(visible_cards({cards[1]}, Numbering::kCuda, {}), (Indices{{1}}));
}

TEST(Visible, WithoutPinsAllAreSeenInWhateverOrder) {
  EXPECT_EQ(seen_cards(kMixed, Numbering::kCuda, {}), (Indices{{0, 1, 2}}));
  EXPECT_EQ(seen_cards(kMixed, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=1"}), std::nullopt);
  EXPECT_EQ(seen_cards(kMixed, Numbering::kCuda, {kByBus, "CUDA_VISIBLE_DEVICES=1"}), (Indices{{1}}));
}

TEST(Visible, VulkanCountsTheCardsOfAllMakersSoItsTitleTells) {
  const std::vector<Device> cards = {
      card(0, "NVIDIA GeForce RTX 3090", "", "0000:01:00.0"), card(1, "AMD GPU", "", "0000:03:00.0", "amd"),
      card(2, "AMD GPU", "", "0000:04:00.0", "amd"), card(3, "Intel GPU", "", "0000:05:00.0", "intel")};
  EXPECT_EQ(card_called("Vulkan1", cards, {}, "NVIDIA GeForce RTX 3090"), 0);
  EXPECT_EQ(card_called("Vulkan0", cards, {}, "Intel(R) Arc(tm) A770 Graphics (DG2)"), 3);
  EXPECT_EQ(card_called("Vulkan0", cards, {}, "AMD Radeon RX 7900 XTX (RADV NAVI31)"), std::nullopt)
      << "of two";
  EXPECT_EQ(card_called("Vulkan0", cards, {}), std::nullopt);
  EXPECT_EQ(card_called("CUDA0", cards, {kByBus}), 0);
  EXPECT_EQ(card_called("ROCm0", cards, {kByBus}), 1);
  EXPECT_EQ(card_called("SYCL0", cards, {kByBus}), 3);
}

TEST(Visible, APinThatNamesNothingEndsTheList) {
  EXPECT_EQ(cuda("1,9,0"), (Indices{{1}}));
  EXPECT_EQ(cuda("-1"), (Indices{std::vector<int>()}));
  EXPECT_EQ(cuda(""), (Indices{std::vector<int>()}));
  EXPECT_EQ(cuda("NoDevFiles"), (Indices{std::vector<int>()}));
  EXPECT_EQ(cuda("99999999999999999999999,0"), (Indices{std::vector<int>()}));
}

TEST(Visible, WithoutTheOrderOfTheBusOnlyAlikeCardsCanBeTold) {
  EXPECT_EQ(visible_cards(kMixed, Numbering::kCuda, {}), std::nullopt);
  EXPECT_EQ(visible_cards(kMixed, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=0"}), std::nullopt);
  EXPECT_EQ(visible_cards(kMixed, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=GPU-bb"}), (Indices{{2}}));
  EXPECT_EQ(visible_cards({kMixed[0], kMixed[1]}, Numbering::kCuda, {"CUDA_VISIBLE_DEVICES=1"}),
            (Indices{{1}}));
  EXPECT_EQ(visible_cards(kMixed, Numbering::kCuda, {kByBus, "CUDA_DEVICE_ORDER=FASTEST_FIRST"}),
            std::nullopt)
      << "the last of one name counts";
}

TEST(Visible, CardsAreCountedInTheOrderOfTheBusAndByTheirMaker) {
  const std::vector<Device> cards = {card(0, "a", "", "0000:b3:00.0"), card(1, "a", "", "0000:03:00.0"),
                                     card(2, "W6800", "e2a1", "0000:81:00.0", "amd"),
                                     card(3, "W6800", "f0f0", "0000:44:00.0", "amd"),
                                     card(4, "A770", "", "0000:01:00.0", "intel")};
  EXPECT_EQ(visible_cards(cards, Numbering::kCuda, {}), (Indices{{1, 0}}));
  EXPECT_EQ(visible_cards(cards, Numbering::kHip, {}), (Indices{{3, 2}}));
  EXPECT_EQ(visible_cards(cards, Numbering::kHip, {"ROCR_VISIBLE_DEVICES=GPU-e2a1", "HIP_VISIBLE_DEVICES=0"}),
            (Indices{{2}}));
  EXPECT_EQ(visible_cards(cards, Numbering::kHip, {"HIP_VISIBLE_DEVICES=1"}), (Indices{{2}}));
  EXPECT_EQ(visible_cards(cards, Numbering::kLevelZero, {"ZE_AFFINITY_MASK=0.1"}), (Indices{{4}}));
  EXPECT_EQ(visible_cards(cards, Numbering::kLevelZero, {"ZE_AFFINITY_MASK="}), (Indices{{4}}));
}

TEST(Visible, WhatTheLogCallsACardIsFound) {
  const std::vector<std::string> pins = {kByBus, "CUDA_VISIBLE_DEVICES=2,1"};
  EXPECT_EQ(card_called("CUDA0", kMixed, pins), 2);
  EXPECT_EQ(card_called("CUDA1", kMixed, pins), 1);
  EXPECT_EQ(card_called("CUDA2", kMixed, pins), std::nullopt);
  EXPECT_EQ(card_called("CUDA_Host", kMixed, pins), std::nullopt);
  EXPECT_EQ(card_called("CPU", kMixed, pins), std::nullopt);
  EXPECT_EQ(card_called("", kMixed, pins), std::nullopt);
  EXPECT_EQ(card_called("7", kMixed, pins), std::nullopt);
  EXPECT_EQ(card_called("ROCm0", {card(3, "x", "", "", "amd")}, {}), 3);
  EXPECT_EQ(card_called("SYCL0", {card(3, "x", "", "", "intel")}, {}), 3);
  EXPECT_EQ(card_called("Vulkan0", {card(3, "x", "", "")}, {}), 3);
  EXPECT_EQ(card_called("Vulkan0", kMixed, {}), std::nullopt);
  EXPECT_EQ(card_called("CUDA0", {card(5, "x", "", "", "")}, {}), 5) << "of no known maker: anybody's";
}

TEST(Visible, PinsAreKnownByTheirNames) {
  EXPECT_TRUE(is_pin("CUDA_VISIBLE_DEVICES=1"));
  EXPECT_TRUE(is_pin("CUDA_DEVICE_ORDER"));
  EXPECT_FALSE(is_pin("TOKEN=CUDA_VISIBLE_DEVICES"));
}

}  // namespace
}  // namespace paddock::gpu
