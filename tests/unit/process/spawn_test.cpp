#include "os/spawn.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace paddock::process {
namespace {

using ::testing::Contains;
using ::testing::Not;

class SpawnTest : public ::testing::Test {
 protected:
  SpawnTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "paddock-spawn-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~SpawnTest() override { std::filesystem::remove_all(folder); }

  std::string file(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  std::filesystem::path folder;
};

TEST_F(SpawnTest, EnvironmentIsOursWithoutPaddockPlusTheirs) {
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

TEST_F(SpawnTest, TheFirstExecutableInPathWins) {
  file("a/tool", "", 0644);
  const std::string wanted = file("b/tool", "", 0755);
  file("c/tool", "", 0755);
  std::filesystem::create_directories(folder / "d" / "tool");
  const std::string path = "PATH=" + (folder / "d").string() + ":" + (folder / "a").string() + ":" +
                           (folder / "b").string() + ":" + (folder / "c").string();
  EXPECT_EQ(*find_program("tool", {path}), wanted);
  EXPECT_EQ(*find_program("./tool", {path}), "./tool") << "a slash means itself";
}

TEST_F(SpawnTest, OnlyAnUnexecutableOneInPath) {
  if (::access(file("a/tool", "", 0644).c_str(), X_OK) == 0) GTEST_SKIP() << "everything is executable";
  const auto found = find_program("tool", {"PATH=" + (folder / "a").string()});
  ASSERT_TRUE(found.has_error());
  EXPECT_EQ(found.error().kind, FailureClass::kNotExecutable);
}

TEST_F(SpawnTest, WhyExecFailed) {
  struct Case {
    std::string path;
    FailureClass kind;
    std::string what;
  };
  const std::string text = file("text", "no program", 0755);
  const std::string script = file("script", "#!/nowhere/python\n", 0755);
  const std::string missing = folder / "missing";
  const std::string below = text + "/x";
  for (const Case& example :
       {Case{text, FailureClass::kNotExecutable, "`" + text + "` cannot be executed (Exec format error)."},
        Case{script, FailureClass::kNotExecutable,
             "`" + script + "` needs an interpreter that does not exist."},
        Case{folder, FailureClass::kNotExecutable,
             "`" + folder.string() + "` cannot be executed (Permission denied)."},
        Case{missing, FailureClass::kExecutableMissing, "`" + missing + "` does not exist."},
        Case{below, FailureClass::kExecutableMissing, "`" + below + "` does not exist."}}) {
    const auto spawned = spawn({example.path}, {});
    ASSERT_TRUE(spawned.has_error()) << example.path;
    EXPECT_EQ(spawned.error().kind, example.kind);
    EXPECT_EQ(spawned.error().what, example.what);
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a failed exec leaves no child";
}

TEST_F(SpawnTest, AnEmptyCommandIsNoProgram) {
  EXPECT_TRUE(spawn({}, {}).has_error());
  EXPECT_TRUE(spawn({""}, {}).has_error());
}

// A daemon that was started without standard descriptors must still wire those of its children.
TEST_F(SpawnTest, WorksWithoutStandardDescriptors) {
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    for (const int fd : {0, 1, 2}) ::close(fd);
    auto spawned = spawn({"/bin/sh", "-c", "read x; echo out; echo err >&2"}, {});
    if (!spawned) ::_exit(1);
    int status = 0;
    ::waitpid(spawned->pid, &status, 0);
    char text[100] = {};
    const ssize_t size = ::read(spawned->output.get(), text, sizeof text - 1);
    ::_exit(size == 8 && std::string(text) == "out\nerr\n" ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace paddock::process
