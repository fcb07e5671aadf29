#include "show_matrix.h"

#include <gtest/gtest.h>

#include "said.h"
#include "tests/support/temp_dir.h"

namespace paddock::app {
namespace {

Said run(const std::string& text) {
  const test::TempDir dir;
  test::write_file(dir.path("c.yaml"), text);
  return said_by([&] { return show_matrix({{{dir.path("c.yaml")}, ""}}); });
}

TEST(ShowMatrix, TheTable) {
  const Said said = run("models: {a: {cmd: 'x ${PORT}'}, b: {cmd: 'x ${PORT}'}}\n");
  EXPECT_EQ(said.code, 0);
  EXPECT_TRUE(said.out.starts_with("    1\n1 a\n2 b -\n")) << said.out;
  EXPECT_EQ(said.err, "");
}

TEST(ShowMatrix, AnErrorInsteadOfTheTable) {
  const Said said = run("models: {a: {cmd: 'x ${PORT}', ttl: soon}}\n");
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_NE(said.err.find("c.yaml:1:"), std::string::npos) << said.err;
  EXPECT_NE(said.err.find(": error: 'ttl' must be"), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("c.yaml: 1 error, no warnings\n"), std::string::npos) << said.err;
}

TEST(ShowMatrix, AWarningBesideTheTable) {
  const Said said = run("odd: 1\nmodels: {a: {cmd: x}}\n");
  EXPECT_EQ(said.code, 0);
  EXPECT_TRUE(said.out.starts_with("1 a\n")) << said.out;
  EXPECT_NE(said.err.find("c.yaml:1:1: warning: "), std::string::npos) << said.err;
}

}  // namespace
}  // namespace paddock::app
