// Reading files, showing findings, and PortText.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "load_support.h"

namespace paddock::config {
namespace {

class LoadFile : public testing::Test {
 protected:
  LoadFile() {
    std::string path = (std::filesystem::temp_directory_path() / "paddock-config-XXXXXX").string();
    folder_ = ::mkdtemp(path.data());
  }
  ~LoadFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(LoadFile, ReadsIt) {
  const std::string path = folder_ / "c.yaml";
  std::ofstream(path) << "startPort: 7000\nnope: 1\n";
  const LoadResult result = load_file(path);
  ASSERT_NE(result.config, nullptr);
  EXPECT_EQ(result.config->start_port, 7000);
  EXPECT_EQ(result.config->files, std::vector<std::string>{path});
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(format(result.diagnostics[0]), path + ":2:1: warning: unknown key 'nope' is ignored");
}

TEST_F(LoadFile, SaysWhyItCannot) {
  const std::string missing = folder_ / "missing.yaml";
  const LoadResult result = load_file(missing);
  EXPECT_EQ(result.config, nullptr);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(format(result.diagnostics[0]),
            missing + ": error: cannot read the file: No such file or directory");
  EXPECT_THAT(load_file(folder_).diagnostics, ElementsAre(error({}, "Is a directory")));
  const std::string large = folder_ / "large.yaml";
  std::ofstream(large) << std::string(std::size_t{9} << 20, ' ');
  EXPECT_THAT(load_file(large).diagnostics, ElementsAre(error({}, "larger than 8 MiB")));
}

TEST(LoadText, SurvivesALookupThatThrows) {
  const LoadResult result = load_text(
      "macros: {a: '${env.X}'}", "f",
      [](const std::string&) -> std::optional<std::string> { throw std::runtime_error("no environment"); });
  EXPECT_EQ(result.config, nullptr);
  EXPECT_THAT(result.diagnostics, ElementsAre(error({}, "no environment")));
}

TEST(FormatDiagnostic, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(format({Severity::kError, "f", {3, 4}, "bad", "do this"}), "f:3:4: error: bad; do this");
  EXPECT_EQ(format({Severity::kWarning, "f", {3, 4}, "bad", ""}), "f:3:4: warning: bad");
  EXPECT_EQ(format({Severity::kError, "f", {}, "bad", ""}), "f: error: bad");
  EXPECT_EQ(format({Severity::kError, "", {}, "bad", ""}), "error: bad");
}

TEST(FormatDiagnostic, ShowsNoControlBytesOfTheFile) {
  const Loaded loaded = load("\"a\\e[31m\\n\": 1");
  ASSERT_EQ(loaded.diagnostics().size(), 1u);
  EXPECT_EQ(loaded.diagnostics()[0].message, "unknown key 'a\\x1b[31m\\x0a' is ignored");
}

TEST(PortText, BindsEveryPlaceholder) {
  EXPECT_EQ(PortText{"a"}.bind(1), "a");
  EXPECT_EQ(PortText{"${PORT}${PORT}x$${PORT}"}.bind(80), "8080x$80");
  EXPECT_EQ(PortText{""}.bind(1), "");
  EXPECT_TRUE(PortText{"a${PORT}"}.uses_port());
  EXPECT_FALSE(PortText{"$PORT"}.uses_port());
}

}  // namespace
}  // namespace paddock::config
