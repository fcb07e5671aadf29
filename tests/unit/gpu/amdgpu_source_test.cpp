// The kernel's files, in a folder of the test's.
#include <gmock/gmock.h>

#include <filesystem>

#include "paddock/gpu/source.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gpu/cards_of.h"

namespace paddock::gpu {
namespace {

class AmdGpuSource : public ::testing::Test {
 protected:
  AmdGpuSource() { std::filesystem::create_directories(dir.path("drm")); }

  // As sysfs has it: card1/device leads to the folder of the PCI device.
  void add(const std::string& card, const std::string& pci, const std::string& total,
           const std::string& used) {
    const std::string device = dir.path(pci);
    std::filesystem::create_directories(device);
    std::filesystem::create_directories(dir.path("drm/" + card));
    std::filesystem::create_directory_symlink(device, dir.path("drm/" + card + "/device"));
    if (!total.empty()) test::write_file(device + "/mem_info_vram_total", total + "\n");
    if (!used.empty()) test::write_file(device + "/mem_info_vram_used", used + "\n");
  }

  test::TempDir dir;
  std::unique_ptr<Source> source = amdgpu_source(dir.path("drm"));
};

TEST_F(AmdGpuSource, ReadsTheCardsInTheirOrder) {
  add("card10", "0000:09:00.0", "8000", "80");
  add("card1", "0000:03:00.0", "16000", "160");
  test::write_file(dir.path("0000:03:00.0/product_name"), "Radeon PRO W6800\n");
  test::write_file(dir.path("0000:03:00.0/unique_id"), "e2a1\n");
  const std::vector<Device> expected = {{0, "Radeon PRO W6800", "e2a1", "0000:03:00.0", 16000, 160},
                                        {1, "AMD GPU", "", "0000:09:00.0", 8000, 80}};
  EXPECT_EQ(cards_of(*source), expected);
}

TEST_F(AmdGpuSource, OthersAreNone) {
  add("card0", "0000:00:02.0", "", "");         // of another driver
  add("card0-DP-1", "0000:00:03.0", "1", "1");  // a connector
  add("card2", "0000:00:04.0", "much", "1");
  EXPECT_EQ(source->read().error(), "There is no card that amdgpu drives.");
  EXPECT_EQ(amdgpu_source(dir.path("not there"))->read().error(), "There is no card that amdgpu drives.");
}

}  // namespace
}  // namespace paddock::gpu
