#include "check.h"

#include <gtest/gtest.h>

#include "said.h"
#include "tests/support/temp_dir.h"

namespace paddock::app {
namespace {

Said run(const CheckCommand& command) {
  return said_by([&] { return check(command); });
}

TEST(Check, AFileThatIsNotThereIsOne) {
  CheckCommand command;
  command.config.files = {"/nonexistent/config.yaml"};
  const Said said = run(command);
  EXPECT_EQ(said.code, 1);
  EXPECT_TRUE(said.out.starts_with("/nonexistent/config.yaml: error: ")) << said.out;
  EXPECT_NE(said.out.find("\n/nonexistent/config.yaml: 1 error, no warnings\n"), std::string::npos)
      << said.out;
  EXPECT_EQ(said.err, "");
}

// So that the output can be kept as a file.
TEST(Check, PrintLeavesStandardOutputToTheConfiguration) {
  const test::TempDir dir;
  CheckCommand command;
  command.config.files = {dir.path("c.yaml")};
  command.print = true;
  test::write_file(dir.path("c.yaml"), "odd: 1\nmodels:\n  m: {cmd: '/bin/sh ${PORT}'}\n");
  const Said said = run(command);
  EXPECT_EQ(said.code, 0);
  EXPECT_TRUE(said.out.starts_with("logLevel: info\n")) << said.out;
  EXPECT_NE(said.err.find("c.yaml:1:1: warning: "), std::string::npos) << said.err;
  test::write_file(dir.path("c.yaml"), said.out);
  EXPECT_EQ(run(command).out, said.out);
}

}  // namespace
}  // namespace paddock::app
