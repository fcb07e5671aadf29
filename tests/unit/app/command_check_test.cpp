#include "command_check.h"

#include <gmock/gmock.h>

#include "fake_machine.h"
#include "tests/support/captured_diagnostics.h"
#include "tests/support/first_customer.h"
#include "tests/support/marked_text.h"

namespace paddock::app {
namespace {

using config::Diagnostic;
using test::hint;
using test::warning;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::optional<std::string> environment(const std::string& name) {
  if (name == "DIR") return "/private/place";
  if (name == "CARD") return "7";
  return std::nullopt;
}

// Loads marked text and checks its commands against `machine`.
struct Checked {
  Checked(const std::string& marked_text, const FakeMachine& machine) : marked(marked_text) {
    loaded = config::load_text(marked.text(), "c.yaml", environment);
    if (loaded.config) findings = check_commands(*loaded.config, machine);
    for (const Diagnostic& found : loaded.diagnostics) {
      EXPECT_EQ(found.severity, config::Severity::kWarning) << config::format(found);
    }
  }
  SourcePos at(const std::string& mark) const { return marked.at(mark); }

  test::MarkedText marked;
  config::LoadResult loaded;
  std::vector<Diagnostic> findings;
};

// One model "m", marked as `m`, with this command.
Checked command(const std::string& cmd, const FakeMachine& machine, const std::string& more = "") {
  return Checked("models:\n  $m[[m]]:\n    cmd: " + cmd + "\n" + more, machine);
}

FakeMachine with_server() {
  FakeMachine machine;
  machine.programs = {"/usr/bin/llama-server", "/usr/bin/sh", "/usr/bin/docker", "/opt/engine"};
  machine.files = {"/models/a.gguf", "/models/b.gguf", "/opt/readme"};
  return machine;
}

TEST(CommandCheck, IsSilentWhereAllIsThere) {
  EXPECT_THAT(command("llama-server --port ${PORT} -m /models/a.gguf", with_server()).findings, IsEmpty());
  EXPECT_THAT(command("/opt/engine ${PORT}", with_server()).findings, IsEmpty());
}

TEST(CommandCheck, ProgramNotOnPath) {
  const Checked checked = command("lama-server ${PORT}", with_server());
  EXPECT_THAT(
      checked.findings,
      ElementsAre(AllOf(warning(checked.at("m"), "model 'm': the program 'lama-server' is not on PATH"),
                        hint("whole path"), Field(&Diagnostic::file, "c.yaml"))));
}

TEST(CommandCheck, PathOfTheModelCounts) {
  FakeMachine machine = with_server();
  machine.programs.insert("/own/bin/mine");
  EXPECT_THAT(command("mine ${PORT}", machine, "    env: [PATH=/x, 'PATH=/y:/own/bin']\n").findings,
              IsEmpty());
  EXPECT_EQ(command("mine ${PORT}", machine, "    env: ['PATH=/own/bin', PATH=/x]\n").findings.size(), 1u);
}

TEST(CommandCheck, ProgramAtItsPath) {
  const Checked missing = command("/opt/none ${PORT}", with_server());
  EXPECT_THAT(missing.findings,
              ElementsAre(AllOf(warning(missing.at("m"), "the program '/opt/none' does not exist"),
                                hint("is the volume mounted there?"))));
  const Checked text = command("/opt/readme ${PORT}", with_server());
  EXPECT_THAT(text.findings,
              ElementsAre(AllOf(warning(text.at("m"), "'/opt/readme' is not a file"), hint("chmod"))));
}

TEST(CommandCheck, MissingFiles) {
  const Checked checked = command(
      "llama-server --port ${PORT} -m /models/c.gguf --mmproj=/models/d.gguf --lora rel.gguf "
      "--grammar-file ~/g --vae /models/a.gguf",
      with_server());
  EXPECT_THAT(
      checked.findings,
      ElementsAre(AllOf(warning(checked.at("m"), "model 'm': -m '/models/c.gguf' does not exist"),
                        hint("correct the path; in a container: is the volume mounted there?")),
                  warning(checked.at("m"), "--mmproj '/models/d.gguf' does not exist"),
                  AllOf(warning(checked.at("m"), "--lora 'rel.gguf'"), hint("where paddock is started")),
                  AllOf(warning(checked.at("m"), "--grammar-file '~/g'"), hint("~ means nothing"))));
}

TEST(CommandCheck, SaysWhichFolderIsMissing) {
  const Checked checked = command("/opt/engine ${PORT} /data/llm/x.bin", with_server());
  EXPECT_THAT(checked.findings, ElementsAre(AllOf(warning(checked.at("m"), "model 'm': '/data/llm/x.bin'"),
                                                  hint("there is no '/data' either"))));
}

struct CountingMachine : FakeMachine {
  bool exists(const std::string& wanted) const override {
    ++looks;
    return FakeMachine::exists(wanted);
  }
  mutable int looks = 0;
};

// A text may be anybody's, and a look at a dead file system's path may be slow.
TEST(CommandCheck, LooksAtFewOfALongPathsFolders) {
  CountingMachine machine;
  machine.programs = {"/opt/engine"};
  std::string path = "/data";
  for (int i = 0; i < 1000; ++i) path += "/x";
  machine.files = {path + "/here"};
  const Checked checked("models: {m: {cmd: '/opt/engine ${PORT} " + path + "/there/x.bin'}}", machine);
  EXPECT_THAT(checked.findings, ElementsAre(hint("there is no '/data/x/x")));
  EXPECT_LT(machine.looks, 20);
}

TEST(CommandCheck, SeveralFilesInOneValue) {
  EXPECT_THAT(command("llama-server ${PORT} --lora /models/a.gguf,/models/b.gguf", with_server()).findings,
              IsEmpty());
  EXPECT_EQ(
      command("llama-server ${PORT} --lora /models/a.gguf,/models/c.gguf", with_server()).findings.size(),
      1u);
}

TEST(CommandCheck, ShowsNoSecretOfAPath) {
  const Checked checked = command("/opt/engine ${PORT} --model ${env.DIR}/x.gguf", with_server());
  ASSERT_EQ(checked.findings.size(), 1u);
  // The loader of today masks nothing; what it masks is not shown.
  config::Config config = *checked.loaded.config;
  config.models[0].argv.back().masked = "***/x.gguf";
  const std::vector<Diagnostic> findings = check_commands(config, with_server());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("--model '***/x.gguf' does not exist"));
  EXPECT_THAT(config::format(findings[0]), Not(HasSubstr("private")));
}

TEST(CommandCheck, StopCommand) {
  Checked checked = command("/opt/engine ${PORT}", with_server());
  config::Config config = *checked.loaded.config;
  config.models[0].stop_argv = {{"dokcer"}, {"stop"}, {"/not/looked/at"}};
  EXPECT_THAT(check_commands(config, with_server()),
              ElementsAre(warning(checked.at("m"), "the program 'dokcer' is not on PATH")));
}

TEST(CommandCheck, EqualFixedPorts) {
  const Checked checked(R"(models:
  a: {cmd: /opt/engine --port 9001, proxy: 'http://localhost:9001'}
  b: {cmd: '/opt/engine ${PORT}'}
  $c[[c]]: {cmd: /opt/engine --listen-port=9001, proxy: 'http://[::1]:9001'}
  $d[[d]]: {cmd: docker run x --port 80, proxy: 'http://127.0.0.1:9001'}
  e: {cmd: docker run y --port 80, proxy: 'http://far:9001'}
)",
                        with_server());
  EXPECT_THAT(checked.findings,
              ElementsAre(AllOf(warning(checked.at("c"), "model 'c': port 9001 is also that of model 'a'"),
                                hint("write ${PORT}")),
                          warning(checked.at("d"), "port 9001 is also that of model 'a'")));
}

TEST(CommandCheck, CardsThatAreNotThere) {
  const auto findings = [](const std::string& value, std::optional<std::vector<int>> cards) {
    FakeMachine machine = with_server();
    machine.cards = std::move(cards);
    return command("/opt/engine ${PORT}", machine, "    env: ['CUDA_VISIBLE_DEVICES=" + value + "']\n");
  };
  const std::vector<int> two = {0, 1};
  for (const char* fine : {"", "-1", "0,1", " 1 , 0", "GPU-7f1c2d", "MIG-3/1/0", "0,-1,9", "9x"}) {
    EXPECT_THAT(findings(fine, two).findings, IsEmpty()) << fine;
  }
  const Checked wrong = findings("1,2,5", two);
  EXPECT_THAT(wrong.findings, ElementsAre(AllOf(warning(wrong.at("m"),
                                                        "model 'm': CUDA_VISIBLE_DEVICES names "
                                                        "card 2, this machine has cards 0, 1"),
                                                hint("from 0")),
                                          warning(wrong.at("m"), "card 5")));
  const Checked one = findings("1", std::vector<int>{0});
  EXPECT_THAT(one.findings, ElementsAre(warning(one.at("m"), "only card 0")));
  EXPECT_THAT(findings("9", std::nullopt).findings, IsEmpty());
}

TEST(CommandCheck, LastVariableCounts) {
  FakeMachine machine = with_server();
  machine.cards = {0};
  EXPECT_THAT(
      command("/opt/engine ${PORT}", machine, "    env: [CUDA_VISIBLE_DEVICES=4, CUDA_VISIBLE_DEVICES=0]\n")
          .findings,
      IsEmpty());
}

TEST(CommandCheck, TheNumberOfASecretCardIsNotShown) {
  FakeMachine machine = with_server();
  machine.cards = {0};
  const Checked checked =
      command("/opt/engine ${PORT}", machine, "    env: ['CUDA_VISIBLE_DEVICES=${env.CARD}']\n");
  config::Config config = *checked.loaded.config;
  config.models[0].env[0].masked = "CUDA_VISIBLE_DEVICES=***";
  EXPECT_THAT(check_commands(config, machine), ElementsAre(warning(checked.at("m"), "names card ***,")));
}

TEST(CommandCheck, StandsAmongTheOtherFindings) {
  test::MarkedText marked(
      "models:\n  $a[[a]]: {cmd: 'nix ${PORT}'}\n  $b[[b]]: {cmd: 'nix ${PORT}'}\n$z[[zz]]: 1\n");
  config::LoadResult loaded = config::load_text(marked.text(), "c.yaml", environment);
  add_command_findings(loaded, with_server());
  EXPECT_THAT(loaded.diagnostics, ElementsAre(warning(marked.at("a"), "nix"), warning(marked.at("b"), "nix"),
                                              warning(marked.at("z"), "zz")));
  config::LoadResult broken;
  add_command_findings(broken, with_server());
  EXPECT_THAT(broken.diagnostics, IsEmpty());
}

// His volume is mounted at /models-llm.
TEST(CommandCheck, FirstCustomer) {
  FakeMachine machine;
  machine.programs = {"/usr/local/bin/sd-server", "/usr/local/bin/llama-server"};
  machine.files = {"/models-llm/gemma4/gemma-4-31B-it-UD-Q4_K_XL.gguf", "/models-img/some_model.safetensors",
                   "/models-img/vae/sdxl-vae-fp16-fix.safetensors", "/models-sd/lora/x.safetensors"};
  machine.cards = {0, 1, 2};
  const Checked checked(test::first_customers_file(), machine);
  const auto mounted = hint("there is no '/models' either; correct the path; in a container: is the volume");
  EXPECT_THAT(checked.findings,
              ElementsAre(AllOf(warning(checked.at("gemma"), "--model '/models/gemma4/gemma-4"), mounted),
                          AllOf(warning(checked.at("gemma"), "--mmproj '/models/gemma4/mmproj"), mounted),
                          AllOf(warning(checked.at("qwen"), "--model '/models/qwen3.6/Qwen3"), mounted),
                          AllOf(warning(checked.at("qwen"), "--mmproj '/models/qwen3.6/mmproj"), mounted)));
}

TEST(CommandCheck, LongListsAndManyPathsEndSoon) {
  std::string list = "/models/a.gguf";
  for (int i = 0; i < 60000; ++i) list += ",/";
  EXPECT_THAT(command("llama-server --port ${PORT} -m " + list, with_server()).findings.size(),
              testing::Le(1u));
  std::string many = "/opt/engine ${PORT}";
  for (int i = 0; i < 20000; ++i) many += " /a/" + std::to_string(i);
  EXPECT_THAT(command(many, with_server()).findings.size(), testing::Le(20u));
}

// What is wrong elsewhere in the file hides nothing: he hears of all of it at once.
TEST(CommandCheck, AlsoWhereTheFileHasErrors) {
  FakeMachine machine;
  machine.programs = {"/usr/local/bin/llama-server"};
  const test::MarkedText marked(R"(matrix:
  vars: {img: img, gm: gemma}
  sets:
    llm-and-image: "$il[[il]] & gm"
models:
  $img[[img]]: {cmd: 'llama-server --port ${PORT} -m /models-img/x.gguf'}
  $gemma[[gemma]]:
    cmd: llama-server --port ${PORT} --model /models/g.gguf
    proxy: nonsense
  broken: {}
)");
  config::LoadResult loaded = config::load_text(marked.text(), "c.yaml", {});
  ASSERT_EQ(loaded.config, nullptr);
  add_command_findings(loaded, machine);
  EXPECT_THAT(loaded.diagnostics,
              Contains(AllOf(Field(&Diagnostic::pos, marked.at("il")), hint("did you mean 'img'?"))));
  EXPECT_THAT(loaded.diagnostics, Contains(warning(marked.at("img"), "-m '/models-img/x.gguf' does not")));
  EXPECT_THAT(loaded.diagnostics, Contains(warning(marked.at("gemma"), "--model '/models/g.gguf' does not")));
}

}  // namespace
}  // namespace paddock::app
