// What is counted, and how /metrics writes it.
#include "paddock/metrics/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "paddock/metrics/machine.h"
#include "paddock/metrics/rates.h"
#include "tests/support/temp_dir.h"

namespace paddock::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

Row row(const std::string& model) {
  Row out;
  out.model = model;
  out.status = 200;
  out.usage = {20, 50, 8, 6, 3, 100, 40, 0};
  out.duration_ms = 1450;
  out.queue_ms = 30;
  out.load_ms = 0;
  out.ttft_ms = 200;
  out.bytes = 1234;
  return out;
}

std::string text_of(const Counters& counters) {
  Snapshot snapshot;
  snapshot.counts = counters.snapshot();
  return exposition(snapshot);
}

TEST(Exposition, CountsRequestsAndTokens) {
  Counters counters;
  counters.finished(row("m"));
  Row failed = row("m");
  failed.usage = kUnreadUsage;
  failed.code = "upstream_broke";
  failed.ttft_ms = -1;
  counters.finished(failed);
  const std::string text = text_of(counters);
  EXPECT_THAT(text,
              HasSubstr("# TYPE paddock_requests_total counter\npaddock_requests_total{model=\"m\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("paddock_request_errors_total{model=\"m\",code=\"upstream_broke\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_tokens_total{model=\"m\",kind=\"input\"} 20\n"));
  EXPECT_THAT(text, HasSubstr("paddock_tokens_total{model=\"m\",kind=\"draft_accepted\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("paddock_answer_bytes_total{model=\"m\"} 2468\n"));
}

TEST(Exposition, BucketsAreCumulative) {
  Counters counters;
  for (const std::int64_t ms : {20, 21, 5000, 700000}) {
    Row one = row("m");
    one.ttft_ms = ms;
    counters.finished(one);
  }
  const std::string text = text_of(counters);
  const std::string name = "paddock_time_to_first_token_seconds";
  EXPECT_THAT(text, HasSubstr(name + "_bucket{model=\"m\",le=\"0.005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{model=\"m\",le=\"0.02\"} 1\n")) << "a bound is in its bucket";
  EXPECT_THAT(text, HasSubstr(name + "_bucket{model=\"m\",le=\"0.05\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{model=\"m\",le=\"600\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{model=\"m\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr(name + "_count{model=\"m\"} 4\n"));
  EXPECT_THAT(text, HasSubstr(name + "_sum{model=\"m\"} 705.041\n"));
}

TEST(Exposition, EscapesLabels) {
  EXPECT_EQ(label_value("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
  Counters counters;
  counters.finished(row("org/\"m\"\n"));
  EXPECT_THAT(text_of(counters), HasSubstr("paddock_requests_total{model=\"org/\\\"m\\\"\\n\"} 1\n"));
}

TEST(Exposition, TellsSwapsAndEvictionsByReason) {
  Counters counters;
  counters.starting("a", "load");
  counters.ready("a", std::chrono::milliseconds(2500));
  counters.stopping("a", "swap to b");
  counters.starting("b", "request");
  counters.failed("b", "out_of_vram");
  counters.starting("b", "request");
  counters.crashed("b", "signal");
  counters.stopping("c", "idle");
  const std::string text = text_of(counters);
  EXPECT_THAT(text, HasSubstr("paddock_swaps_total{model=\"b\",reason=\"request\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("paddock_swaps_total{model=\"a\"")));
  EXPECT_THAT(text, HasSubstr("paddock_model_starts_total{model=\"b\",reason=\"request\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("paddock_evictions_total{model=\"a\",reason=\"swap\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_evictions_total{model=\"c\",reason=\"idle\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_model_failed_starts_total{model=\"b\",class=\"out_of_vram\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_model_crashes_total{model=\"b\",class=\"signal\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_model_load_seconds_sum{model=\"a\"} 2.5\n"));
}

TEST(Exposition, TellsWhatIsNow) {
  Snapshot snapshot;
  snapshot.version = "1.2";
  snapshot.models = {{"a", "ready", 1, 0, 2}};
  GpuNow gpu{"0", "Card", "GPU-1", 8e9, 16e9, 50, 60, std::nullopt, 70, 30, {{"a", 7e9}}};
  snapshot.gpus = {gpu};
  snapshot.machine.memory_total = 1024;
  const std::string text = exposition(snapshot);
  EXPECT_THAT(text, HasSubstr("paddock_model_state{model=\"a\",state=\"ready\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("paddock_model_state{model=\"a\",state=\"stopped\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("paddock_requests_in_flight{model=\"a\",phase=\"answering\"} 2\n"));
  const std::string card = "{id=\"0\",name=\"Card\",uuid=\"GPU-1\"} ";
  EXPECT_THAT(text, HasSubstr("paddock_gpu_memory_used_bytes" + card + "8e+09\n"));
  EXPECT_THAT(text, HasSubstr("llamaswap_gpu_memory_total_bytes" + card + "1.6e+10\n"));
  EXPECT_THAT(text, HasSubstr("llamaswap_gpu_memory_util_percent" + card + "50\n"));
  EXPECT_THAT(text, HasSubstr("llamaswap_gpu_vram_temperature_celsius" + card + "70\n"));
  EXPECT_THAT(text, HasSubstr("paddock_gpu_fan_percent" + card + "30\n"));
  EXPECT_THAT(text, Not(HasSubstr("llamaswap_gpu_power_draw_watts{")));
  EXPECT_THAT(text,
              HasSubstr("paddock_vram_bytes{model=\"a\",id=\"0\",name=\"Card\",uuid=\"GPU-1\"} 7e+09\n"));
  EXPECT_THAT(text, HasSubstr("llamaswap_memory_total_bytes 1024\n"));
  EXPECT_THAT(text, HasSubstr("paddock_build_info{version=\"1.2\",commit=\"\"} 1\n"));
}

// Every name in the dashboard's expressions, and in the page about them, is one of ours.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> out;
  for (const std::string prefix : {"paddock_", "llamaswap_"}) {
    for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;) {
      const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at);
      out.insert(text.substr(at, end - at));
      at = std::min(end, text.size());
    }
  }
  return out;
}

bool is_told(const std::string& page, const std::string& name) {
  for (const std::string suffix : {"_bucket", "_count", "_sum", ""}) {
    if (!name.ends_with(suffix)) continue;
    if (page.find("# TYPE " + name.substr(0, name.size() - suffix.size()) + " ") != std::string::npos)
      return true;
  }
  return false;
}

std::string full_page() {
  Snapshot snapshot;
  snapshot.machine.interfaces = {{"eth0", 1, 2}};
  return exposition(snapshot);
}

// Those that llama-swap has, whose dashboards are to go on.
TEST(Exposition, HasEveryNameOfLlamaSwap) {
  const std::string page = full_page();
  for (const std::string name :
       {"cpu_util_percent", "memory_total_bytes", "memory_used_bytes", "memory_free_bytes",
        "swap_total_bytes", "swap_used_bytes", "load_average", "network_bytes_total",
        "gpu_temperature_celsius", "gpu_vram_temperature_celsius", "gpu_util_percent",
        "gpu_memory_util_percent", "gpu_memory_used_bytes", "gpu_memory_total_bytes", "gpu_fan_speed_percent",
        "gpu_power_draw_watts"})
    EXPECT_THAT(page, HasSubstr("# TYPE llamaswap_" + name + " "));
}

TEST(Dashboard, AsksForMetricsThatAreThere) {
  std::ifstream file(PADDOCK_DOCS "/grafana.json");
  const auto dashboard = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(dashboard.is_object());
  const std::string page = full_page();
  std::size_t expressions = 0;
  for (const auto& panel : dashboard.at("panels")) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) {
      const std::string expression = target.at("expr");
      const auto names = names_in(expression);
      EXPECT_FALSE(names.empty()) << expression;
      for (const std::string& name : names) EXPECT_TRUE(is_told(page, name)) << name << " in " << expression;
      ++expressions;
    }
  }
  EXPECT_GT(expressions, 8u);
}

TEST(MetricsDocs, NameEveryMetric) {
  std::ifstream file(PADDOCK_DOCS "/metrics.md");
  std::stringstream text;
  text << file.rdbuf();
  auto told = names_in(text.str());
  told.erase("paddock_activity");  // a table
  const std::string page = full_page();
  for (const std::string& name : told) EXPECT_TRUE(is_told(page, name)) << name << " is in the docs only";
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    const std::string name = line.substr(7, line.find(' ', 7) - 7);
    EXPECT_TRUE(told.contains(name)) << name << " is not in the docs";
  }
}

TEST(MachineReader, ReadsProc) {
  test::TempDir proc;
  std::filesystem::create_directory(proc.path("net"));
  test::write_file(proc.path("stat"),
                   "cpu  9 9 9 9\ncpu0 10 0 10 80 0 0 0 0 0 0\ncpu1 0 0 0 100 0 0 0 0\nintr 5\n");
  test::write_file(
      proc.path("meminfo"),
      "MemTotal:  100 kB\nMemFree: 20 kB\nMemAvailable: 40 kB\nSwapTotal: 8 kB\nSwapFree: 8 kB\n");
  test::write_file(proc.path("loadavg"), "0.50 1.25 2.00 1/234 5678\n");
  test::write_file(
      proc.path("net/dev"),
      "Inter-| Receive\n face |bytes\n    lo: 1 0 0 0 0 0 0 0 1 0\n  eth0: 77 1 2 3 4 5 6 7 88 9 9\n");
  MachineReader reader(proc.path(""));
  EXPECT_TRUE(reader.look().core_percent.empty());
  test::write_file(proc.path("stat"), "cpu  9 9 9 9\ncpu0 40 0 30 130 0 0 0 0 0 0\ncpu1 0 0 0 100 0 0 0 0\n");
  const MachineNow now = reader.look();
  EXPECT_EQ(now.core_percent, (std::vector<double>{50, 0}));
  EXPECT_EQ(now.memory_total, 100.0 * 1024);
  EXPECT_EQ(now.memory_used, 60.0 * 1024);
  EXPECT_EQ(now.memory_free, 20.0 * 1024);
  EXPECT_EQ(now.swap_used, 0.0);
  EXPECT_EQ(now.load_5, 1.25);
  ASSERT_EQ(now.interfaces.size(), 1u);
  EXPECT_EQ(now.interfaces[0].received, 77);
  EXPECT_EQ(now.interfaces[0].sent, 88);
}

TEST(MachineReader, KnowsNothingWhereNothingIs) {
  test::TempDir proc;
  MachineReader reader(proc.path(""));
  reader.look();
  const MachineNow now = reader.look();
  EXPECT_TRUE(now.core_percent.empty());
  EXPECT_FALSE(now.memory_total);
  EXPECT_FALSE(now.load_1);
  EXPECT_TRUE(now.interfaces.empty());
}

TEST(Rates, AreBinnedAsLlamaSwapDoes) {
  EXPECT_FALSE(bin_rates({}));
  EXPECT_FALSE(bin_rates({0, -1}));
  const auto same = bin_rates({5, 5, 5});
  EXPECT_EQ(same->bins, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(same->bin_size, 0);
  EXPECT_EQ(same->p99, 5);
  const auto some = bin_rates({10, 20, 30, 40, -1, 50});
  EXPECT_EQ(some->bins, (std::vector<std::int64_t>{1, 1, 1, 1, 1}));
  EXPECT_EQ(some->bin_size, 8);
  EXPECT_EQ(some->p50, 30);
  EXPECT_DOUBLE_EQ(some->p95, 48);
  std::vector<double> many;
  for (int i = 1; i <= 100000; ++i) many.push_back(i);
  EXPECT_EQ(bin_rates(many)->bins.size(), 18u);
}

}  // namespace
}  // namespace paddock::metrics
