#include "machine_facts.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace paddock::app {
namespace {

using testing::ElementsAre;
using testing::Optional;

// A root folder with what a test puts into it.
class ThisMachineTest : public testing::Test {
 protected:
  void folder(const std::string& path) { std::filesystem::create_directories(dir_.path(path)); }
  void file(const std::string& path, const std::string& text = "x") {
    test::write_file(dir_.path(path), text);
  }
  ThisMachine machine() const { return ThisMachine(dir_.path("")); }

  test::TempDir dir_;
};

TEST_F(ThisMachineTest, FilesAndPrograms) {
  folder("bin");
  file("bin/tool");
  file("bin/text");
  std::filesystem::permissions(dir_.path("bin/tool"), std::filesystem::perms::owner_all);
  EXPECT_TRUE(machine().exists("/bin"));
  EXPECT_TRUE(machine().exists("/bin/text"));
  EXPECT_FALSE(machine().exists("/bin/none"));
  EXPECT_TRUE(machine().is_program("/bin/tool"));
  EXPECT_FALSE(machine().is_program("/bin/text"));
  EXPECT_FALSE(machine().is_program("/bin"));
  EXPECT_FALSE(machine().is_program("/bin/none"));
}

TEST_F(ThisMachineTest, UnknownCards) { EXPECT_EQ(machine().gpus(), std::nullopt); }

TEST_F(ThisMachineTest, CardsOfTheDriver) {
  folder("proc/driver/nvidia/gpus/0000:01:00.0");
  folder("proc/driver/nvidia/gpus/0000:02:00.0");
  folder("sys/class/drm/card0");
  EXPECT_THAT(machine().gpus(), Optional(ElementsAre(0, 1)));
}

TEST_F(ThisMachineTest, CardsOfTheKernel) {
  // card0 is the board's own, which CUDA does not count.
  for (const char* name : {"card0", "card1", "card2", "card1-HDMI-A-1", "renderD128", "version", "card"}) {
    folder("sys/class/drm/" + std::string(name) + "/device");
  }
  file("sys/class/drm/card0/device/vendor", "0x1a03\n");
  for (const char* name : {"card1", "card2", "card1-HDMI-A-1"}) {
    file("sys/class/drm/" + std::string(name) + "/device/vendor", "0x10de\n");
  }
  EXPECT_THAT(machine().gpus(), Optional(ElementsAre(0, 1)));
}

// As in a container that was given none, or a virtual machine.
TEST_F(ThisMachineTest, FoldersWithoutCardsSayNothing) {
  folder("proc/driver/nvidia/gpus");
  folder("sys/class/drm");
  EXPECT_EQ(machine().gpus(), std::nullopt);
}

}  // namespace
}  // namespace paddock::app
