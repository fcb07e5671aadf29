// Everything at once, and afterwards all is in order: see storm.h. $PADDOCK_CHAOS_SECONDS is the length of
// the storm (20), $PADDOCK_CHAOS_SEED repeats one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "tests/chaos/process_watch.h"
#include "tests/chaos/scene.h"
#include "tests/chaos/storm.h"
#include "tests/support/ports.h"
#include "tests/support/sanitized.h"
#include "tests/support/test_daemon.h"

namespace paddock::chaos {
namespace {

constexpr int kClients = 12, kAdmins = 4;
// Growth is the median of the last quarter of the storm less that of the quarter before. In a short storm the
// allocator still meets crowds that it has not seen; a leak of 4 KiB for each request shows in a minute.
constexpr Millis kMemorySettles{60'000};
constexpr long kMayGrowKib = 2048, kMayGrowSoonKib = 6144;

unsigned number_from(const char* name, unsigned otherwise) {
  const char* given = std::getenv(name);
  return given && *given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : otherwise;
}

// Like a free port, the first lines are TestDaemon's to choose.
std::string start_port() { return "startPort: " + std::to_string(test::own_ports()) + "\n"; }

class ChaosTest : public ::testing::Test {
 protected:
  ChaosTest() {
    std::printf("seed %u, %lld s, %s\n", seed_, static_cast<long long>(length_.count() / 1000),
                test::paddock_program().c_str());
    std::fflush(stdout);
    TestOptions options;
    options.env = {marker_};
    daemon_ = std::make_unique<test::TestDaemon>(
        configuration(start_port(), folder_.path("lives"), folder_.path("moods"), Wording{}), options);
    warm_up();
  }

  // All models once, each with more log than the rings hold; then nothing runs.
  void warm_up() {
    Storm calm(daemon_->port(), folder_.path(""), Millis(0));
    for (const std::string& model : models()) {
      test::write_file(calm.moods_folder() + "/" + model, "--flood-log 3000000");
      const Answer answer = call(calm, "warming up " + model, load(model));
      EXPECT_EQ(answer.status, 200) << answer.bytes;
      fill_log(model);
    }
    call(calm, "unload all", closing_request("POST", "/api/models/unload"));
    EXPECT_TRUE(calm.complaints().empty()) << calm.complaints().front();
    // What has just been closed on our side may not be on the daemon's.
    EXPECT_TRUE(test::eventually([&] {
      descriptors_before_ = open_descriptors(pid());
      ::poll(nullptr, 0, 100);
      return open_descriptors(pid()) == descriptors_before_;
    }));
  }

  // The ring of a model's log holds a MiB.
  void fill_log(const std::string& model) const {
    test::RawClient follower(daemon_->port());
    follower.send(closing_request("GET", "/logs/stream/" + model));
    EXPECT_GE(follower.read_bytes(1'000'000).size(), 1'000'000u);
  }

  void blow() {
    storm_ = std::make_unique<Storm>(daemon_->port(), folder_.path(""), length_);
    MemoryWatch memory(pid());
    std::vector<std::thread> actors;
    unsigned seed = seed_ * 1000;
    const auto add = [&](auto actor) {
      actors.emplace_back([this, actor, own = ++seed] {
        try {
          actor(*storm_, own);
        } catch (const std::exception& error) {
          storm_->complain(std::string("an actor gave up: ") + error.what());
        }
      });
    };
    for (int i = 0; i < kClients; ++i) add(run_client);
    for (int i = 0; i < kAdmins; ++i) add(run_admin);
    add(run_killer);
    add(run_weather);
    add([this](Storm& storm, unsigned own) { run_rewriter(storm, own, daemon_->config_file(), pid()); });
    storm_->pause(length_);
    memory_ = memory.stop();
    for (std::thread& actor : actors) actor.join();
    calm_down(*storm_);
    std::printf("%s", storm_->tally().c_str());
    std::fflush(stdout);
  }

  pid_t pid() const { return daemon_->process().pid(); }
  static std::string load(const std::string& model) {
    return closing_request("POST", "/api/models/" + model + "/load");
  }

  void expect_all_ended() const {
    for (const std::string& complaint : storm_->complaints()) ADD_FAILURE() << complaint;
    EXPECT_TRUE(test::eventually([&] {
      const test::Json all = test::get(daemon_->port(), "/api/models").json();
      return std::all_of(all["models"].begin(), all["models"].end(), [](const test::Json& model) {
        return model["in_flight"] == 0 && model["waiting"] == 0;
      });
    })) << test::get(daemon_->port(), "/api/models").body.bytes;
    EXPECT_TRUE(test::get(daemon_->port(), "/api/queue").json()["waiting"].empty());
  }

  void expect_everybody_serves() {
    for (const std::string& model : models()) {
      const Answer loaded = call(*storm_, "load " + model, load(model));
      EXPECT_EQ(loaded.status, 200) << loaded.bytes;
      const test::Response answer = test::chat(daemon_->port(), model);
      EXPECT_EQ(answer.status(), 200) << answer.body.bytes;
      EXPECT_EQ(answer.json()["model"], model);
    }
  }

  void expect_nobody_lives_after_unload_all() {
    const Answer answer = call(*storm_, "unload all", closing_request("POST", "/api/models/unload"));
    EXPECT_EQ(answer.status, 200) << answer.bytes;
    for (const test::Life& life : storm_->lives().alive()) {
      ADD_FAILURE() << life.name << ", pid " << life.pid << ", lives after the unload was answered";
    }
    EXPECT_TRUE(test::eventually([&] { return keepers_below(pid()) == 0; })) << keepers_below(pid());
    EXPECT_TRUE(test::eventually([&] { return zombies_below(pid()) == 0; })) << zombies_below(pid());
  }

  // Each launch saw who lived when it began; the set of who lives grows at no other moment.
  void expect_the_matrix_was_kept() const {
    const auto sightings = storm_->lives().sightings();
    EXPECT_GT(sightings.size(), 2 * models().size()) << "a calm storm shows nothing";
    int in_company = 0;
    for (const test::Sighting& sighting : sightings) {
      std::set<std::string> names = {sighting.self.name};
      std::string shown =
          sighting.self.name + " (pid " + std::to_string(sighting.self.pid) + ") began beside";
      bool twice = false;
      for (const test::Life& other : sighting.others) {
        twice = twice || other.name == sighting.self.name;
        names.insert(other.name);
        shown += " " + other.name + " (pid " + std::to_string(other.pid) + ")";
      }
      in_company += sighting.others.empty() ? 0 : 1;
      EXPECT_FALSE(twice) << shown << ": one model, two processes";
      EXPECT_TRUE(may_live_together(names)) << shown << ": the matrix forbids it";
    }
    std::printf("  launches: %zu, %d of them beside others\n", sightings.size(), in_company);
    EXPECT_GT(in_company, 0);
  }

  void expect_flat_memory() const {
    if (test::is_sanitized(pid())) {
      std::printf("  memory is not looked at: a sanitizer holds on to what is freed\n");
      return;
    }
    const auto quarter = static_cast<std::ptrdiff_t>(memory_.size() / 4);
    ASSERT_GT(quarter, 4);
    const auto median = [](std::vector<long> values) {
      std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                       values.end());
      return values[values.size() / 2];
    };
    const long third = median({memory_.end() - 2 * quarter, memory_.end() - quarter});
    const long last = median({memory_.end() - quarter, memory_.end()});
    std::printf("  memory: %ld KiB at first, %ld KiB in the third quarter, %ld KiB in the last\n",
                memory_.front(), third, last);
    EXPECT_LE(last - third, length_ < kMemorySettles ? kMayGrowSoonKib : kMayGrowKib);
  }

  void expect_a_clean_end() {
    const auto begin = Clock::now();
    EXPECT_EQ(daemon_->stop(), 0);
    EXPECT_LT(test::ms_since(begin), 8500) << "shutdownTimeout is 8 s";
    std::vector<std::string> left;
    EXPECT_TRUE(
        test::eventually([&] { return (left = processes_with(marker_, ::getpid())).empty(); }, Millis(2000)))
        << left.front();
  }

  using TestOptions = test::TestDaemon::Options;

  const unsigned seed_ = number_from("PADDOCK_CHAOS_SEED", 20'260'725);
  const Millis length_{1000 * number_from("PADDOCK_CHAOS_SECONDS", 20)};
  const std::string marker_ = "CHAOS_RUN=" + std::to_string(::getpid());
  const test::TempDir folder_;
  std::unique_ptr<test::TestDaemon> daemon_;
  std::unique_ptr<Storm> storm_;
  std::vector<long> memory_;
  int descriptors_before_ = 0;
};

TEST_F(ChaosTest, AfterTheStormAllIsInOrder) {
  blow();
  expect_all_ended();
  expect_everybody_serves();
  expect_nobody_lives_after_unload_all();
  EXPECT_TRUE(test::eventually([&] { return open_descriptors(pid()) <= descriptors_before_; }))
      << open_descriptors(pid()) << " descriptors, " << descriptors_before_ << " before";
  expect_flat_memory();
  expect_the_matrix_was_kept();
  EXPECT_TRUE(storm_->complaints().empty()) << storm_->complaints().front();
  EXPECT_GT(storm_->counted("killed"), 0);
  EXPECT_GT(storm_->counted("answer 200"), 100);
  expect_a_clean_end();
}

}  // namespace
}  // namespace paddock::chaos
