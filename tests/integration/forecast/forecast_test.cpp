// What a model will take is told before it is loaded, and how long that will take after it was.
#include <sys/stat.h>

#include <cctype>
#include <filesystem>

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
  // What was foreseen of this launch, to be compared with what it took: not what it has taught.
  Json loaded = forecast(daemon);
  ASSERT_TRUE(loaded.is_object());
  EXPECT_EQ(loaded["source"], "header");
  EXPECT_EQ(loaded["sentence"], nullptr);
  EXPECT_EQ(loaded["load_ms"], nullptr);
  EXPECT_EQ(loaded["ram"]["free"], nullptr);
  EXPECT_GE(loaded["ram"]["low"], 2048);
  ASSERT_EQ(post(daemon.port(), "/api/models/a/unload").status(), 200);
  EXPECT_TRUE(eventually([&] {
    const Json now = forecast(daemon);
    return now.is_object() && now["load_ms"].is_number();
  }));
  struct stat facts {};
  ASSERT_EQ(::stat(dir.path("state/footprints.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

// An entry is in the file of what was learned. Its journal goes when all of it is there.
bool is_kept(const std::string& database) {
  constexpr int kKeyDigits = 64;
  int digits = 0;
  for (const char c : read_file(database)) {
    digits = std::isxdigit(static_cast<unsigned char>(c)) ? digits + 1 : 0;
    if (digits == kKeyDigits) return !std::filesystem::exists(database + "-journal");
  }
  return false;
}

TEST(Forecast, AnotherDaemonTellsHowLongALoadUsuallyTakes) {
  TempDir dir;
  const Records records(dir.path("records"));
  // What was learned goes by the words of the command: they are the same for both.
  write_file(dir.path("flags"), "--name a --health-gate r --record " + dir.path("records"));
  const std::string config = "loadingGrace: 50ms\nstateDir: " + dir.path("state") + "\nmodels: {a: {cmd: '" +
                             fake_program() + " --port ${PORT} --flags-from " + dir.path("flags") + "'}}\n";
  {
    TestDaemon daemon(config);
    auto answer = start_chat(daemon.port(), "a");
    release(records.port_of("a"), "r");
    ASSERT_EQ(answer.get().status(), 200);
    ASSERT_TRUE(eventually([&] { return is_kept(dir.path("state/footprints.db")); }));
  }
  TestDaemon daemon(config);
  ASSERT_TRUE(eventually([&] {
    const Json now = forecast(daemon);
    return now.is_object() && now["load_ms"].is_number();
  }));
  RawClient client(daemon.port());
  client.send(chat_request("a", nullptr, true));
  const Head head = client.read_head();
  const Json model = get(daemon.port(), "/api/models/a").json();
  ASSERT_TRUE(model["loading"].is_object()) << model;
  EXPECT_TRUE(model["loading"]["expected_s"].is_number()) << model;
  records.wait_for("listening", "a", 2);
  release(records.port_of("a"), "r");
  const std::string body = client.read_body(head).bytes;
  EXPECT_NE(body.find("usually "), std::string::npos) << body;
  EXPECT_TRUE(body.ends_with("data: [DONE]\n\n")) << body;
}

}  // namespace
}  // namespace paddock::test
