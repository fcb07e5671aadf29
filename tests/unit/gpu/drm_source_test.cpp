// The kernel's files, in a folder of the test's.
#include <gmock/gmock.h>

#include <filesystem>

#include "fdinfo.h"
#include "paddock/gpu/source.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/gpu/cards_of.h"

namespace paddock::gpu {
namespace {

class DrmSource : public ::testing::Test {
 protected:
  DrmSource() {
    std::filesystem::create_directories(dir.path("drm"));
    std::filesystem::create_directories(dir.path("proc"));
  }

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

  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir.path(path)).parent_path());
    test::write_file(dir.path(path), text);
  }
  void add_process(int pid, int parent, const std::string& name) {
    const std::string folder = "proc/" + std::to_string(pid);
    write(folder + "/stat", std::to_string(pid) + " (" + name + ") S " + std::to_string(parent) +
                                " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n");
    std::filesystem::create_directories(dir.path(folder + "/fd"));
  }
  void add_file(int pid, int fd, const std::string& target, const std::string& info) {
    const std::string folder = "proc/" + std::to_string(pid);
    std::filesystem::create_symlink(target, dir.path(folder + "/fd/" + std::to_string(fd)));
    write(folder + "/fdinfo/" + std::to_string(fd), info);
  }

  test::TempDir dir;
  std::unique_ptr<Source> source = drm_source(dir.path("drm"), dir.path("proc"));
};

TEST_F(DrmSource, ReadsTheCardsInTheirOrder) {
  add("card10", "0000:09:00.0", "8000", "80");
  add("card1", "0000:03:00.0", "16000", "160");
  test::write_file(dir.path("0000:03:00.0/product_name"), "Radeon PRO W6800\n");
  test::write_file(dir.path("0000:03:00.0/unique_id"), "e2a1\n");
  const std::vector<Device> expected = {
      {0, "Radeon PRO W6800", "e2a1", "0000:03:00.0", 16000, 160, "amd", {}, {}, {}, std::vector<Process>()},
      {1, "AMD GPU", "", "0000:09:00.0", 8000, 80, "amd", 97, 41, 30.5, std::vector<Process>()}};
  write("0000:09:00.0/gpu_busy_percent", "97\n");
  write("0000:09:00.0/hwmon/hwmon3/temp1_input", "41900\n");
  write("0000:09:00.0/hwmon/hwmon3/power1_average", "30500000\n");
  EXPECT_EQ(cards_of(*source), expected);
}

TEST_F(DrmSource, ReadsFansLimitsAndTheTemperatureOfTheMemory) {
  add("card0", "0000:09:00.0", "8000", "80");
  add("card1", "0000:0a:00.0", "8000", "80");
  const std::string sensors = "0000:09:00.0/hwmon/hwmon3/";
  write(sensors + "power1_cap", "203000000\n");
  write(sensors + "fan1_input", "825\n");
  write(sensors + "fan1_max", "3300\n");
  write(sensors + "temp1_label", "edge\n");
  write(sensors + "temp3_label", "mem\n");
  write(sensors + "temp3_input", "58500\n");
  write("0000:09:00.0/mem_info_gtt_used", "4096\n");
  write("0000:0a:00.0/hwmon/hwmon4/pwm1", "51\n");
  const auto devices = cards_of(*source);
  EXPECT_EQ(devices[0].power_limit, 203.0);
  EXPECT_EQ(devices[0].fan, 25);
  EXPECT_EQ(devices[0].memory_temp, 58);
  EXPECT_EQ(devices[0].shared, 4096u);
  EXPECT_EQ(devices[1].fan, 20);
  EXPECT_FALSE(devices[1].shared || devices[1].power_limit || devices[1].memory_temp);
}

TEST_F(DrmSource, ProcessesHaveWhatTheirFilesTell) {
  add("card0", "0000:03:00.0", "16000000", "5000000");
  add_process(70, 7, "llama server)");
  add_process(7, 1, "keeper");
  const std::string model =
      "drm-driver:\tamdgpu\ndrm-client-id:\t5\ndrm-pdev:\t0000:03:00.0\ndrm-memory-vram:\t3000 KiB\n";
  add_file(70, 3, "/dev/dri/renderD128", model);
  add_file(70, 4, "/dev/dri/renderD128", model);  // a copy of it
  add_file(70, 5, "/dev/dri/card0",
           "drm-client-id: 6\ndrm-pdev: 0000:03:00.0\ndrm-memory-vram: 24 KiB\ndrm-memory-gtt: 5 KiB\n");
  add_file(70, 6, "/dev/dri/renderD129",
           "drm-client-id: 7\ndrm-pdev: 0000:99:00.0\ndrm-memory-vram: 9 KiB\n");
  add_file(70, 8, "/home/x/model.gguf", "drm-client-id: 8\ndrm-pdev: 0000:03:00.0\ndrm-memory-vram: 9 KiB\n");
  add_file(7, 3, "/dev/dri/card0", "pos: 0\n");
  const std::vector<Process> expected = {{70, 3024 << 10, "llama server)", {70, 7, 1}, 5 << 10}};
  EXPECT_EQ(cards_of(*source)[0].processes, expected);
}

TEST_F(DrmSource, OfIntelsCardsTheProcessesTellWhatIsUsed) {
  for (const char* card : {"card0", "card1", "card2"})
    add(card, std::string("0000:0") + card[4] + ":00.0", "", "");
  write("0000:00:00.0/tile0/physical_vram_size_bytes", "8000000\n");
  write("0000:00:00.0/tile1/physical_vram_size_bytes", "8000000\n");
  write("0000:01:00.0/lmem_total_bytes", "1000\n");
  add_process(9, 1, "x");
  add_file(9, 1, "/dev/dri/renderD128",
           "drm-pdev: 0000:00:00.0\ndrm-client-id: 1\ndrm-resident-vram0: 2 MiB\ndrm-resident-gtt: 7 MiB\n");
  add_file(9, 2, "/dev/dri/renderD129",
           "drm-pdev: 0000:01:00.0\ndrm-client-id: 1\ndrm-resident-local0: 2 MiB\n");
  const auto devices = cards_of(*source);
  ASSERT_EQ(devices.size(), 2u) << "a card without memory of its own is none";
  EXPECT_EQ(devices[0].vendor, "intel");
  EXPECT_EQ(devices[0].total, 16000000u);
  EXPECT_EQ(devices[0].used, 2u << 20);
  EXPECT_EQ(devices[1].used, 1000u) << "never more than there is";
}

TEST(Fdinfo, WhatIsResidentCountsThenWhatIsAllocated) {
  const auto bytes = [](const std::string& text) { return parse_fdinfo(text).value().bytes; };
  EXPECT_EQ(bytes("drm-total-vram0: 9 KiB\ndrm-memory-vram0: 8\ndrm-resident-vram0: 2 "
                  "KiB\ndrm-resident-vram1: 1 KiB\n"),
            3072u);
  EXPECT_EQ(bytes("drm-total-vram: 9 KiB\ndrm-memory-vram: 8 KiB\n"), 8u << 10);
  EXPECT_EQ(bytes("drm-total-local0: 9 KiB\ndrm-total-stolen-local0: 4 KiB"), 9u << 10);
  EXPECT_EQ(bytes("drm-resident-system0: 7 KiB\ndrm-memory-gtt: 7 KiB\ndrm-memory-cpu: 7 KiB\n"), 0u);
  EXPECT_EQ(bytes("drm-memory-vram: 99999999999999999999 KiB\ndrm-memory-vram0: 18446744073709551615 GiB\n"),
            0u);
  EXPECT_EQ(bytes("drm-total-vram0: 18446744073709551615\ndrm-total-vram1: 18446744073709551615\n"),
            ~std::uint64_t{0});
  EXPECT_EQ(parse_fdinfo("drm-pdev:\t0000:AB:00.0 \ndrm-client-id:\t 12\n"),
            (DrmClient{"0000:ab:00.0", "12", 0}));
  EXPECT_FALSE(parse_fdinfo("pos:\t0\nflags:\t02\n"));
  EXPECT_FALSE(parse_fdinfo(""));
  EXPECT_FALSE(parse_fdinfo("drm-"));
}

TEST_F(DrmSource, OthersAreNone) {
  add("card0", "0000:00:02.0", "", "");         // of another driver
  add("card0-DP-1", "0000:00:03.0", "1", "1");  // a connector
  add("card2", "0000:00:04.0", "much", "1");
  EXPECT_EQ(source->read().error(), "There is no card that amdgpu, i915 or xe drives.");
  EXPECT_EQ(drm_source(dir.path("not there"))->read().error(),
            "There is no card that amdgpu, i915 or xe drives.");
}

}  // namespace
}  // namespace paddock::gpu
