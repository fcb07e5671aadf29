
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "engine.h"
#include "os/program.h"
#include "paddock/base/environment.h"
#include "recorder.h"
#include "test_helper.h"

namespace paddock::process {
namespace {

std::string name_of(FailureClass kind) { return std::string(class_name(kind)) + ": "; }

using ::testing::Contains;
using ::testing::Not;

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "paddock-program-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~ProgramTest() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  std::filesystem::path folder;
};

TEST_F(ProgramTest, EnvironmentIsOursWithoutPaddockPlusTheirs) {
  ::setenv("PADDOCK_X", "1", 1);
  ::setenv("SPAWN_TEST", "ours", 1);
  const auto environment = child_environment({"SPAWN_TEST=a", "SPAWN_TEST=b", "PADDOCK_Y=wanted"});
  ::unsetenv("PADDOCK_X");
  ::unsetenv("SPAWN_TEST");
  EXPECT_THAT(environment, Contains("SPAWN_TEST=b").Times(1));
  EXPECT_THAT(environment, Contains("PADDOCK_Y=wanted"));
  for (const char* gone : {"PADDOCK_X=1", "SPAWN_TEST=ours", "SPAWN_TEST=a"}) {
    EXPECT_THAT(environment, Not(Contains(gone)));
  }
}

TEST_F(ProgramTest, TheFirstExecutableInPathWins) {
  file("a/tool", "", 0644);
  const std::string wanted = file("b/tool", "", 0755);
  file("c/tool", "", 0755);
  std::filesystem::create_directories(folder / "d" / "tool");
  const std::string path = "PATH=" + (folder / "d").string() + ":" + (folder / "a").string() + ":" +
                           (folder / "b").string() + ":" + (folder / "c").string();
  EXPECT_EQ(*find_program("tool", {path}), wanted);
  EXPECT_EQ(*find_program("./tool", {path}), "./tool") << "a slash means itself";
}

TEST_F(ProgramTest, OnlyAnUnexecutableOneInPath) {
  if (::access(file("a/tool", "", 0644).c_str(), X_OK) == 0) GTEST_SKIP() << "everything is executable";
  const auto found = find_program("tool", {"PATH=" + (folder / "a").string()});
  ASSERT_TRUE(found.has_error());
  EXPECT_EQ(found.error().kind, FailureClass::kFileMissing);
}

// In words, from a real exec.
std::string failed_exec(const std::string& path) {
  ControlThread control;
  std::string said;
  Engine::Hearing hearing;
  hearing.not_started = [&](const SpawnError& error) { said = name_of(error.kind) + error.what; };
  Engine engine(control.io, test_helper(), hearing);
  const auto started = engine.start({"m", {path}, {}, false});
  if (!started) return name_of(started.error().kind) + started.error().what;
  control.run_until([&] { return !said.empty(); });
  return said;
}

TEST_F(ProgramTest, WhyExecFailed) {
  const std::string text = file("text", "no program", 0755);
  const std::string script = file("script", "#!/nowhere/python\n", 0755);
  const std::string missing = folder / "missing";
  const std::string below = text + "/x";
  const std::map<std::string, std::string> cases = {
      {text, "file_missing: `" + text + "` cannot be executed (Exec format error)."},
      {script, "file_missing: `" + script + "` needs an interpreter that does not exist."},
      {folder, "file_missing: `" + folder.string() + "` cannot be executed (Permission denied)."},
      {missing, "file_missing: `" + missing + "` does not exist."},
      {below, "file_missing: `" + below + "` does not exist."},
      {"", "file_missing: `` is not in PATH (" + std::string(std::getenv("PATH")) + ")."}};
  for (const auto& [path, what] : cases) EXPECT_EQ(failed_exec(path), what);
}

}  // namespace
}  // namespace paddock::process
