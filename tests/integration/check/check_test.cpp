// `paddock check`: the program itself, its exit codes and what it never says.
#include <sys/wait.h>

#include <string>
#include <vector>

#include "tests/integration/scenario.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace paddock::test {
namespace {

constexpr const char* kClean = "models:\n  m: {cmd: '/bin/sh -c \"exec x --port ${PORT}\"'}\n";
constexpr const char* kOdd = "models:\n  m: {cmd: '/no/such/engine ${PORT}'}\n";
constexpr const char* kBroken = "models:\n  m: {cmd: 'x ${nope}'}\n";

class Check : public testing::Test {
 protected:
  struct Said {
    int code = -1;
    std::string out;
    std::string err;

    std::string all() const { return out + err; }
  };

  Said run(const std::vector<std::string>& arguments) {
    const std::string to_files = "exec \"$0\" check \"$@\" >" + dir_.path("out") + " 2>" + dir_.path("err");
    std::vector<std::string> argv = {"/bin/sh", "-c", to_files, paddock_program()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    Child child(argv);
    const auto status = child.wait();
    const int code = status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
    return {code, read_file(dir_.path("out")), read_file(dir_.path("err"))};
  }
  std::string file(const std::string& text) {
    write_file(dir_.path("c.yaml"), text);
    return dir_.path("c.yaml");
  }

  TempDir dir_;
};

TEST_F(Check, ExitCodes) {
  EXPECT_EQ(run({file(kClean)}).code, 0);
  EXPECT_EQ(run({file(kOdd)}).code, 0);
  EXPECT_EQ(run({file(kBroken)}).code, 1);
  EXPECT_EQ(run({dir_.path("none.yaml")}).code, 1);
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({file(kClean), "--loud"}).code, 2);
}

TEST_F(Check, StrictCountsWarnings) {
  EXPECT_EQ(run({"--strict", file(kClean)}).code, 0);
  EXPECT_EQ(run({"--strict", file(kOdd)}).code, 1);
}

TEST_F(Check, FindingsStandAtTheStartOfALineWithoutColour) {
  const std::string name = file(kOdd);
  const Said said = run({"-config", name});
  EXPECT_EQ(said.out,
            name +
                ":2:3: warning: model 'm': the program '/no/such/engine' does not exist; correct the "
                "path; in a container: is the volume mounted there?\n" +
                name + ": 1 model, no errors, 1 warning\n");
  EXPECT_EQ(said.err, "");
}

TEST_F(Check, Json) {
  const std::string name = file(kOdd);
  const Said odd = run({"--json", name});
  EXPECT_EQ(odd.code, 0);
  const Json report = Json::parse(odd.out);
  EXPECT_EQ(report["files"], Json::array({name}));
  EXPECT_EQ(report["warnings"], 1);
  EXPECT_EQ(report["diagnostics"][0]["line"], 2);
  EXPECT_FALSE(report.contains("config"));
  EXPECT_EQ(run({"--json", "--strict", name}).code, 1);
  EXPECT_EQ(Json::parse(run({"--json", "--print", name}).out)["config"]["startPort"], 5800);
}

TEST_F(Check, JsonOfAFileWithErrors) {
  const Said broken = run({"--json", "--print", file(kBroken)});
  EXPECT_EQ(broken.code, 1);
  const Json report = Json::parse(broken.out);
  EXPECT_EQ(report["errors"], 1);
  EXPECT_TRUE(report["config"].is_null());
}

TEST_F(Check, SaysNothingSecret) {
  const std::string name = file(R"(models:
  m:
    cmd: /no/engine ${PORT} --api-key /HUSH/1 --hf-token=HUSH2
    env: [HF_TOKEN=HUSH3, MY_PASSWORD=HUSH4]
)");
  for (const std::vector<std::string>& how :
       {std::vector<std::string>{name}, {name, "--print"}, {name, "--json"}, {name, "--json", "--print"}}) {
    const Said said = run(how);
    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(said.all().find("HUSH"), std::string::npos) << said.all();
  }
}

// The daemon says it too, and starts all the same.
TEST_F(Check, TheDaemonWarnsAtStart) {
  const TestDaemon daemon(config_with({{"a"}}) + "  odd:\n    cmd: /no/such/engine ${PORT}\n");
  const std::string told = "warning: model 'odd': the program '/no/such/engine' does not exist";
  EXPECT_TRUE(eventually([&] { return daemon.output().find(told) != std::string::npos; })) << daemon.output();
}

}  // namespace
}  // namespace paddock::test
