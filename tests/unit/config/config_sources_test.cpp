// Which files are meant, and reading several of them.
#include <gmock/gmock.h>

#include <filesystem>

#include "load_support.h"
#include "tests/support/temp_dir.h"

namespace paddock::config {
namespace {

using test::TempDir;
using test::write_file;

std::string trouble(const std::string& file, const std::string& folder) {
  const auto sources = config_sources(file, folder);
  return sources.has_error() ? format(sources.error()) : "none";
}

std::vector<std::string> names(const std::string& file, const std::string& folder) {
  const auto sources = config_sources(file, folder);
  if (sources.has_error()) return {format(sources.error())};
  return *sources;
}

TEST(ConfigSources, AreTheFileAndThenTheFoldersByName) {
  TempDir dir;
  const std::string folder = dir.path("conf.d");
  std::filesystem::create_directories(folder + "/sub.yaml");
  for (const char* name :
       {"b.yml", "a.yaml", "B.yaml", "c.YAML", "d.yaml.bak", "e.json", "yaml", ".f.yaml"}) {
    write_file(folder + "/" + name, "");
  }
  write_file(folder + "/sub.yaml/x.yaml", "");
  EXPECT_THAT(names("main.yaml", folder), ElementsAre("main.yaml", folder + "/.f.yaml", folder + "/B.yaml",
                                                      folder + "/a.yaml", folder + "/b.yml"));
  EXPECT_THAT(names("", folder + "/"), testing::Contains(folder + "/a.yaml"));
  EXPECT_THAT(names("main.yaml", ""), ElementsAre("main.yaml"));
}

TEST(ConfigSources, SayWhyThereAreNone) {
  TempDir dir;
  EXPECT_EQ(trouble("", ""), "error: no configuration is given; name a file, a folder of files or both");
  const std::string missing = dir.path("missing");
  EXPECT_EQ(trouble("", missing), missing + ": error: cannot read the folder: No such file or directory");
  write_file(dir.path("file"), "");
  EXPECT_EQ(trouble("a", dir.path("file")),
            dir.path("file") + ": error: cannot read the folder: Not a directory");
  const std::string empty = dir.path("empty");
  std::filesystem::create_directory(empty);
  EXPECT_EQ(
      trouble("", empty),
      empty + ": error: the folder holds no configuration; put a file there that ends in .yaml or .yml");
  EXPECT_THAT(names("main.yaml", empty), ElementsAre("main.yaml"));
}

TEST(ConfigSources, RefuseAFileOfTheFolder) {
  TempDir dir;
  const std::string folder = dir.path("conf.d");
  std::filesystem::create_directory(folder);
  write_file(folder + "/a.yaml", "");
  for (const std::string& file : {folder + "/a.yaml", folder + "/../conf.d/./b.yaml", folder + "//a.yaml"}) {
    EXPECT_THAT(trouble(file, folder), testing::HasSubstr("the file is inside the folder")) << file;
    EXPECT_THAT(trouble(file, folder + "/"), testing::HasSubstr("the file is inside the folder")) << file;
  }
  const std::string relative = std::filesystem::relative(folder + "/a.yaml").string();
  EXPECT_THAT(trouble(relative, folder), testing::HasSubstr("the file is inside the folder"));
  EXPECT_EQ(trouble(dir.path("a.yaml"), folder), "none");
}

TEST(LoadFiles, ReadsThemTogether) {
  TempDir dir;
  write_file(dir.path("a.yaml"), "startPort: 7000\n");
  write_file(dir.path("b.yaml"), "models: {m: {cmd: 'x ${PORT}'}}\nnope: 1\n");
  const LoadResult result = load_files({dir.path("a.yaml"), dir.path("b.yaml")});
  ASSERT_NE(result.config, nullptr);
  EXPECT_EQ(result.config->start_port, 7000);
  EXPECT_THAT(result.config->files, ElementsAre(dir.path("a.yaml"), dir.path("b.yaml")));
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(format(result.diagnostics[0]),
            dir.path("b.yaml") + ":2:1: warning: unknown key 'nope' is ignored");
}

TEST(LoadFiles, NamesEachThatCannotBeRead) {
  TempDir dir;
  write_file(dir.path("b.yaml"), "startPort: 0\n");
  const LoadResult result = load_files({dir.path("a.yaml"), dir.path("b.yaml"), dir.path("c.yaml")});
  EXPECT_EQ(result.config, nullptr);
  ASSERT_EQ(result.diagnostics.size(), 2u);
  EXPECT_EQ(format(result.diagnostics[0]),
            dir.path("a.yaml") + ": error: cannot read the file: No such file or directory");
  EXPECT_EQ(result.diagnostics[1].file, dir.path("c.yaml"));
}

TEST(LoadFiles, ReadsNoMoreThanIsAllowed) {
  const LoadResult result = load_files({"/dev/zero"});
  EXPECT_THAT(result.diagnostics, ElementsAre(test::error({}, "larger than 8 MiB")));
}

}  // namespace
}  // namespace paddock::config
