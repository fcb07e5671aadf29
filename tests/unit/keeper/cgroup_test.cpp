#include "cgroup.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::keeper {
namespace {

constexpr const char* kUnified =
    "22 1 0:20 / / rw - ext4 /dev/sda rw\n"
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr const char* kHybrid =
    "31 22 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "32 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

TEST(CgroupFolder, OfAService) {
  EXPECT_EQ(cgroup_folder(kUnified, "0::/system.slice/paddock.service\n"),
            "/sys/fs/cgroup/system.slice/paddock.service");
}

TEST(CgroupFolder, OfTheRoot) {
  EXPECT_EQ(cgroup_folder(kUnified, "0::/\n"), "/sys/fs/cgroup");
  EXPECT_EQ(cgroup_folder(kHybrid, "4:memory:/a\n0::/\n"), "/sys/fs/cgroup/unified");
}

// A container may see its own group only, mounted as if it were the top.
TEST(CgroupFolder, ThroughAMountOfAPart) {
  const std::string mounts = "30 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
  EXPECT_EQ(cgroup_folder(mounts, "0::/docker/abc\n"), "/sys/fs/cgroup");
  EXPECT_EQ(cgroup_folder(mounts, "0::/docker/abc/x\n"), "/sys/fs/cgroup/x");
  EXPECT_EQ(cgroup_folder(mounts, "0::/docker/abcd\n"), std::nullopt);
  EXPECT_EQ(cgroup_folder(mounts, "0::/\n"), std::nullopt);
}

TEST(CgroupFolder, ABlankInThePath) {
  EXPECT_EQ(cgroup_folder("30 22 0:26 / /mnt/my\\040groups rw - cgroup2 c rw\n", "0::/a\n"),
            "/mnt/my groups/a");
}

TEST(CgroupFolder, NoneThatCouldBeUsed) {
  EXPECT_EQ(cgroup_folder("", ""), std::nullopt);
  EXPECT_EQ(cgroup_folder(kUnified, "4:memory:/a\n"), std::nullopt);
  EXPECT_EQ(cgroup_folder(kUnified, "0::/../../outside\n"), std::nullopt);
  EXPECT_EQ(cgroup_folder("31 22 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw\n", "0::/a\n"),
            std::nullopt);
  EXPECT_EQ(cgroup_folder(" - cgroup2 \n", "0::/a\n"), std::nullopt);
}

}  // namespace
}  // namespace paddock::keeper
