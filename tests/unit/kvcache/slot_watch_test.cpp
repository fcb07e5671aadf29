// The watch between a listener and a launcher that the test plays; the engine is played, too.
#include "paddock/kvcache/slot_watch.h"

#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>

#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"
#include "tests/unit/kvcache/played_server.h"
#include "tests/unit/vram/played.h"

namespace paddock::kvcache {
namespace {

using namespace std::chrono_literals;
using test::PlayedEngine;
using test::PlayedServer;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const ModelId kModel("m");
constexpr Generation kFirst{1}, kSecond{2};

// Holds whoever comes through it until it is opened; also when the test is over. Thread-safe.
class Door {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++came_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  bool has_come() {
    const std::lock_guard lock(mutex_);
    return came_ > 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int came_ = 0;
};

class SlotWatchTest : public testing::Test, public process::Listener {
 protected:
  SlotWatchTest() {
    settings = {root.path("kv"), 10, {1 << 20, 24h}, 10s};
    engine->folder = Folder(settings.root).of(kModel);
    engine->slots = {{0, 4096, 20, 1, false}};
    engine->conversations = {std::vector<std::uint32_t>(20, 7)};
    make();
  }
  ~SlotWatchTest() override { watch.reset(); }

  void make() {
    watch.reset();
    Options options;
    options.care_for = [this](const process::SpawnSpec&) -> std::optional<Care> {
      if (!cares) return std::nullopt;
      return Care{settings, [] { return "key"; }};
    };
    // Held by the jobs, which may outlive the test.
    options.connect = [engine = engine](const std::string&, int, const std::string&) {
      return std::make_unique<Held>(engine);
    };
    options.saved = [this](const ModelId&, Generation, const Report& report) { saved += report.slots; };
    options.restored = [this](const ModelId&, Generation, const Report& report) { restored += report.slots; };
    watch = std::make_unique<SlotWatch>(io, std::move(options), *this, [this](process::Listener& inner) {
      auto made = std::make_unique<test::RecordingLauncher>(inner, orders);
      launcher = made.get();
      return made;
    });
  }

  struct Held final : Server {
    explicit Held(std::shared_ptr<PlayedEngine> its) : engine(std::move(its)), server(*engine) {}
    Result<std::vector<Slot>, Refusal> slots(TimePoint until) override { return server.slots(until); }
    std::string build(TimePoint until) override { return server.build(until); }
    Result<Moved, Refusal> save(std::int64_t slot, const std::string& file, TimePoint until) override {
      return server.save(slot, file, until);
    }
    Result<Moved, Refusal> restore(std::int64_t slot, const std::string& file, TimePoint until) override {
      return server.restore(slot, file, until);
    }
    std::shared_ptr<PlayedEngine> engine;
    PlayedServer server;
  };

  template <class Condition>
  bool run_until(Condition condition) {
    const test::Deadline deadline(test::kPatience);
    while (!condition() && !deadline.passed()) io.run_one_for(20ms);
    return condition();
  }
  bool ordered(const std::string& order) {
    return run_until([&] { return std::find(orders.begin(), orders.end(), order) != orders.end(); });
  }
  bool heard(const std::string& news) {
    return run_until([&] { return std::find(told.begin(), told.end(), news) != told.end(); });
  }
  void start(Generation generation) {
    process::SpawnSpec spec;
    spec.model = kModel;
    watch->start(spec, generation);
    ASSERT_TRUE(ordered("start m " + std::to_string(generation.value)));
  }
  void serve(Generation generation) {
    start(generation);
    launcher->listener.ready(kModel, generation, {"127.0.0.1", 1});
    ASSERT_TRUE(heard("ready " + std::to_string(generation.value)));
  }
  void exit(Generation generation) { launcher->listener.exited(kModel, generation, {}); }

  void spawned(const ModelId&, Generation, pid_t, UniqueFd) override {}
  void ready(const ModelId&, Generation launch, const process::Ready&) override { tell("ready", launch); }
  void failed(const ModelId&, Generation launch, const process::StartFailure&) override {
    tell("failed", launch);
  }
  void exited(const ModelId&, Generation launch, const process::Ending&) override { tell("exited", launch); }
  void broken(const ModelId&, Generation launch, const process::Breakage&) override {
    tell("broken", launch);
  }
  void noted(const ModelId&, Generation, const std::string&) override {}
  void tell(const std::string& what, Generation launch) {
    told.push_back(what + " " + std::to_string(launch.value));
  }

  test::TempDir root;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  bool cares = true;
  Settings settings;
  std::shared_ptr<PlayedEngine> engine = std::make_shared<PlayedEngine>();
  std::vector<std::string> orders, told;
  test::RecordingLauncher* launcher = nullptr;
  std::size_t saved = 0, restored = 0;
  std::unique_ptr<SlotWatch> watch;
};

TEST_F(SlotWatchTest, SavesBeforeTheStopAndRestoresBeforeItIsReady) {
  serve(kFirst);
  EXPECT_EQ(restored, 0u);
  watch->retire(kFirst, 5s);
  EXPECT_THAT(orders, Not(Contains("stop 1")));
  ASSERT_TRUE(ordered("stop 1"));
  EXPECT_EQ(saved, 1u);
  exit(kFirst);
  serve(kSecond);
  EXPECT_EQ(restored, 1u);
  EXPECT_THAT(told, ElementsAre("ready 1", "exited 1", "ready 2"));
}

TEST_F(SlotWatchTest, WithoutSettingsAllPassesAtOnce) {
  cares = false;
  watch->start(
      {.model = kModel, .argv = {}, .shown = {}, .env = {}, .injected = {}, .endpoint = {}, .stop_argv = {}},
      kFirst);
  launcher->listener.ready(kModel, kFirst, {"127.0.0.1", 1});
  watch->retire(kFirst, 5s);
  EXPECT_THAT(orders, ElementsAre("start m 1", "stop 1"));
  EXPECT_THAT(told, ElementsAre("ready 1"));
}

TEST_F(SlotWatchTest, AStopThatIsNoRetirementSavesNothing) {
  serve(kFirst);
  watch->stop(kFirst, 5s);
  EXPECT_THAT(orders, Contains("stop 1"));
  EXPECT_THAT(engine->calls, IsEmpty());
}

TEST_F(SlotWatchTest, ASaveThatHangsIsGivenUpInTime) {
  const auto door = std::make_shared<Door>();
  settings.timeout = 50ms;
  make();
  engine->on_save = [door] { door->pass(); };
  serve(kFirst);
  watch->retire(kFirst, 5s);
  ASSERT_TRUE(ordered("stop 1"));
  EXPECT_EQ(saved, 0u);
  door->open();
}

TEST_F(SlotWatchTest, ASecondOrderGivesTheSavingUp) {
  const auto door = std::make_shared<Door>();
  engine->on_save = [door] { door->pass(); };
  serve(kFirst);
  watch->retire(kFirst, 5s);
  ASSERT_TRUE(run_until([&] { return door->has_come(); }));
  watch->stop(kFirst, 0s);
  EXPECT_THAT(orders, Contains("stop 1"));
  door->open();
}

TEST_F(SlotWatchTest, AnEngineThatDiesWhileItSavesHasExitedOnce) {
  const auto door = std::make_shared<Door>();
  engine->on_save = [door] { door->pass(); };
  serve(kFirst);
  watch->retire(kFirst, 5s);
  ASSERT_TRUE(run_until([&] { return door->has_come(); }));
  exit(kFirst);
  door->open();
  EXPECT_THAT(told, ElementsAre("ready 1", "exited 1"));
  EXPECT_THAT(orders, Not(Contains("stop 1")));
}

TEST_F(SlotWatchTest, AnEngineThatDiesWhileItRestoresWasReadyBefore) {
  start(kFirst);
  launcher->listener.ready(kModel, kFirst, {"127.0.0.1", 1});
  exit(kFirst);
  EXPECT_THAT(told, ElementsAre("ready 1", "exited 1"));
}

TEST_F(SlotWatchTest, AStopWhileItRestoresIsPassedOnAndItIsNeverReady) {
  start(kFirst);
  launcher->listener.ready(kModel, kFirst, {"127.0.0.1", 1});
  watch->stop(kFirst, 5s);
  EXPECT_THAT(orders, Contains("stop 1"));
  exit(kFirst);
  EXPECT_THAT(told, ElementsAre("exited 1"));
}

TEST_F(SlotWatchTest, AStopBeforeItsFolderIsMadeIsNotLost) {
  process::SpawnSpec spec;
  spec.model = kModel;
  watch->start(spec, kFirst);
  watch->stop(kFirst, 5s);
  ASSERT_TRUE(ordered("stop 1"));
  EXPECT_THAT(orders, ElementsAre("start m 1", "stop 1"));
}

TEST_F(SlotWatchTest, AtTheEndThereIsLessTime) {
  const auto door = std::make_shared<Door>();
  engine->on_save = [door] { door->pass(); };
  serve(kFirst);
  watch->retire(kFirst, 5s);
  ASSERT_TRUE(run_until([&] { return door->has_come(); }));
  watch->hurry(steady_now() + 20ms);
  ASSERT_TRUE(ordered("stop 1"));
  EXPECT_LT(launcher->graces.back(), 5s) << "the shutdown's time is for both";
  door->open();
}

}  // namespace
}  // namespace paddock::kvcache
