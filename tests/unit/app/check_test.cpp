#include "check.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

TEST(Check, SummaryCounts) {
  config::LoadResult result;
  result.diagnostics.resize(3);
  result.diagnostics[1].severity = config::Severity::kWarning;
  EXPECT_EQ(summary(result), "2 errors, 1 warning");

  config::Config config;
  config.models.resize(1);
  result.config = std::make_shared<const config::Config>(config);
  result.diagnostics.clear();
  EXPECT_EQ(summary(result), "1 model, no errors, no warnings");
}

TEST(Check, AFileThatIsNotThereIsOne) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  EXPECT_EQ(check({"/nonexistent/config.yaml"}), 1);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("/nonexistent/config.yaml"), std::string::npos);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("1 error"), std::string::npos);
}

}  // namespace
}  // namespace paddock::app
