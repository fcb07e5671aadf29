// What came from the environment is known byte by byte and never shown.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

std::vector<std::string> shown(const std::vector<PortText>& texts) {
  std::vector<std::string> out;
  for (const PortText& text : texts) out.push_back(text.shown());
  return out;
}

TEST(Secrets, AreMaskedInPortTexts) {
  const Loaded loaded = load_model(
      "    cmd: run --port ${PORT} --token=${env.T} 'a ${env.T} b' -c 1\n"
      "    proxy: http://${env.H}:${PORT}\n    env: [\"A=${env.T}x\", B=1]\n",
      {{"T", "tok"}, {"H", "host"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  const ModelConfig& model = loaded.model();
  EXPECT_THAT(texts(model.argv),
              ElementsAre("run", "--port", "${PORT}", "--token=tok", "a tok b", "-c", "1"));
  EXPECT_THAT(shown(model.argv),
              ElementsAre("run", "--port", "${PORT}", "--token=***", "a *** b", "-c", "1"));
  EXPECT_EQ(model.cmd.masked, "run --port ${PORT} --token=*** 'a *** b' -c 1");
  EXPECT_EQ(model.proxy.text, "http://host:${PORT}");
  EXPECT_EQ(model.proxy.masked, "http://***:${PORT}");
  EXPECT_THAT(shown(model.env), ElementsAre("A=***x", "B=1"));
  EXPECT_EQ(model.env[1].masked, "");
  EXPECT_EQ(model.argv[0].masked, "");
  EXPECT_THAT(loaded.config().secret_paths, IsEmpty());
}

TEST(Secrets, KeysWithMacrosHideTheirWholeMapping) {
  const Loaded loaded = load_model(
      "    cmd: x ${PORT}\n    filters:\n      setParamsByID:\n"
      "        '${MODEL_ID}:hot': {user: '${env.T}'}\n        'x-${env.T}': {user: 1}\n",
      {{"T", "tok"}});
  const auto& paths = loaded.config().secret_paths;
  EXPECT_THAT(paths, testing::Contains("models.m.filters.setParamsByID"));
  EXPECT_THAT(paths, testing::Contains("models.m.aliases"));
}

TEST(Secrets, AreInNoFinding) {
  const Environment secret = {{"S", "HushHush77"}, {"N", "123456789"}};
  for (const char* body : {"    cmd: x ${PORT}\n    ttl: 9${env.N}99999\n",
                           "    cmd: x ${PORT}\n    aliases: ['${env.S}', '${env.S}']\n",
                           "    cmd: x ${PORT}\n    capabilities: {in: ['${env.S}']}\n"}) {
    const Loaded loaded = load_model(body, secret);
    EXPECT_FALSE(loaded.diagnostics().empty()) << body;
    for (const Diagnostic& found : loaded.diagnostics()) {
      EXPECT_EQ(format(found).find("HushHush77"), std::string::npos) << format(found);
      EXPECT_EQ(format(found).find("123456789"), std::string::npos) << format(found);
    }
  }
}

TEST(Secrets, AVariableSetToNothingIsNothing) {
  const Loaded loaded = load_model(
      "    cmd: x ${PORT}\n    ttl: ${env.E}\n    proxy: ${env.E}\n    unlisted: ${env.E}\n", {{"E", ""}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().proxy.text, "http://localhost:${PORT}");
}

TEST(Secrets, TaintThroughMacros) {
  const Loaded loaded = load(R"(macros: {key: "${env.K}", flag: "--k <${key}${key}>", clean: c}
models:
  a: {cmd: "x ${PORT} ${flag} ${clean}", name: "${clean}"}
  b: {macros: {key: open}, cmd: "x ${PORT} ${flag}"}
)",
                             {{"K", "sesame"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_THAT(texts(loaded.model(0).argv), ElementsAre("x", "${PORT}", "--k", "<sesamesesame>", "c"));
  EXPECT_THAT(shown(loaded.model(0).argv), ElementsAre("x", "${PORT}", "--k", "<***>", "c"));
  EXPECT_EQ(loaded.model(1).cmd.masked, "");
  EXPECT_THAT(loaded.config().secret_paths, IsEmpty());
}

TEST(Secrets, KeepTheWordsOfACommandApart) {
  const Environment environment{{"FLAGS", "--a  1 --b"}, {"E", ""}, {"HASH", "#"}};
  const auto words = [&](const std::string& cmd) {
    const Loaded loaded = load_model("    cmd: '" + cmd + "'\n", environment);
    return shown(loaded.model().argv);
  };
  EXPECT_THAT(words("x ${PORT} ${env.FLAGS} y"), ElementsAre("x", "${PORT}", "***", "***", "***", "y"));
  EXPECT_THAT(words("x ${PORT} a${env.FLAGS}c y"), ElementsAre("x", "${PORT}", "a***", "***", "***c", "y"));
  EXPECT_THAT(words("x ${PORT} ${env.E} y"), ElementsAre("x", "${PORT}", "y"));
  EXPECT_THAT(words("x ${PORT} ${env.HASH}a y"), ElementsAre("x", "${PORT}", "***a", "y"));
}

TEST(Secrets, WithQuotesOfTheirOwnHideTheWholeWord) {
  const Loaded loaded = load_model("    cmd: x ${PORT} ${env.Q}b c${env.Q} y\n", {{"Q", "\""}});
  EXPECT_THAT(texts(loaded.model().argv), ElementsAre("x", "${PORT}", "b c", "y"));
  EXPECT_THAT(shown(loaded.model().argv), ElementsAre("x", "${PORT}", "***", "y"));
}

TEST(Secrets, AreMaskedByNameToo) {
  const Loaded loaded =
      load_model("    cmd: x ${PORT} --api-key plain --api-key=more\n    env: [HF_TOKEN=plain, A=1]\n");
  EXPECT_THAT(shown(loaded.model().argv), ElementsAre("x", "${PORT}", "--api-key", "***", "--api-key=***"));
  EXPECT_EQ(loaded.model().cmd.shown(), "x ${PORT} --api-key *** --api-key=***");
  EXPECT_EQ(loaded.model().cmd.text, "x ${PORT} --api-key plain --api-key=more");
  EXPECT_THAT(shown(loaded.model().env), ElementsAre("HF_TOKEN=***", "A=1"));
}

TEST(Secrets, OfOtherValuesAreListedByPath) {
  const Loaded loaded = load(R"(macros: {p: "${env.P}", n: "about ${env.N}"}
startPort: ${p}
logLevel: info
models:
  a.b:
    cmd: "x ${PORT} ${env.N}"
    name: "${n}"
    aliases: [plain, "${env.N}"]
    ttl: ${env.P}
    description: "no secret"
  c:
    cmd: x ${PORT}
    description: &d "${env.N}2"
    useModelName: *d
)",
                             {{"P", "8000"}, {"N", "nan"}});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.config().start_port, 8000);
  EXPECT_THAT(loaded.config().secret_paths,
              ElementsAre("models.a.b.aliases.1", "models.a.b.name", "models.a.b.ttl", "models.c.description",
                          "models.c.useModelName", "startPort"));
}

TEST(Secrets, AreNotInFindings) {
  const Loaded loaded = load(R"(startPort: ${env.S}
logLevel: ${env.S}
models: {m: {cmd: "x ${PORT}", ttl: "1${env.S}", unlisted: "${env.S}", env: ["${env.S}"], aliases: ["${env.S}", "${env.S}"]}}
)",
                             {{"S", "sesame"}});
  EXPECT_EQ(loaded.diagnostics().size(), 6u);
  for (const Diagnostic& diagnostic : loaded.diagnostics()) {
    EXPECT_THAT(format(diagnostic), testing::Not(testing::HasSubstr("sesame")));
  }
}

TEST(Secrets, BoundTheirList) {
  const std::string id(1000, 'm');
  std::string text = "models:\n";
  for (int i = 0; i < 4200; ++i) {
    text += "  ? " + id + std::to_string(i) +
            "\n  : {cmd: 'x ${PORT}', name: &s '${env.S}', description: *s, " +
            "useModelName: *s, checkEndpoint: *s}\n";
  }
  const Loaded loaded = load(text, {{"S", "s"}});
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(test::error({}, "too many values come from the environment")));
}

}  // namespace
}  // namespace paddock::config
