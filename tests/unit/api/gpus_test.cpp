// Cards, performance and hardware, as they are answered.
#include "after_time.h"
#include "bench.h"
#include "gpus_view.h"
#include "paddock/base/wall_time.h"

namespace paddock::api {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

vram::Snapshot one_card() {
  vram::Snapshot snapshot;
  snapshot.taken = std::chrono::system_clock::time_point(1'767'225'600s);
  snapshot.source = "auto";
  snapshot.ram = machine::Memory{64, 32, 16, 8, 4};
  vram::Card card;
  card.device.index = 1;
  card.device.name = "RTX \xff";
  card.device.uuid = "GPU-1";
  card.device.pci = "0000:65:00.0";
  card.device.vendor = "nvidia";
  card.device.total = 8 << 20;
  card.device.used = 6 << 20;
  card.device.util = 50;
  card.device.power = 71.5;
  card.device.fan = 41;
  card.device.memory_temp = 88;
  card.device.driver = "570.86.15";
  card.device.architecture = "Ampere";
  card.device.power_limit = 140;
  card.models = {{ModelId("a"), {7}, 5 << 20, true}};
  card.others = {{99, 1 << 20, "", {}}};
  snapshot.cards = {card};
  return snapshot;
}

TEST(Gpus, AllFieldsOfACard) {
  const json expected =
      json::parse(R"({"source": "auto", "taken": "2026-01-01T00:00:00.000Z", "problem": null,
    "gpus": [{"index": 1, "name": "RTX \ufffd", "uuid": "GPU-1", "pci": "0000:65:00.0", "vendor": "nvidia",
      "total": 8388608, "used": 6291456, "free": 2097152, "util": 50, "temp": null, "power": 71.5,
      "models": [{"model": "a", "generation": 7, "bytes": 5242880, "estimated": true}],
      "others": [{"pid": 99, "name": null, "bytes": 1048576}]}],
    "ram": {"total": 64, "available": 32}})");
  EXPECT_EQ(json::parse(gpus_text(one_card())), expected);
}

TEST(Gpus, WithoutASourceItIsSaid) {
  Bench bench;
  const json answer = bench.json("GET", "/api/gpus");
  EXPECT_EQ(answer["gpus"], json::array());
  EXPECT_NE(answer["problem"].get<std::string>().find("--gpu-source none"), std::string::npos);
  EXPECT_GT(answer["ram"]["total"], 0);
}

TEST(Performance, InLlamaSwapsWords) {
  auto sample = std::make_shared<vram::Sample>();
  sample->taken = std::chrono::system_clock::time_point(1'767'225'600s);
  sample->stats.memory = machine::Memory{64 << 20, 32 << 20, 16 << 20, 8 << 20, 3 << 20};
  sample->stats.load = {0.5, 1, 2};
  sample->stats.interfaces = {{"eth0", 12, 34}};
  sample->busy = {50, 0};
  sample->cards = std::make_shared<const vram::Snapshot>(one_card());
  const json answer = json::parse(performance_body({sample}, Asked::kAll));
  EXPECT_EQ(answer["enabled"], true);
  EXPECT_EQ(answer["sys_stats"], json::parse(R"([{"timestamp": "2026-01-01T00:00:00.000Z",
    "cpu_util_per_core": [50.0, 0.0], "mem_total_mb": 64, "mem_used_mb": 32, "mem_free_mb": 16, "swap_total_mb": 8,
    "swap_used_mb": 5, "load_avg_1": 0.5, "load_avg_5": 1.0, "load_avg_15": 2.0,
    "net_io": [{"name": "eth0", "bytes_recv": 12, "bytes_sent": 34}]}])"));
  EXPECT_EQ(answer["gpu_stats"], json::parse(R"([{"timestamp": "2026-01-01T00:00:00.000Z", "id": 1,
    "name": "RTX \ufffd", "uuid": "GPU-1", "temp_c": null, "vram_temp_c": 88, "gpu_util_pct": 50,
    "mem_util_pct": 75.0, "mem_used_mb": 6, "mem_total_mb": 8, "fan_speed_pct": 41, "power_draw_w": 71.5}])"));
}

TEST(Performance, NullsBeforeTheFirstSampleAndListsForWhoAsksForNewerOnes) {
  Bench bench;
  EXPECT_EQ(bench.json("GET", "/api/performance"),
            (json{{"enabled", true}, {"gpu_stats", nullptr}, {"sys_stats", nullptr}}));
  EXPECT_EQ(bench.json("GET", "/api/performance?after=2026-01-01T00:00:00Z"),
            (json{{"enabled", true}, {"gpu_stats", json::array()}, {"sys_stats", json::array()}}));
  EXPECT_EQ(bench.error("GET", "/api/performance?after=yesterday"), "400 invalid_request");
  EXPECT_EQ(bench.error("GET", "/api/performance?after="), "400 invalid_request");
  bench.monitor.set({true, 5s});
  const http::Reply off = bench.call("GET", "/api/performance");
  EXPECT_EQ(off.status, 503);
  EXPECT_EQ(json::parse(off.body), (json{{"enabled", false}}));
}

TEST(Performance, TimesAreThoseOfTheRfc) {
  const auto shown = [](std::string_view text) {
    const auto time = parse_time(text);
    return time ? rfc3339(*time) : "none";
  };
  EXPECT_EQ(shown("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(shown("2026-01-01t00:00:00.25z"), "2026-01-01T00:00:00.250Z");
  EXPECT_EQ(shown("2026-01-01T02:30:00+02:30"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(shown("2026-01-01T02:30:00 02:30"), "2026-01-01T00:00:00.000Z") << "a plus that was not encoded";
  EXPECT_EQ(shown("2025-12-31T23:00:00-01:00"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(shown("2025-12-31T23:59:60Z"), "2026-01-01T00:00:00.000Z") << "a leap second";
  EXPECT_EQ(shown("2026-01-01T00:00:00.1239999999999999999Z"), "2026-01-01T00:00:00.123Z");
  EXPECT_TRUE(parse_time("0001-01-01T00:00:00Z"));
  EXPECT_TRUE(parse_time("9999-12-31T23:59:59.999999999-23:59"));
  for (const char* bad : {"", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
                          "2026-01-01T00:00:00+2:00", "+026-01-01T00:00:00Z", "2026-01-01T00:60:00Z"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Hardware, TellsWhatACardIs) {
  const vram::Snapshot snapshot = one_card();
  EXPECT_EQ(json::parse(accelerator_text(snapshot.cards[0].device, 3)), json::parse(R"({"index": 3,
    "kind": "gpu", "vendor": "NVIDIA", "model": "RTX \ufffd", "architecture": "Ampere",
    "memory": {"kind": "dedicated", "capacity_bytes": 8388608},
    "driver": {"name": "nvidia", "version": "570.86.15"}, "power_limit_watts": 140.0})"));
  const json unknown = json::parse(accelerator_text({}, 0));
  for (const char* key : {"vendor", "model", "architecture", "driver", "power_limit_watts"})
    EXPECT_EQ(unknown[key], nullptr) << key;
}

TEST(Hardware, HasTheShapeOfLlamaSwaps) {
  Bench bench;
  const json answer = bench.json("GET", "/api/hardware");
  EXPECT_EQ(answer["schema_version"], 1);
  EXPECT_EQ(answer["capture"]["detector"], (json{{"name", "paddock"}, {"version", "1.2.3"}}));
  EXPECT_EQ(answer["operating_system"]["family"], "linux");
  EXPECT_EQ(answer["accelerators"], json::array());
  EXPECT_GT(answer["memory"]["capacity_bytes"], 0);
  EXPECT_TRUE(answer["cpu"].contains("logical_thread_count"));
  EXPECT_TRUE(answer["environment"].contains("kind"));
  EXPECT_TRUE(answer.contains("captured_at"));
}

}  // namespace
}  // namespace paddock::api
