#include "check_report.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

using config::Diagnostic;
using config::Severity;

config::LoadResult with(std::vector<Diagnostic> diagnostics) {
  config::LoadResult result;
  result.diagnostics = std::move(diagnostics);
  if (!config::has_errors(result.diagnostics)) {
    auto config = std::make_shared<config::Config>();
    config->files = {"a.yaml", "b.yaml"};
    config->models.resize(1);
    result.config = result.readable = config;
  }
  return result;
}

const Diagnostic kError{Severity::kError, "error: .yaml", {3, 4}, "bad: error: thing", "mend it"};
const Diagnostic kWarning{Severity::kWarning, "", {}, "odd", ""};

TEST(CheckReport, SummaryCounts) {
  EXPECT_EQ(summary(with({kError, kWarning, kError})), "2 errors, 1 warning");
  EXPECT_EQ(summary(with({})), "1 model, no errors, no warnings");
}

TEST(CheckReport, Lines) {
  EXPECT_EQ(findings_text(with({kError, kWarning}), Colours::kNone),
            config::format(kError) + "\n" + config::format(kWarning) + "\n");
}

TEST(CheckReport, ColoursTheSeverityOnly) {
  EXPECT_EQ(findings_text(with({kError, kWarning}), Colours::kAnsi),
            "error: .yaml:3:4: \x1b[1;31merror\x1b[0m: bad: error: thing; mend it\n"
            "\x1b[1;33mwarning\x1b[0m: odd\n");
}

TEST(CheckReport, ExitCodes) {
  CheckCommand strict;
  strict.strict = true;
  EXPECT_EQ(exit_code({}, with({})), 0);
  EXPECT_EQ(exit_code(strict, with({})), 0);
  EXPECT_EQ(exit_code({}, with({kWarning})), 0);
  EXPECT_EQ(exit_code(strict, with({kWarning})), 1);
  EXPECT_EQ(exit_code({}, with({kError})), 1);
}

TEST(CheckReport, Json) {
  CheckCommand command;
  command.config.files = {"named.yaml"};
  EXPECT_EQ(report_json(command, with({kError})).dump(),
            R"({"files":["named.yaml"],"errors":1,"warnings":0,"diagnostics":[{"severity":"error",)"
            R"("file":"error: .yaml","line":3,"column":4,"message":"bad: error: thing","hint":"mend it"}]})");
  EXPECT_EQ(report_json(command, with({})).dump(),
            R"({"files":["a.yaml","b.yaml"],"errors":0,"warnings":0,"diagnostics":[]})");
}

TEST(CheckReport, JsonWithTheConfiguration) {
  CheckCommand command;
  command.print = true;
  EXPECT_TRUE(report_json(command, with({kError}))["config"].is_null());
  EXPECT_EQ(report_json(command, with({kWarning}))["config"]["startPort"], 5800);
}

}  // namespace
}  // namespace paddock::app
