// Several files as one configuration: what is joined, what contradicts, and where findings point.
#include <gmock/gmock.h>

#include "load_support.h"
#include "report.h"
#include "source.h"
#include "tree_merge.h"
#include "yaml_tree.h"

namespace paddock::config {
namespace {

// Marked texts, called a.yaml, b.yaml and so on.
struct LoadedFiles {
  std::vector<test::MarkedText> marked;
  LoadResult result;

  SourcePos at(int file, const std::string& mark) const {
    SourcePos pos = marked.at(static_cast<std::size_t>(file)).at(mark);
    pos.file = file;
    return pos;
  }
  const std::vector<Diagnostic>& diagnostics() const { return result.diagnostics; }
  std::vector<std::string> model_ids() const {
    std::vector<std::string> ids;
    if (result.config == nullptr) return ids;
    for (const ModelConfig& model : result.config->models) ids.push_back(model.id.str());
    return ids;
  }
};

LoadedFiles load_all(const std::vector<std::string>& marked, const Environment& environment = {}) {
  LoadedFiles loaded;
  std::vector<NamedText> texts;
  for (const std::string& text : marked) {
    loaded.marked.emplace_back(text);
    texts.push_back(
        {std::string(1, static_cast<char>('a' + texts.size())) + ".yaml", loaded.marked.back().text()});
  }
  loaded.result = load_texts(texts, [&](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
  return loaded;
}

TEST(Merge, JoinsModelsAndMacrosOfAllFiles) {
  const LoadedFiles loaded = load_all({"macros: {x: one}\nmodels:\n  m1: {cmd: 'a ${PORT} ${y}'}\n",
                                       "models:\n  m2: {cmd: 'b ${PORT} ${x}'}\nmacros: {y: two}\n",
                                       "startPort: 7000\nmodels: {m3: {cmd: 'c ${PORT}'}}\n"});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  ASSERT_THAT(loaded.model_ids(), ElementsAre("m1", "m2", "m3"));
  EXPECT_EQ(loaded.result.config->models[0].argv.back().text, "two");
  EXPECT_EQ(loaded.result.config->models[1].argv.back().text, "one");
  EXPECT_EQ(loaded.result.config->start_port, 7000);
  EXPECT_THAT(loaded.result.config->files, ElementsAre("a.yaml", "b.yaml", "c.yaml"));
}

TEST(Merge, RefusesAModelInTwoFiles) {
  const LoadedFiles loaded = load_all({"# first\nmodels:\n  m: {cmd: 'x ${PORT}'}\n",
                                       "models:\n  n: {cmd: 'y ${PORT}'}\n  $m[[m]]: {cmd: 'z ${PORT}'}\n"});
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(AllOf(error(loaded.at(1, "m"), "'m' is already given in a.yaml:3"),
                                hint("one of the files only"))));
  EXPECT_EQ(loaded.diagnostics()[0].file, "b.yaml");
}

TEST(Merge, TakesEachOfTheOtherIdentityMapsFromOneFile) {
  for (const char* map : {"groups", "profiles", "selectors", "peers"}) {
    const std::string key = map;
    const LoadedFiles loaded = load_all({key + ": {g: {a: 1}}\n", key + ": {$g[[g]]: {b: 2}}\n"});
    EXPECT_THAT(loaded.diagnostics(),
                testing::Contains(error(loaded.at(1, "g"), "'g' is already given in a.yaml:1")))
        << map;
  }
  const LoadedFiles matrix = load_all({"matrix: {sets: {a: x}}\n", "matrix: {$s[[sets]]: {b: y}}\n"});
  EXPECT_THAT(matrix.diagnostics(), testing::Contains(error(matrix.at(1, "s"), "'sets' is already given")));
  const LoadedFiles nested = load_all({"routing: {router: {settings: {groups: {g: {}}}}}\n",
                                       "routing: {router: {settings: {groups: {$g[[g]]: {}}}}}\n"});
  EXPECT_THAT(nested.diagnostics(), testing::Contains(error(nested.at(1, "g"), "'g' is already given")));
  const LoadedFiles apart = load_all({"routing: {router: {settings: {groups: {g: {swap: true}}}}}\n",
                                      "routing: {router: {settings: {groups: {h: {swap: true}}}}}\n"});
  for (const Diagnostic& diagnostic : apart.diagnostics()) EXPECT_EQ(diagnostic.severity, Severity::kWarning);
}

TEST(Merge, JoinsOrdinaryMappingsByKey) {
  const LoadedFiles same =
      load_all({"macros: {a: 1, b: 2}\nstartPort: 80\n", "macros: {b: 2, c: 3}\nstartPort: 80\n"});
  EXPECT_THAT(same.diagnostics(), IsEmpty());
  const LoadedFiles differs = load_all({"macros:\n  a: 1\n", "macros: {a: $v[[2]]}\n"});
  EXPECT_THAT(differs.diagnostics(),
              ElementsAre(error(differs.at(1, "v"), "'a' is given differently in a.yaml:2")));
}

TEST(Merge, PutsListsBehindOneAnother) {
  const Sources sources({"x: {y: [a, b]}\nz: &l [c]\nw: *l\n", "z: [d]\nx:\n  y:\n  - e\n", "x: {y: [f]}\n"});
  Report report({"a", "b", "c"});
  Document document;
  for (const Source& file : sources.files()) ASSERT_TRUE(read_yaml(file, document, report));
  merge_trees(document, sources, report);
  EXPECT_THAT(report.take(), IsEmpty());
  std::map<std::string, std::vector<std::string>> lists;
  for (const Entry& entry : document.root->entries) {
    const Node& list = entry.key->text == "x" ? *entry.value->entries.at(0).value : *entry.value;
    for (const Node* item : list.items) lists[entry.key->text].push_back(item->text);
  }
  EXPECT_THAT(lists["x"], ElementsAre("a", "b", "e", "f"));
  EXPECT_THAT(lists["z"], ElementsAre("c", "d"));
  EXPECT_THAT(lists["w"], ElementsAre("c")) << "the other place of the first file's list must stay as it was";
  EXPECT_EQ(sources.pos(document.root->entries.at(0).value->entries.at(0).value->items.at(2)->offset),
            (SourcePos{4, 5, 1}));
}

TEST(Merge, LetsAKeyWithNothingBehindItYield) {
  EXPECT_THAT(
      load_all({"models:\nmacros:\n", "models: {m: {cmd: 'x ${PORT}'}}\nmacros: {a: 1}\n"}).model_ids(),
      ElementsAre("m"));
  EXPECT_THAT(load_all({"models: {m: {cmd: 'x ${PORT}'}}\n", "startPort: 1\nmodels:\n"}).model_ids(),
              ElementsAre("m"));
  EXPECT_THAT(load_all({"models: {m: {cmd: 'x ${PORT}'}}\n", "models:\nname: 1\n"}).model_ids(),
              ElementsAre("m"));
  for (const char* null : {"~", "null", "NULL", "Null", "&x ~"}) {
    const LoadedFiles written =
        load_all({"models: {m: {cmd: 'x ${PORT}'}}\n", "$k[[models]]: " + std::string(null) + "\n"});
    EXPECT_THAT(written.diagnostics(),
                ElementsAre(error(written.at(1, "k"), "'models' is null here and a mapping in a.yaml:1")))
        << null;
  }
}

TEST(Merge, RefusesDifferentKinds) {
  const LoadedFiles loaded =
      load_all({"startPort: 1\nmacros: {a: b}\n", "startPort: $p[[[2]]]\nmacros: $m[[x]]\n"});
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at(1, "p"), "'startPort' is a list here and text in a.yaml:1"),
                          error(loaded.at(1, "m"), "'macros' is text here and a mapping in a.yaml:2")));
  const LoadedFiles top = load_all({"startPort: 1\n", "$l[[- a]]\n"});
  EXPECT_THAT(top.diagnostics(), ElementsAre(error(top.at(1, "l"), "must be a mapping of keys, not a list")));
}

TEST(Merge, SkipsEmptyFiles) {
  const LoadedFiles loaded = load_all({"", "# nothing\n", "{}", "---\n", "~\n", "startPort: 7\n"});
  EXPECT_THAT(loaded.diagnostics(), IsEmpty());
  ASSERT_NE(loaded.result.config, nullptr);
  EXPECT_EQ(loaded.result.config->start_port, 7);
  EXPECT_NE(load_all({"", "#\n"}).result.config, nullptr);
  EXPECT_NE(load_all({}).result.config, nullptr);
}

TEST(Merge, PointsIntoTheRightFileInTheOrderOfTheFiles) {
  const LoadedFiles loaded =
      load_all({"models:\n  m: {cmd: 'x ${PORT} $a[[${no1}]]'}\nmacros: {bad: '${later}', later: 1}\n",
                "# é\nmodels:\n  n:\n    cmd: |\n      y ${PORT}\n      $b[[${no2}]] $d[[${bad}]]\n    "
                "$c[[nme]]: 1\n    aliases: [$e[[m]]]\n"});
  EXPECT_THAT(loaded.diagnostics(),
              ElementsAre(error(loaded.at(0, "a"), "${no1}"), error(loaded.at(1, "b"), "${no2}"),
                          AllOf(error(loaded.at(1, "d"), "${later}"), hint("declared in a.yaml:3")),
                          warning(loaded.at(1, "c"), "'nme'"),
                          warning(loaded.at(1, "e"), "is the id of the model in a.yaml:2")));
  EXPECT_EQ(loaded.diagnostics()[0].file, "a.yaml");
  EXPECT_EQ(loaded.diagnostics()[1].file, "b.yaml");
}

TEST(Merge, KnowsTheFileOfEachModel) {
  const LoadedFiles loaded =
      load_all({"models: {m: {cmd: 'x ${PORT}'}}\n", "models:\n  $n[[n]]: {cmd: 'x ${PORT}'}\n"});
  ASSERT_THAT(loaded.model_ids(), ElementsAre("m", "n"));
  EXPECT_EQ(loaded.result.config->models[1].pos, loaded.at(1, "n"));
}

TEST(Merge, ReportsTheSyntaxErrorOfEachFile) {
  const LoadedFiles loaded = load_all({"a: b$x[[:]] c\nd: [\n", "startPort: 0\n", "a: 'b\n"});
  ASSERT_EQ(loaded.diagnostics().size(), 2u);
  EXPECT_THAT(loaded.diagnostics()[0], error(loaded.at(0, "x"), "illegal map value"));
  EXPECT_EQ(loaded.diagnostics()[1].file, "c.yaml");
}

TEST(Merge, ReportsUnreadableBytesOfEachFile) {
  const LoadedFiles loaded = load_all({"a: \xff\n", "b: 1\n", std::string("c: \0", 4)});
  ASSERT_EQ(loaded.diagnostics().size(), 2u);
  EXPECT_EQ(format(loaded.diagnostics()[0]), "a.yaml:1:4: error: not valid UTF-8");
  EXPECT_EQ(format(loaded.diagnostics()[1]), "c.yaml:1:4: error: the file holds a NUL byte");
}

TEST(Merge, BoundsTheFilesTogether) {
  const std::string half((std::size_t{4} << 20) + 1, '\n');
  EXPECT_THAT(load_texts({{"a", half}, {"b", half}}, {}).diagnostics,
              ElementsAre(error({}, "the files together are larger than 8 MiB")));
  // Each may mean almost as much as is allowed, two together may not.
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 7; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 5; ++k) bomb += "," + before;
    bomb += "]\n";
  }
  EXPECT_FALSE(has_errors(load_text(bomb, "a", {}).diagnostics));
  EXPECT_THAT(load_texts({{"a", bomb}, {"b", bomb}, {"c", bomb}}, {}).diagnostics,
              ElementsAre(testing::Field(&Diagnostic::message, testing::HasSubstr("too many values"))));
}

TEST(Merge, CostsLittleForManyFiles) {
  std::vector<NamedText> texts;
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    texts.push_back({number, "models: {m" + number + ": {cmd: 'x ${PORT}'}}\n"});
  }
  const LoadResult result = load_texts(texts, {});
  ASSERT_NE(result.config, nullptr);
  EXPECT_EQ(result.config->models.size(), 3000u);
}

}  // namespace
}  // namespace paddock::config
