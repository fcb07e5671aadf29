// What a model will take is told before it is loaded, and how long that will take after it was.
#include <sys/stat.h>

#include "tests/integration/scenario.h"
#include "tests/unit/gguf/gguf_text.h"

namespace paddock::test {
namespace {

Json forecast(const TestDaemon& daemon) {
  const Json answer = get(daemon.port(), "/api/models/a/fit").json();
  return answer.contains("forecast") ? answer["forecast"] : Json();
}

TEST(Forecast, IsReadFromTheFileAndLearnedFromLoads) {
  TempDir dir;
  gguf::test::GgufText file;
  file.text("general.architecture", "llama")
      .number("llama.block_count", 1)
      .matrix("token_embd.weight", 64, 8);
  write_file(dir.path("a.gguf"), file.file());
  const std::string config = config_with({{"a", "", "env: ['LLAMA_ARG_MODEL=" + dir.path("a.gguf") + "']"}},
                                         "stateDir: " + dir.path("state"));
  TestDaemon daemon(config);
  ASSERT_TRUE(eventually([&] { return forecast(daemon).is_object(); }));
  EXPECT_EQ(forecast(daemon)["source"], "header");
  EXPECT_EQ(forecast(daemon)["load_ms"], nullptr);
  EXPECT_GE(forecast(daemon)["ram"]["low"], 2048);
  ASSERT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(forecast(daemon), nullptr);
  ASSERT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_TRUE(eventually([&] {
    const Json now = forecast(daemon);
    return now.is_object() && now["load_ms"].is_number();
  }));
  struct stat facts {};
  ASSERT_EQ(::stat(dir.path("state/footprints.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace paddock::test
