#include "paddock/machine/hardware.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace paddock::machine {
namespace {

TEST(Hardware, Cpu) {
  EXPECT_EQ(parse_cpuinfo("processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nphysical id\t: "
                          "0\ncore id\t\t: 0\n\n"
                          "processor\t: 1\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nphysical id\t: "
                          "0\ncore id\t\t: 0\n\n"
                          "processor\t: 2\nphysical id\t: 1\ncore id\t\t: 0\n"),
            (Cpu{"GenuineIntel", "Xeon", 2, 2, 3}));
  EXPECT_EQ(parse_cpuinfo("\n:::\nno colon"), Cpu{}) << "ARM tells little";
}

TEST(Hardware, OsRelease) {
  const char* text = "NAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\nID=debian\nBAD=\"\nVERSION_IDX=1";
  EXPECT_EQ(os_release_value(text, "NAME"), "Debian GNU/Linux");
  EXPECT_EQ(os_release_value(text, "VERSION_ID"), "12");
  EXPECT_EQ(os_release_value(text, "ID"), "debian");
  EXPECT_EQ(os_release_value(text, "BAD"), "\"");
  EXPECT_EQ(os_release_value(text, "NOTHING"), "");
}

TEST(Hardware, AContainerIsKnownAndItsLimitCounts) {
  test::TempDir dir;
  for (const char* folder : {"proc", "etc", "sys/fs/cgroup", "run"})
    std::filesystem::create_directories(dir.path(folder));
  const std::string root = dir.path("");
  EXPECT_FALSE(read_hardware(root).memory);
  EXPECT_EQ(read_hardware(root).environment, "");
  test::write_file(dir.path("proc/meminfo"), "MemTotal: 64 kB\n");
  test::write_file(dir.path("sys/fs/cgroup/memory.max"), "max\n");
  test::write_file(dir.path("etc/os-release"), "NAME=X\n");
  EXPECT_EQ(read_hardware(root).memory, 64u << 10);
  EXPECT_EQ(read_hardware(root).os_name, "X");
  test::write_file(dir.path("sys/fs/cgroup/memory.max"), "1024\n");
  test::write_file(dir.path(".dockerenv"), "");
  EXPECT_EQ(read_hardware(root).memory, 1024u);
  EXPECT_EQ(read_hardware(root).environment, "container");
  EXPECT_EQ(read_hardware(root).environment_name, "docker");
  EXPECT_FALSE(read_hardware().kernel.empty());
}

}  // namespace
}  // namespace paddock::machine
