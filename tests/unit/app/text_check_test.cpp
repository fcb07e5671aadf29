// POST /api/config/check: what a text would be as the configuration; and that nobody learns by it what the
// daemon's environment holds.
#include "text_check.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fake_machine.h"
#include "tests/support/marked_text.h"
#include "together_view.h"

namespace paddock::app {
namespace {

using Json = nlohmann::json;

constexpr const char* kRunning =
    "models:\n"
    "  same: {cmd: 'x --port ${PORT}'}\n"
    "  other: {cmd: 'x --port ${PORT}'}\n"
    "  gone: {cmd: 'x --port ${PORT}'}\n";

config::EnvLookup environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

std::shared_ptr<const config::Config> loaded(const std::string& text,
                                             const config::EnvLookup& env = environment({})) {
  const config::LoadResult result = config::load_text(text, "/etc/c.yaml", env);
  for (const config::Diagnostic& found : result.diagnostics) ADD_FAILURE() << config::format(found);
  return result.config;
}

FakeMachine machine() {
  FakeMachine machine;
  machine.programs = {"/usr/bin/x"};
  machine.path = "/usr/bin";
  return machine;
}

Json checked(const std::string& text, const config::EnvLookup& env = environment({})) {
  return Json::parse(check_text(text, *loaded(kRunning), env, machine()));
}

TEST(TextCheck, SaysWhatWouldHappen) {
  const Json answer = checked(
      "startPort: 9000\n"
      "models:\n"
      "  same: {cmd: 'x --port ${PORT}', ttl: 7}\n"
      "  other: {cmd: 'x --port ${PORT} --new'}\n"
      "  fresh: {cmd: 'x --port ${PORT}'}\n");
  EXPECT_EQ(answer["valid"], true);
  EXPECT_EQ(answer["diagnostics"], Json::array());
  EXPECT_EQ(answer["changes"],
            Json::parse(R"({"added": ["fresh"], "removed": ["gone"], "renewed": ["other"], "kept": ["same"],
                            "next_start": ["startPort"]})"));
  EXPECT_EQ(answer["config"]["models"]["same"]["ttl"], 7);
}

TEST(TextCheck, FindsWhatTheCheckOfTheFileFinds) {
  const test::MarkedText text(
      "models:\n"
      "  $machine[[same]]: {cmd: 'nowhere --port ${PORT}'}\n"
      "$typo[[modles]]: {}\n"
      "startPort: $error[[ten]]\n");
  const Json answer = checked(text.text());
  EXPECT_EQ(answer["valid"], false);
  EXPECT_EQ(answer["changes"], nullptr);
  EXPECT_EQ(answer["config"], nullptr);
  std::vector<std::string> found;
  for (const Json& one : answer["diagnostics"]) {
    EXPECT_EQ(one["file"], "/etc/c.yaml");
    found.push_back(one["severity"].get<std::string>() + " " + std::to_string(one["line"].get<int>()) + ":" +
                    std::to_string(one["column"].get<int>()));
  }
  const auto at = [&](const char* severity, const char* mark) {
    const SourcePos pos = text.at(mark);
    return std::string(severity) + " " + std::to_string(pos.line) + ":" + std::to_string(pos.column);
  };
  EXPECT_EQ(found, (std::vector{at("warning", "machine"), at("warning", "typo"), at("error", "error")}));
  EXPECT_NE(answer["diagnostics"][0]["message"].get<std::string>().find("is not on PATH"), std::string::npos);
}

TEST(TextCheck, IsNotStoppedByWhatIsNoYaml) {
  for (const std::string text : {"", "\xff\xfe", "a: [", "&a [*a]", "- - -"}) {
    const Json answer = checked(text);
    EXPECT_EQ(answer["valid"].get<bool>(), answer["changes"].is_object()) << text;
  }
}

// What the writer of a text could try to have the values told: in all the places that something is said of.
TEST(TextCheck, TellsNothingOfTheEnvironment) {
  const auto env = environment({{"PIN", "4711"}, {"WORD", "swordfish"}, {"NIL", ""}});
  for (const std::string text : {
           "startPort: ${env.WORD}\n",
           "startPort: ${env.PIN}\n",
           "ttl: ${env.WORD}\n",
           "logLevel: ${env.WORD}\n",
           "macros: {m: '${env.WORD}'}\nlogLevel: ${m}\n",
           "apiKeys: ['${env.WORD}']\n",
           "'${env.WORD}': 1\n",
           "models:\n  '${env.WORD}': {cmd: 'x ${PORT}'}\n",
           "models:\n  a: {cmd: 'x ${env.PIN}', proxy: 'http://localhost:${env.PIN}'}\n"
           "  b: {cmd: 'x ${env.PIN}', proxy: 'http://localhost:${env.PIN}'}\n",
           "models:\n  a: {cmd: '${env.WORD} --port ${env.PIN} -m /${env.WORD}/x.gguf'}\n"
           "  b: {cmd: '${env.WORD} --port ${env.PIN}'}\n",
           "models:\n  a: {cmd: 'x ${PORT}', aliases: ['${env.WORD}', '${env.WORD}'], name: '${env.WORD}'}\n",
           "models:\n  a: {cmd: 'x ${PORT}', env: ['CUDA_VISIBLE_DEVICES=${env.PIN}', 'A=${env.WORD}']}\n",
           "models:\n  a: {cmd: 'x ${PORT}', metadata: {m: '${env.WORD}', n: '${env.PIN}'}}\n",
           "models:\n  a: {cmd: 'x ${PORT}', ttl: '${env.PIN}', filters: {stripParams: '${env.WORD}'}}\n",
           "groups: {'${env.WORD}': {members: ['${env.WORD}']}}\n",
           "matrix: {sets: {a: '${env.WORD} & ${env.PIN}'}}\n",
           "peers: {p: {proxy: '${env.WORD}', models: ['${env.PIN}']}}\n",
           "store: {path: '/${env.WORD}/${env.PIN}'}\n",
           "hooks: {on_startup: {preload: ['${env.WORD}']}}\n",
       }) {
    const std::string answer = check_text(text, *loaded(kRunning), env, machine());
    EXPECT_EQ(answer.find("swordfish"), std::string::npos) << text << answer;
    EXPECT_EQ(answer.find("4711"), std::string::npos) << text << answer;
  }
}

TEST(TextCheck, AVariableCountsWithItsTrueValue) {
  const auto env = environment({{"LIMIT", "300"}, {"WORD", "swordfish"}});
  EXPECT_EQ(checked("healthCheckTimeout: ${env.LIMIT}\n", env)["valid"], true);
  const Json wrong = checked("healthCheckTimeout: ${env.WORD}\n", env);
  EXPECT_EQ(wrong["valid"], false);
  EXPECT_EQ(wrong["diagnostics"][0]["line"], 1);
  EXPECT_EQ(checked("healthCheckTimeout: ${env.NONE}\n", env)["valid"], false);
}

TEST(TextCheck, TheSameTextChangesNothingEvenWithVariables) {
  const std::string text = "models:\n  a: {cmd: 'x --port ${PORT} --token ${env.WORD}'}\n";
  const auto env = environment({{"WORD", "swordfish"}});
  const Json answer = Json::parse(check_text(text, *loaded(text, env), env, machine()));
  EXPECT_EQ(answer["changes"]["kept"], Json::array({"a"}));
  EXPECT_EQ(answer["changes"]["renewed"], Json::array());
}

TEST(TextCheck, WithSeveralFilesTheTextIsNobodys) {
  config::Config running;
  running.files = {"a.yaml", "b.yaml"};
  const Json answer = Json::parse(check_text("x: 1\n", running, environment({}), machine()));
  EXPECT_EQ(answer["diagnostics"][0]["file"], "text");
}

TEST(TogetherView, EachModelHasThoseThatMayRunBesideIt) {
  const auto config = loaded(
      "models:\n"
      "  a: {cmd: 'x ${PORT}'}\n"
      "  b: {cmd: 'x ${PORT}'}\n"
      "  c: {cmd: 'x ${PORT}', pin: true}\n"
      "groups:\n  g: {swap: false, members: [a, b, c]}\n");
  const Json models = Json::parse(together_json(together_in(*config)))["models"];
  EXPECT_EQ(models[0], Json::parse(R"({"id": "a", "pinned": false, "beside": ["b", "c"]})"));
  EXPECT_EQ(models[1], Json::parse(R"({"id": "b", "pinned": false, "beside": ["a", "c"]})"));
  EXPECT_EQ(models[2], Json::parse(R"({"id": "c", "pinned": true, "beside": ["a", "b"]})"));
}

}  // namespace
}  // namespace paddock::app
