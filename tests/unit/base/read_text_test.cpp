#include "paddock/base/read_text.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace paddock {
namespace {

TEST(ReadText, GivesAllOfAFile) {
  const auto status = read_text("/proc/self/status");
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->starts_with("Name:"));
}

TEST(ReadText, GivesNothingForWhatIsNotThereOrCannotBeRead) {
  EXPECT_FALSE(read_text("/no/such/file"));
  EXPECT_FALSE(read_text("/proc"));
}

TEST(ReadText, AProcessThatEndsIsNoException) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const std::string path = "/proc/" + std::to_string(child) + "/stat";
  while (const auto text = read_text(path)) {
    if (text->find(" Z ") != std::string::npos) ::waitpid(child, nullptr, 0);
  }
}

}  // namespace
}  // namespace paddock
