// The questions over HTTP, asked of a server that answers what the test says.
#include "paddock/kvcache/server.h"

#include <gmock/gmock.h>

#include "tests/unit/client/fake_daemon.h"

namespace paddock::kvcache {
namespace {

using namespace std::chrono_literals;
using client::FakeDaemon;
using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Server> reach(const FakeDaemon& engine, const std::string& base = {}) {
  return connect("127.0.0.1", std::stoi(engine.url().substr(engine.url().rfind(':') + 1)), base);
}

TimePoint soon() { return steady_now() + 10s; }

TEST(Server, ListsSlots) {
  const FakeDaemon engine(200, R"([{"id":3,"n_ctx":9,"id_task":1,"n_prompt_tokens":4}])");
  EXPECT_THAT(*reach(engine)->slots(soon()), ElementsAre(Slot{3, 9, 4, 1, false}));
  EXPECT_EQ(engine.asked().target, "/slots");
  const FakeDaemon other(200, "{}");
  EXPECT_TRUE(reach(other)->slots(soon()).error().for_good);
}

TEST(Server, TellsItsBuildBelowItsPath) {
  const FakeDaemon engine(200, R"({"build_info":"b11669"})");
  EXPECT_EQ(reach(engine, "/base")->build(soon()), "b11669");
  EXPECT_EQ(engine.asked().target, "/base/props");
  EXPECT_EQ(reach(FakeDaemon(200, R"({"build_info":7})"))->build(soon()), "");
  EXPECT_EQ(reach(FakeDaemon(404, R"({"build_info":"b1"})"))->build(soon()), "");
}

TEST(Server, SavesAndRestores) {
  const FakeDaemon saving(200, R"({"n_saved":5,"n_written":6})");
  EXPECT_EQ(*reach(saving)->save(3, "part", soon()), (Moved{5, 6}));
  EXPECT_EQ(saving.asked().target, "/slots/3?action=save");
  EXPECT_EQ(saving.asked().body, R"({"filename":"part"})");
  const FakeDaemon restoring(200, R"({"n_restored":7,"n_read":8})");
  EXPECT_EQ(*reach(restoring)->restore(3, "file", soon()), (Moved{7, 8}));
  EXPECT_EQ(restoring.asked().target, "/slots/3?action=restore");
}

TEST(Server, ARefusalForGoodIsToldFromWhatWentWrongOnce) {
  const auto refused = [](int status, bool saves) {
    const FakeDaemon engine(status, R"({"error":{"message":"not with a projector"}})");
    return saves ? reach(engine)->save(3, "f", soon()).error()
                 : reach(engine)->restore(3, "f", soon()).error();
  };
  for (const int forever : {401, 403, 404, 501}) {
    EXPECT_TRUE(refused(forever, true).for_good) << forever;
    EXPECT_TRUE(refused(forever, false).for_good) << forever;
  }
  EXPECT_TRUE(refused(400, true).for_good);
  EXPECT_FALSE(refused(400, false).for_good) << "the file's fault";
  EXPECT_FALSE(refused(500, true).for_good);
  EXPECT_THAT(refused(501, true).sentence, HasSubstr("501: not with a projector"));
}

TEST(Server, WithoutTimeOrAnEngineThereIsAReason) {
  const FakeDaemon engine(200, "[]");
  EXPECT_THAT(reach(engine)->slots(steady_now() - 1s).error().sentence, HasSubstr("no time"));
  const auto gone = connect("127.0.0.1", 1, {})->slots(soon());
  ASSERT_FALSE(gone);
  EXPECT_FALSE(gone.error().for_good);
}

}  // namespace
}  // namespace paddock::kvcache
