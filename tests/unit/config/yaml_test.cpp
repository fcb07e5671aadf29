// What the YAML stage keeps, refuses and bounds.
#include <gmock/gmock.h>

#include <chrono>
#include <random>

#include "load_support.h"

namespace paddock::config {
namespace {

TEST(Yaml, ReportsDuplicateKeys) {
  const Loaded loaded = load(
      "startPort: 1\nmodels:\n  m: {cmd: 'x ${PORT}', ttl: 1, $a[[ttl]]: 2}\n  $b[['m']]: {cmd: "
      "y}\n$c[[startPort]]: 2\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "key 'ttl' is already given in line 3"),
                          error(loaded.at("b"), "key 'm' is already given in line 3"),
                          error(loaded.at("c"), "key 'startPort' is already given in line 1")));
}

TEST(Yaml, AnEmptyItemHasThePlaceOfItsDash) {
  const Loaded loaded = load(
      "models:\n  m:\n    cmd: x ${PORT}\n    aliases:\n      - x\n      $d[[-]]\n\n  # c\n    ttl: 5\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("d"), "must be text, not null")));
}

TEST(Yaml, WarnsOfMacrosInNames) {
  const Loaded loaded = load("models:\n  $k[['${env.NAME}']]: {cmd: 'x ${PORT}'}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(warning(loaded.at("k"), "macros are not expanded in the name")));
}

TEST(Yaml, ResolvesAnchorsAndMergeKeys) {
  const Loaded loaded = load(R"(defs:
  base: &base {cmd: "run ${PORT} ${MODEL_ID}", ttl: 5, name: base}
  more: &more {name: more, description: more}
models:
  a: *base
  b:
    <<: *base
    ttl: 6
  c:
    name: c
    <<: [*more, *base]
  d: {cmd: &cmd "x ${PORT}", aliases: &list [d1]}
  e: {cmd: *cmd, "<<": 1}
)");
  EXPECT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_THAT(loaded.diagnostics().back().message, testing::HasSubstr("unknown key '<<'"));
  EXPECT_EQ(loaded.model(0).argv.back().text, "a");
  EXPECT_EQ(loaded.model(1).argv.back().text, "b");
  EXPECT_EQ(loaded.model(1).ttl, std::chrono::seconds(6));
  EXPECT_EQ(loaded.model(1).name, "base");
  EXPECT_EQ(loaded.model(2).name, "c");
  EXPECT_EQ(loaded.model(2).description, "more");
  EXPECT_EQ(loaded.model(2).ttl, std::chrono::seconds(5));
  EXPECT_EQ(loaded.model(4).argv.front().text, "x");
}

TEST(Yaml, PointsAtTheAnchoredText) {
  const Loaded loaded = load(
      "models:\n  a: &a {cmd: 'x ${PORT} $n[[${no}]]', ttl: $t[[-9]]}\n  b: *a\n  c: {<<: *a, name: c}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("n"), "unknown macro"), error(loaded.at("t"), "'ttl'")));
}

TEST(Yaml, MergedMacrosStandWhereTheMergeStands) {
  const Loaded loaded = load("macros:\n  <<: &m {a: 1}\n  b: ${a}\nmodels: {m: {cmd: 'x ${PORT} ${b}'}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  EXPECT_EQ(loaded.model().argv.back().text, "1");
}

TEST(Yaml, ReportsWhatCannotBeMerged) {
  const Loaded loaded = load("models:\n  m:\n    cmd: x ${PORT}\n    <<: [$a[[text]], $b[[[]]]]\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("a"), "'<<' merges mappings, this is text"),
                                                error(loaded.at("b"), "this is a list")));
}

TEST(Yaml, ReportsKeysThatAreNotText) {
  const Loaded loaded = load("? $a[[[a]]]\n: 1\n? $b[[{a: b}]]\n: 2\n$c[[~]]: 3\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "a key must be text, not a list"),
                          error(loaded.at("b"), "not a mapping"), error(loaded.at("c"), "not null")));
}

TEST(Yaml, ReportsAnAliasOfItsOwnParent) {
  const Loaded loaded = load("models: &m\n  a: {cmd: x, env: $a[[*m]]}\n");
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at("a"), "stands inside the value that it names")));
  const Loaded unknown = load("models: $a[[*nope]]\n");
  EXPECT_THAT(unknown.diagnostics(), ElementsAre(error(unknown.at("a"), "anchor is not defined")));
}

TEST(Yaml, ReportsASecondDocument) {
  const Loaded loaded = load("startPort: 1\n---\n$d[[startPort: 2]]\n");
  ASSERT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_THAT(loaded.diagnostics()[0].message, testing::HasSubstr("a second YAML document"));
  EXPECT_THAT(load("---\nstartPort: 1\n...\n").diagnostics(), IsEmpty());
}

TEST(Yaml, ReportsSyntaxErrorsWithPlaceAndHint) {
  const Loaded tab = load("models:\n\t$t[[m]]: 1\n");
  ASSERT_EQ(tab.diagnostics().size(), 1u);
  EXPECT_THAT(tab.diagnostics()[0], hint("not with tabs"));
  EXPECT_EQ(tab.diagnostics()[0].pos.line, 2);
  const Loaded colon = load("é: 1\na: b$c[[:]] c\n");
  EXPECT_THAT(colon.diagnostics(), ElementsAre(error(colon.at("c"), "illegal map value")));
  EXPECT_EQ(load("a: [b\n").diagnostics().size(), 1u);
  for (const char* text : {"a: $q[['b]]\n", "a: $q[[\"b]]\n", "a: $q[[\"b\\\"]]\n",
                           "a: &x $q[['b''c]]\n\nd: e\n", "$q[['b]]\n"}) {
    const Loaded quote = load(text);
    EXPECT_THAT(quote.diagnostics(), ElementsAre(error(quote.at("q"), "never closed"))) << text;
  }
  for (const char* text :
       {"a: 'b'\n", "a: 'b''c''' # '\n", "a: \"b\\\"\n\n  c\\\\\"\n", "a: &x ''", "'a': b"}) {
    EXPECT_FALSE(has_errors(load(text).diagnostics())) << text;
  }
}

TEST(Yaml, RefusesBytesThatTheReaderWouldChange) {
  const auto check = [](const std::string& bytes, const char* message) {
    const Loaded loaded = load("logLevel: info # é $b[[" + bytes + "]]\nmodels:\n");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("b"), message)));
  };
  check(std::string(1, '\0'), "NUL byte");
  check("\x04", "control byte");
  check("\x01", "control byte");
  check("\x7f", "control byte");
  check("\rx", "carriage return");
  for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80", "\xe2\x82"}) {
    check(bad, "not valid UTF-8");
  }
  const Loaded nul = load_model("    cmd: $v[[\"x ${PORT} \\0\"]]\n");
  EXPECT_THAT(nul.diagnostics(), ElementsAre(error(nul.at("v"), "holds a NUL byte")));
}

TEST(Yaml, AcceptsWindowsLineEndsAndAByteOrderMark) {
  const LoadResult result = load_text(
      "\xEF\xBB\xBFstartPort: 1\r\nmodels:\r\n  m:\r\n    cmd: |\r\n      x ${PORT}\r\n      -y\r\n", "f",
      {});
  ASSERT_NE(result.config, nullptr);
  EXPECT_THAT(texts(result.config->models[0].argv), ElementsAre("x", "${PORT}", "-y"));
  const LoadResult wrong = load_text("\xEF\xBB\xBFnope: 1\r\n", "f", {});
  ASSERT_EQ(wrong.diagnostics.size(), 1u);
  EXPECT_EQ(wrong.diagnostics[0].pos, (SourcePos{1, 1}));
}

TEST(Yaml, BoundsNesting) {
  const Loaded loaded = load("a: " + std::string(99, '[') + "$d[[[]]" + std::string(99, ']') + "\n");
  ASSERT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_THAT(loaded.diagnostics()[0], error(loaded.at("d"), "nested more than 100 deep"));
}

TEST(Yaml, BoundsNestingThroughAliases) {
  const std::string open(60, '[');
  const std::string close(60, ']');
  const Loaded loaded = load("a: &a " + open + close + "\nb: " + open + "$d[[*a]]" + close + "\n");
  EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("d"), "nested more than 100 deep")));
  EXPECT_FALSE(has_errors(load("a: &a " + open + close + "\nb: [[*a]]\n").diagnostics()));
}

TEST(Yaml, BoundsAliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + "," + before + "," +
            before + "," + before + "," + before + "," + before + "]\n";
  }
  const Loaded loaded = load(text);
  ASSERT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_THAT(loaded.diagnostics()[0].message, testing::HasSubstr("too many values"));
}

TEST(Yaml, CutsALongListOfFindings) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const Loaded warnings = load(text);
  ASSERT_EQ(warnings.diagnostics().size(), 201u);
  EXPECT_THAT(warnings.diagnostics().back(), warning({}, "2800 more findings are not shown"));
  EXPECT_NE(warnings.result.config, nullptr);
  const Loaded errors = load(text + "startPort: 0\n");
  EXPECT_THAT(errors.diagnostics().back(), error({}, "2801 more findings"));
  EXPECT_EQ(errors.result.config, nullptr);
}

std::string repeated(const std::string& part, std::size_t size) {
  std::string out;
  while (out.size() + part.size() <= size) out += part;
  return out;
}

// Whatever stands alone in each line. What it costs is hostile_test.cpp's.
TEST(Yaml, LoadsOrRefusesOddLines) {
  constexpr std::size_t kSize = std::size_t{32} << 10;
  for (const char* part : {"- ", "? ", "a\n", "- a\n", "&a\n", "*a\n", "\"\n", " \n", "${a}\n", "#\n",
                           "a: |\n ", "a:\n", "? a\n", "[\n", "{a: {\n"}) {
    const LoadResult result = load_text(repeated(part, kSize), "hostile", {});
    EXPECT_LE(result.diagnostics.size(), 201u) << part;
    EXPECT_EQ(result.config == nullptr, has_errors(result.diagnostics)) << part;
  }
}

TEST(Yaml, BoundsTheSizeOfFilesAndLines) {
  constexpr std::size_t kSize = std::size_t{8} << 20;
  std::string full;
  for (char key = 'a'; key <= 'h'; ++key) {
    full += std::string(1, key) + ":\n";
    full += repeated(std::string(65535, '#') + "\n", (std::size_t{1} << 20) - 65536);
    full += std::string(65532, '#') + "\n";
  }
  ASSERT_EQ(full.size(), kSize);
  EXPECT_THAT(load_text(full, "full", {}).diagnostics,
              testing::Each(testing::Field(&Diagnostic::severity, Severity::kWarning)));
  EXPECT_THAT(load_text(full + "\n", "large", {}).diagnostics, ElementsAre(error({}, "8 MiB")));
  const std::string line(std::size_t{256} << 10, '[');
  EXPECT_THAT(load_text("#\n[" + line, "long", {}).diagnostics,
              ElementsAre(error({2, 1}, "longer than 256 KiB")));
  const auto nested = testing::Field(&Diagnostic::message, testing::HasSubstr("nested more than"));
  EXPECT_THAT(load_text(line, "brackets", {}).diagnostics, ElementsAre(nested));
  EXPECT_THAT(load_text("#\n[\n" + repeated("a,\n", std::size_t{4} << 20), "flow", {}).diagnostics,
              ElementsAre(error({1, 1}, "the value behind this place does not end within 3 MiB")));
  const std::string key(1024, 'k');
  EXPECT_THAT(load_text("? " + key + "\n: 1\n", "key", {}).diagnostics,
              ElementsAre(testing::Field(&Diagnostic::severity, Severity::kWarning)));
  EXPECT_THAT(load_text("? k" + key + "\n: 1\n", "key", {}).diagnostics,
              ElementsAre(error({1, 3}, "the key is longer than 1024 bytes")));
}

TEST(Yaml, HoldsTenThousandModels) {
  std::string text = "models:\n";
  for (int i = 0; i < 10000; ++i)
    text += "  model-" + std::to_string(i) + ":\n    cmd: server --port ${PORT}\n    ttl: 5\n";
  EXPECT_EQ(load(text).config().models.size(), 10000u);
}

TEST(Yaml, SurvivesRandomBytes) {
  std::mt19937 random(20240611);
  const std::string alphabet = "ab:-?#&*!|>'\"%@`{}[],$ \n\t\r\\<~0.\xc3\xa9";
  for (int round = 0; round < 3000; ++round) {
    std::string text = round % 2 == 0 ? "models:\n  m:\n    cmd: " : "";
    const std::size_t size = random() % 80;
    for (std::size_t i = 0; i < size; ++i) {
      text += round % 7 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
    }
    const LoadResult result = load_text(text, "random", {});
    EXPECT_EQ(result.config == nullptr, has_errors(result.diagnostics));
  }
}

}  // namespace
}  // namespace paddock::config
