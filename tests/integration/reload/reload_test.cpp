// The configuration changes while the daemon runs: unchanged models notice nothing, changed ones come again
// when they are idle, removed ones finish what runs, and what is wrong changes nothing.
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

namespace fs = std::filesystem;

int pid_of(const TestDaemon& daemon, const std::string& model, std::size_t launch = 1) {
  return daemon.records().wait_for("started", model, launch)["pid"];
}

bool says(const TestDaemon& daemon, const std::string& text) {
  return eventually([&] { return daemon.output().find(text) != std::string::npos; });
}

// How often it says so.
std::size_t count(const TestDaemon& daemon, const std::string& text) {
  const std::string said = daemon.output();
  std::size_t times = 0;
  for (auto at = said.find(text); at != std::string::npos; at = said.find(text, at + 1)) ++times;
  return times;
}

// Each launch began when the one before it had ended, and one lives.
void expect_one_at_a_time(const TestDaemon& daemon, const std::string& model) {
  const Json launches = get(daemon.port(), "/api/models/" + model + "/launches").json()["launches"];
  for (std::size_t i = 0; i + 1 < launches.size(); ++i) {
    EXPECT_LE(std::string(launches[i + 1]["ended"]), std::string(launches[i]["started"]));
  }
  int living = 0;
  for (const Event& event : daemon.records().of("started", model)) living += alive(event["pid"]);
  EXPECT_EQ(living, 1);
}

TEST(Reload, AnotherTtlDuringAStreamKeepsTheProcess) {  // R51
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  const int pid = pid_of(daemon, "a");
  const Response answer = daemon.reload(config_with({{"a", "", "ttl: 500"}, {"b", "", "ttl: 300"}}));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.json()["reloaded"], true);
  daemon.release("a", "g");
  client.read_until("second\r\n0\r\n\r\n");
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);
  EXPECT_TRUE(alive(pid));
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["ttl"], 500);
}

TEST(Reload, ATextIsJudgedAndChangesNothing) {
  TestDaemon daemon(two_models());
  const std::string text = config_with({{"a", "", "ttl: 500"}, {"new"}});
  const Json answer = post(daemon.port(), "/api/config/check", text).json();
  EXPECT_EQ(answer["valid"], true);
  EXPECT_EQ(answer["changes"]["added"], Json::array({"new"}));
  EXPECT_EQ(answer["changes"]["removed"], Json::array({"b"}));
  EXPECT_EQ(answer["changes"]["renewed"], Json::array({"a"}));  // @FAKE@ is a program that there is not
  const Json matrix = get(daemon.port(), "/api/matrix").json();
  EXPECT_EQ(matrix["models"].size(), 2u);
  EXPECT_EQ(matrix["models"][1]["id"], "b");
  EXPECT_NE(get(daemon.port(), "/api/models/a").json()["ttl"], 500);
}

Response put_config(const TestDaemon& daemon, const std::string& text, const std::string& if_match) {
  return ask(daemon.port(), make_request("PUT", "/api/config", text, {{"If-Match", if_match}}));
}

// What the daemon began with, but for what is to be changed.
std::string writable(const TestDaemon& daemon, const std::string& a) {
  return daemon.config_text(
      config_with({{"a", "", a}, {"b", "", "ttl: 300"}}, "admin: {config_write: true}"));
}

std::string text_of_file(const TestDaemon& daemon) {
  const Response file = get(daemon.port(), "/api/config/file");
  EXPECT_EQ(file.status(), 200);
  return file.body.bytes;
}

TEST(ConfigOverTheApi, IsOffUnlessItIsSwitchedOn) {
  TestDaemon daemon(two_models());
  const Response refused = put_config(daemon, "models: {}\n", "*");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.error_code(), "config_write_off");
  EXPECT_EQ(get(daemon.port(), "/api/config/file").status(), 403);
  EXPECT_EQ(get(daemon.port(), "/api/models").json()["models"].size(), 2u);
}

TEST(ConfigOverTheApi, IsAppliedWithoutCuttingARunningAnswer) {
  TestDaemon daemon(
      config_with({{"a", "", "ttl: 300"}, {"b", "", "ttl: 300"}}, "admin: {config_write: true}"));
  const Response file = get(daemon.port(), "/api/config/file");
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  const int pid = pid_of(daemon, "a");
  const Response done = put_config(daemon, writable(daemon, "ttl: 500"), file.head.header("ETag"));
  EXPECT_EQ(done.status(), 200) << done.body.bytes;
  EXPECT_EQ(text_of_file(daemon), writable(daemon, "ttl: 500"));
  EXPECT_TRUE(fs::exists(daemon.config_file() + ".bak"));
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["ttl"], 500);
  daemon.release("a", "g");
  client.read_until("second\r\n0\r\n\r\n");
  EXPECT_TRUE(alive(pid));
  EXPECT_EQ(daemon.records().count("started", "a"), 1u);

  // Somebody who has seen the file of before.
  const Response late = put_config(daemon, writable(daemon, "ttl: 700"), file.head.header("ETag"));
  EXPECT_EQ(late.status(), 412);
  EXPECT_EQ(late.error_code(), "config_changed");
  EXPECT_EQ(put_config(daemon, writable(daemon, "ttl: 700"), "").status(), 428);
  EXPECT_EQ(text_of_file(daemon), writable(daemon, "ttl: 500"));
}

TEST(ConfigOverTheApi, AWrongTextChangesNothing) {
  TestDaemon daemon(
      config_with({{"a", "", "ttl: 300"}, {"b", "", "ttl: 300"}}, "admin: {config_write: true}"));
  const std::string before = text_of_file(daemon);
  for (const std::string& text : {writable(daemon, "ttl: soon"), std::string("models: ["), std::string()}) {
    const Response refused = put_config(daemon, text, "*");
    EXPECT_EQ(refused.status(), 400) << text;
    EXPECT_FALSE(fs::exists(daemon.config_file() + ".bak"));
  }
  EXPECT_EQ(text_of_file(daemon), before);
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["ttl"], 300);
}

TEST(Reload, ANewTtlUnloadsAModelThatIsIdleAlready) {
  TestDaemon daemon(config_with({{"a", "", "ttl: 0"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.reload(config_with({{"a", "", "ttl: 1"}}));
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
}

TEST(Reload, AnotherCommandWaitsForTheRunningAnswerAndThenStartsAnew) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  const int pid = pid_of(daemon, "a");
  const Response answer = daemon.reload(config_with({{"a", "--log-line changed"}, {"b"}}));
  EXPECT_EQ(answer.json()["renewed"], Json({"a"}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "it serves on";
  EXPECT_TRUE(alive(pid));
  daemon.release("a", "g");
  client.read_until("second\r\n0\r\n\r\n");
  EXPECT_NE(pid_of(daemon, "a", 2), pid);
  EXPECT_TRUE(daemon.reaches("a", "ready"));
  EXPECT_FALSE(alive(pid));
  EXPECT_TRUE(says(daemon, "stopping model a (the configuration has changed)"));
}

TEST(Reload, AStoppedModelIsStartedAsItIsNow) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 503);
  daemon.reload(config_with({{"a"}}));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200) << "the brake does not hold another command";
}

TEST(Reload, AModelThatIsAddedAnswersAtOnceAndOneThatIsRemovedIsUnknown) {
  TestDaemon daemon(config_with({{"a"}}));
  EXPECT_EQ(chat(daemon.port(), "b").error_code(), "model_not_found");
  const Response answer = daemon.reload(config_with({{"b", "", "aliases: [bee]"}}));
  EXPECT_EQ(answer.json()["added"], Json({"b"}));
  EXPECT_EQ(answer.json()["removed"], Json({"a"}));
  EXPECT_EQ(chat(daemon.port(), "bee").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "a").error_code(), "model_not_found");
  EXPECT_EQ(get(daemon.port(), "/v1/models").json()["data"].size(), 1u);
}

TEST(Reload, ARemovedModelFinishesItsAnswerAndGoes) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  begin_stream(client, "a", "g");
  const int pid = pid_of(daemon, "a");
  daemon.reload(config_with({{"b"}}));
  EXPECT_EQ(chat(daemon.port(), "a").error_code(), "model_not_found");
  std::future<Response> b = start_chat(daemon.port(), "b");
  EXPECT_TRUE(daemon.waiting("b", 1)) << "the old one still has the place";
  EXPECT_TRUE(alive(pid));
  daemon.release("a", "g");
  client.read_until("second\r\n0\r\n\r\n");
  EXPECT_EQ(b.get().status(), 200);
  EXPECT_FALSE(alive(pid));
}

TEST(Reload, WhoWaitsForAChangedModelGetsTheNewOne) {
  TestDaemon daemon(config_with({{"a", "--health-never"}}));
  std::future<Response> waiting = start_chat(daemon.port(), "a");
  daemon.records().wait_for("probe", "a");
  daemon.reload(config_with({{"a"}}));
  EXPECT_EQ(waiting.get().status(), 200);
  EXPECT_EQ(daemon.records().count("started", "a"), 2u);
}

TEST(Reload, WhatMayNoLongerRunTogetherIsParted) {
  TestDaemon daemon(config_with({{"a"}, {"b"}}, side_by_side("a, b")));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  daemon.reload(two_models());
  EXPECT_TRUE(daemon.reaches("a", "stopped"));
  EXPECT_EQ(daemon.state("b"), "ready");
}

TEST(Reload, KeysCountFromTheNextRequestOn) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(get(daemon.port(), "/v1/models").status(), 200);
  daemon.reload(two_models("apiKeys: [sesame]"));
  EXPECT_EQ(get(daemon.port(), "/v1/models").status(), 401);
  const std::string with_key = make_request("GET", "/v1/models", {}, {{"Authorization", "Bearer sesame"}});
  EXPECT_EQ(ask(daemon.port(), with_key).status(), 200);
}

TEST(Reload, TheLogLevelAndWhatGoesToStandardOutputChange) {
  TestDaemon daemon("logLevel: info\nmodels: {}\n");
  // Each is said as it wants it itself.
  for (const std::string level : {"error", "error", "info", "info"}) {
    EXPECT_EQ(daemon.reload("logLevel: " + level + "\nmodels: {}\n").status(), 200);
  }
  EXPECT_TRUE(says(daemon, "configuration reloaded (request): no model has changed"));
  EXPECT_TRUE(eventually([&] { return count(daemon, "configuration reloaded") == 2; }));
  daemon.reload(config_with({{"a", "--log-line hello-from-a"}}, "logToStdout: both"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_TRUE(says(daemon, "hello-from-a"));
}

TEST(Reload, WhatIsWrongChangesNothingAndIsSaid) {
  TestDaemon daemon(two_models());
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  const Response answer = daemon.reload("models:\n  a:\n    cmd: x ${PORT}\n    ttl: soon\n");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.error_code(), "config_invalid");
  EXPECT_EQ(answer.json()["reloaded"], false);
  EXPECT_EQ(answer.json()["diagnostics"][0]["line"], 5) << "startPort is the first line";
  EXPECT_TRUE(says(daemon, daemon.config_file() + ":5:"));
  EXPECT_TRUE(says(daemon, "was not reloaded (request): everything is as it was"));
  const Json config = get(daemon.port(), "/api/config").json();
  EXPECT_EQ(config["rejected"]["diagnostics"][0]["severity"], "error");
  EXPECT_TRUE(config["config"]["models"].contains("b"));
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
  daemon.reload(two_models());
  EXPECT_TRUE(get(daemon.port(), "/api/config").json()["rejected"].is_null()) << "it was mended";
}

TEST(Reload, TheConfigurationIsShownWithoutItsSecrets) {
  TestDaemon::Options options;
  options.env = {"HF=hunter2"};
  TestDaemon daemon(config_with({{"a", "", "env: ['HF_TOKEN=${env.HF}']"}}, "apiKeys: []"), options);
  const Response answer = get(daemon.port(), "/api/config");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body.bytes.find("hunter2"), std::string::npos);
  EXPECT_EQ(answer.json()["files"], Json({daemon.config_file()}));
  EXPECT_TRUE(answer.json()["config"]["models"].contains("a")) << answer.body.bytes;
}

TEST(Reload, SighupReloadsAndDoesNotKill) {  // R55
  TestDaemon daemon(two_models());
  daemon.rewrite(config_with({{"a"}, {"b"}, {"c"}}));
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(says(daemon, "configuration reloaded (SIGHUP): added c"));
  EXPECT_EQ(chat(daemon.port(), "c").status(), 200);
}

TEST(Reload, TwentyWritesInARowGiveOneProcessForEachModel) {  // R52
  TestDaemon::Options options;
  options.arguments = {"-watch-config"};
  const std::string preload = "hooks: {on_startup: {preload: [a, b]}}\n" + side_by_side("a, b");
  TestDaemon daemon(config_with({{"a"}, {"b"}}, preload), options);
  EXPECT_TRUE(daemon.reaches("a", "ready"));
  EXPECT_TRUE(daemon.reaches("b", "ready"));
  for (int i = 1; i <= 20; ++i) {
    daemon.rewrite(config_with({{"a", "--log-line w" + std::to_string(i)}, {"b", "", "ttl: 99"}}, preload));
    if (i % 4 == 0) daemon.process().signal(SIGHUP);
  }
  EXPECT_TRUE(eventually([&] {
    const Response answer = get(daemon.port(), "/api/models/a");
    EXPECT_EQ(answer.status(), 200) << "it was in every file";
    const Json a = answer.json();
    if (!a["launch"].is_object()) return false;
    return std::string(a["launch"]["cmd"]).ends_with(" w20") && a["state"] == "ready";
  })) << daemon.output();
  EXPECT_EQ(daemon.records().count("started", "b"), 1u) << "it has not changed";
  expect_one_at_a_time(daemon, "a");
}

// R53: all the ways in which a file can change.
class ReloadWatch : public ::testing::Test {
 protected:
  static TestDaemon::Options watching() {
    TestDaemon::Options options;
    options.arguments = {"-watch-config"};
    return options;
  }
  static std::string with(const std::string& id) { return config_with({{"a"}, {id}}); }
  bool knows(const std::string& id) {
    return eventually([&] { return get(daemon.port(), "/api/models/" + id).status() == 200; });
  }
  std::string path(const std::string& name) const {
    return (fs::path(daemon.config_file()).parent_path() / name).string();
  }

  TestDaemon daemon{config_with({{"a"}}), watching()};
};

TEST_F(ReloadWatch, SeesATruncatedAndRewrittenFile) {
  daemon.rewrite(with("b"));
  EXPECT_TRUE(knows("b"));
  EXPECT_TRUE(says(daemon, "configuration reloaded (file changed)"));
}

TEST_F(ReloadWatch, SeesARenamedFile) {
  write_file(path("new"), daemon.config_text(with("b")));
  fs::rename(path("new"), daemon.config_file());
  EXPECT_TRUE(knows("b"));
}

TEST_F(ReloadWatch, SeesADeletedAndCreatedFile) {
  fs::remove(daemon.config_file());
  daemon.rewrite(with("b"));
  EXPECT_TRUE(knows("b"));
  EXPECT_EQ(count(daemon, "was not reloaded"), 0u);
}

TEST_F(ReloadWatch, KeepsTheOldOneWhileTheFileIsGoneAndTakesTheNewOne) {
  fs::remove(daemon.config_file());
  EXPECT_TRUE(says(daemon, "was not reloaded (file changed)"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  daemon.rewrite(with("b"));
  EXPECT_TRUE(knows("b"));
}

TEST_F(ReloadWatch, TakesAnEmptyFileForOneThatIsBeingWritten) {
  write_file(daemon.config_file(), "");
  EXPECT_TRUE(says(daemon, "the file is empty"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST_F(ReloadWatch, SeesASymbolicLinkThatLeadsElsewhere) {
  // As a ConfigMap changes: the file is a link through a folder that is a link, and that one is replaced.
  for (const std::string version : {"v1", "v2"}) fs::create_directory(path(version));
  write_file(path("v1/file"), daemon.config_text(with("b")));
  write_file(path("v2/file"), daemon.config_text(with("c")));
  fs::create_symlink("v1", path("data"));
  fs::create_symlink("data/file", path("link"));
  fs::rename(path("link"), daemon.config_file());
  EXPECT_TRUE(knows("b"));
  fs::create_symlink("v2", path("data.new"));
  fs::rename(path("data.new"), path("data"));
  EXPECT_TRUE(knows("c"));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
}

TEST_F(ReloadWatch, AnInvalidFileIsSaidOnceAndTheNextGoodOneCounts) {
  daemon.rewrite("models: [1]\n");
  EXPECT_TRUE(says(daemon, "was not reloaded (file changed)"));
  daemon.rewrite(with("b"));
  EXPECT_TRUE(knows("b"));
  EXPECT_EQ(count(daemon, "was not reloaded"), 1u);
}

}  // namespace
}  // namespace paddock::test
