#include "cli.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace paddock::app {
namespace {

using Arguments = std::vector<std::string>;

// PADDOCK_LISTEN, PADDOCK_HOST and PADDOCK_URL of whoever runs the tests must not matter.
class Cli : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    ::unsetenv("PADDOCK_LISTEN");
    ::unsetenv("PADDOCK_HOST");
    ::unsetenv("PADDOCK_URL");
  }

  template <class Wanted>
  static Wanted parsed(const Arguments& arguments) {
    const Command command = parse_command_line(arguments);
    if (const auto* found = std::get_if<Wanted>(&command)) return *found;
    if (const auto* left = std::get_if<LeaveCommand>(&command)) ADD_FAILURE() << left->out << left->err;
    ADD_FAILURE() << "it is another command";
    return {};
  }
  static ServeCommand serve(const Arguments& arguments) { return parsed<ServeCommand>(arguments); }
  static CheckCommand check(const Arguments& arguments) { return parsed<CheckCommand>(arguments); }
  static MatrixCommand matrix(const Arguments& arguments) { return parsed<MatrixCommand>(arguments); }
  static FitCommand fit(const Arguments& arguments) { return parsed<FitCommand>(arguments); }
  static PlanCommand plan(const Arguments& arguments) { return parsed<PlanCommand>(arguments); }
  static LeaveCommand leave(const Arguments& arguments) {
    const Command command = parse_command_line(arguments);
    if (const auto* found = std::get_if<LeaveCommand>(&command)) return *found;
    ADD_FAILURE() << "it did not leave";
    return {};
  }
};

TEST_F(Cli, ServesWithoutSubCommand) {
  const ServeCommand command = serve({"--config", "c.yaml"});
  EXPECT_EQ(command.config.files, Arguments{"c.yaml"});
  EXPECT_EQ(command.listen, (ListenAddress{"127.0.0.1", 8080}));
  EXPECT_EQ(command.workers, default_workers());
}

TEST_F(Cli, LlamaSwapsSpelling) {
  const ServeCommand command = serve({"-config", "c.yaml", "-listen=:9090", "-workers", "2"});
  EXPECT_EQ(command.config.files, Arguments{"c.yaml"});
  EXPECT_EQ(command.listen, (ListenAddress{"", 9090}));
  EXPECT_EQ(command.workers, 2);
}

TEST_F(Cli, NormaliseTouchesOnlyKnownNames) {
  EXPECT_EQ(normalise({"-config=x", "-c", "--listen", "-configs", "-", "-5"}),
            (Arguments{"--config=x", "-c", "--listen", "-configs", "-", "-5"}));
  EXPECT_EQ(normalise({"-config", "sim-server", "-listen"}),
            (Arguments{"--config", "sim-server", "-listen"}));
}

TEST_F(Cli, ListenFromTheEnvironmentYieldsToTheFlag) {
  ::setenv("PADDOCK_LISTEN", ":7000", 1);
  EXPECT_EQ(serve({"--config", "c"}).listen, (ListenAddress{"", 7000}));
  EXPECT_EQ(serve({"--config", "c", "--listen", "[::1]:7001"}).listen, (ListenAddress{"::1", 7001}));
  ::setenv("PADDOCK_LISTEN", "7000", 1);
  EXPECT_EQ(leave({"--config", "c"}).exit_code, 2);
}

TEST_F(Cli, ACertificateMakesTheAddressHttps) {
  const Arguments both = {"-config", "c", "-tls-cert-file", "c.pem", "-tls-key-file=k.pem"};
  const ServeCommand command = serve(both);
  EXPECT_EQ(command.tls.certificate, "c.pem");
  EXPECT_EQ(command.tls.key, "k.pem");
  EXPECT_EQ(command.listen, (ListenAddress{"127.0.0.1", 8443}));
  Arguments elsewhere = both;
  elsewhere.insert(elsewhere.end(), {"--listen", ":8080"});
  EXPECT_EQ(serve(elsewhere).listen, (ListenAddress{"", 8080}));
  EXPECT_TRUE(serve({"--config", "c"}).tls.empty());
  for (const char* flag : {"--tls-cert-file", "--tls-key-file"}) {
    EXPECT_EQ(leave({"--config", "c", flag, "x.pem"}).exit_code, 2) << flag;
  }
}

TEST_F(Cli, TheSourceOfGpusIsAWordThatIsKnown) {
  EXPECT_EQ(serve({"--config", "c"}).gpu_source, "auto");
  EXPECT_EQ(serve({"--config", "c", "-gpu-source", "file:/x.json"}).gpu_source, "file:/x.json");
  EXPECT_EQ(serve({"--config", "c", "--gpu-source", "none"}).gpu_source, "none");
  for (const char* word : {"nvml", "file:", ""}) {
    const LeaveCommand command = leave({"--config", "c", "--gpu-source", word});
    EXPECT_EQ(command.exit_code, 2) << word;
    EXPECT_NE(command.err.find("write auto, none or file:PATH"), std::string::npos) << command.err;
  }
}

TEST_F(Cli, MissingConfigShowsAnExample) {
  const LeaveCommand command = leave({});
  EXPECT_EQ(command.exit_code, 2);
  EXPECT_NE(command.err.find("paddock --config config.yaml"), std::string::npos);
}

TEST_F(Cli, WhatWasFoundCountsWhereNothingIsNamed) {
  const auto config_of = [](const Arguments& arguments) {
    const Command command = parse_command_line(arguments, "/etc/f.yaml");
    if (const auto* served = std::get_if<ServeCommand>(&command)) return served->config;
    if (const auto* checked = std::get_if<CheckCommand>(&command)) return checked->config;
    if (const auto* shown = std::get_if<MatrixCommand>(&command)) return shown->config;
    return ConfigChoice{};
  };
  const ConfigChoice found{{"/etc/f.yaml"}, ""};
  EXPECT_EQ(config_of({}), found);
  EXPECT_EQ(config_of({"check"}), found);
  EXPECT_EQ(config_of({"matrix"}), found);
  EXPECT_EQ(config_of({"--config", "c"}), (ConfigChoice{{"c"}, ""}));
  EXPECT_EQ(config_of({"--config-dir", "d"}), (ConfigChoice{{}, "d"}));
  EXPECT_EQ(config_of({"check", "x"}), (ConfigChoice{{"x"}, ""}));
  EXPECT_EQ(config_of({"--config", "c", "check"}), (ConfigChoice{{"c"}, ""}));
}

TEST_F(Cli, HelpNamesTheUsualPlaces) {
  const std::string help = leave({"--help"}).out;
  for (const char* place :
       {"/app/config.yaml", "/etc/paddock/config.yaml", "$XDG_CONFIG_HOME", "./config.yaml"}) {
    EXPECT_NE(help.find(place), std::string::npos) << help;
  }
}

TEST_F(Cli, WrongCommandLinesAreTwo) {
  for (const Arguments& arguments :
       {Arguments{"--nonsense"}, Arguments{"explode"}, Arguments{"--config"},
        Arguments{"--config", "c", "--workers", "0"}, Arguments{"--config", "c", "--workers", "many"},
        Arguments{"--config", "c", "--listen", "8080"}, Arguments{"check"}, Arguments{"matrix"},
        Arguments{"matrix", "c", "--json"}, Arguments{"plan"}, Arguments{"plan", ""},
        Arguments{"plan", "m", "n"}, Arguments{"plan", "m", "--running"},
        Arguments{"plan", "m", "--url", "box:80x"}, Arguments{"fit"}, Arguments{"fit", ""},
        Arguments{"fit", "x.gguf", "--ctx", "many"}, Arguments{"fit", "x.gguf", "--gpu-source", "radio"}}) {
    const LeaveCommand command = leave(arguments);
    EXPECT_EQ(command.exit_code, 2) << arguments.front();
    EXPECT_TRUE(command.err.starts_with("paddock: ")) << command.err;
    EXPECT_EQ(command.out, "");
  }
}

TEST_F(Cli, WrongCommandLinesOfThoseThatAskADaemonAreTwo) {
  const std::vector<Arguments> all = {{"load"},
                                      {"load", ""},
                                      {"load", "m", "--now"},
                                      {"unload"},
                                      {"unload", "m", "--all"},
                                      {"status", "m"},
                                      {"logs", "m", "n"},
                                      {"logs", "-n", "0"},
                                      {"chat"},
                                      {"chat", ""},
                                      {"bench", "m", "--runs", "0"},
                                      {"health", "--url", "ftp://box"}};
  for (const Arguments& arguments : all) {
    EXPECT_EQ(leave(arguments).exit_code, 2) << arguments.front();
    EXPECT_TRUE(leave(arguments).err.starts_with("paddock: "));
  }
}

TEST_F(Cli, HelpAndVersionAreZeroAndGoToStandardOutput) {
  const LeaveCommand help = leave({"-help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_NE(help.out.find("sim-server"), std::string::npos);
  EXPECT_NE(help.out.find("127.0.0.1:8080"), std::string::npos);
  const LeaveCommand version = leave({"-version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.out.starts_with("version: ")) << version.out;
  EXPECT_NE(version.out.find(", built by "), std::string::npos) << version.out;
  EXPECT_EQ(version.out.find('\n'), version.out.size() - 1);
  EXPECT_EQ(leave({"check", "--help"}).exit_code, 0);
}

TEST_F(Cli, ServesAFolder) {
  EXPECT_EQ(serve({"-config-dir", "d"}).config, (ConfigChoice{{}, "d"}));
  EXPECT_EQ(serve({"--config=c", "--config-dir=d"}).config, (ConfigChoice{{"c"}, "d"}));
}

TEST_F(Cli, Check) {
  EXPECT_EQ(check({"check", "-config", "c.yaml"}).config, (ConfigChoice{{"c.yaml"}, ""}));
  EXPECT_EQ(check({"check", "-config-dir=d"}).config, (ConfigChoice{{}, "d"}));
  EXPECT_EQ(check({"check", "a", "b"}).config, (ConfigChoice{{"a", "b"}, ""}));
  EXPECT_EQ(check({"check", "a", "--config", "c", "--config-dir", "d", "b"}).config,
            (ConfigChoice{{"c", "a", "b"}, "d"}));
}

TEST_F(Cli, CheckFlags) {
  const CheckCommand none = check({"check", "c"});
  EXPECT_FALSE(none.print || none.json || none.strict);
  EXPECT_TRUE(check({"check", "c", "--print"}).print);
  EXPECT_TRUE(check({"check", "-json", "c"}).json);
  EXPECT_TRUE(check({"check", "-strict", "c"}).strict);
  EXPECT_EQ(leave({"check", "c", "--loud"}).exit_code, 2);
}

TEST_F(Cli, CheckTakesTheConfigBeforeItToo) {
  EXPECT_EQ(check({"--config", "c.yaml", "check"}).config, (ConfigChoice{{"c.yaml"}, ""}));
  EXPECT_EQ(check({"check", "--config", "a", "--config", "b"}).config, (ConfigChoice{{"a", "b"}, ""}));
  EXPECT_EQ(check({"-config-dir", "d", "check"}).config, (ConfigChoice{{}, "d"}));
  EXPECT_EQ(check({"--config", "c.yaml", "check", "x"}).config, (ConfigChoice{{"x"}, ""}));
}

TEST_F(Cli, MatrixTakesFilesAsCheckDoes) {
  EXPECT_EQ(matrix({"matrix", "a", "b"}).config, (ConfigChoice{{"a", "b"}, ""}));
  EXPECT_EQ(matrix({"matrix", "-config", "c", "-config-dir=d"}).config, (ConfigChoice{{"c"}, "d"}));
  EXPECT_EQ(matrix({"--config", "c.yaml", "matrix"}).config, (ConfigChoice{{"c.yaml"}, ""}));
  EXPECT_NE(leave({"matrix"}).err.find("paddock matrix config.yaml"), std::string::npos);
}

TEST_F(Cli, Plan) {
  const PlanCommand command = plan({"plan", "org/m 1"});
  EXPECT_EQ(command.address.url, "http://127.0.0.1:8080");
  EXPECT_EQ(command.model, "org/m 1");
  EXPECT_EQ(command.running, std::nullopt);
  EXPECT_FALSE(command.json);
  EXPECT_TRUE(plan({"plan", "-json", "m"}).json);
}

TEST_F(Cli, PlanTakesWhatRunsWithCommasOrOneByOne) {
  EXPECT_EQ(plan({"plan", "m", "--running", "a,b"}).running, "a,b");
  EXPECT_EQ(plan({"plan", "-running=a", "-running", "b,c", "m"}).running, "a,b,c");
  EXPECT_EQ(plan({"plan", "m", "--running", ""}).running, "");
}

TEST_F(Cli, PlanFindsTheDaemon) {
  ::setenv("PADDOCK_URL", "http://box:1", 1);
  EXPECT_EQ(plan({"plan", "m"}).address.url, "http://box:1");
  EXPECT_EQ(plan({"plan", "m", "-url", "http://other:2/"}).address.url, "http://other:2");
  ::setenv("PADDOCK_URL", "box:none", 1);
  EXPECT_EQ(leave({"plan", "m"}).exit_code, 2);
}

TEST_F(Cli, PlanSaysHowTheDaemonIsFoundAndThatCommasSeparate) {
  const LeaveCommand help = leave({"plan", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* word : {"PADDOCK_HOST", "PADDOCK_API_KEY", "commas", "--running"}) {
    EXPECT_NE(help.out.find(word), std::string::npos) << help.out;
  }
}

TEST_F(Cli, WhoAsksADaemonFindsItLikewise) {
  ::setenv("PADDOCK_HOST", "box:1", 1);
  EXPECT_EQ(parsed<commands::HealthCommand>({"health"}).address.url, "http://box:1");
  EXPECT_EQ(parsed<commands::QueueCommand>({"queue", "--url", "other"}).address.url, "http://other:8080");
  EXPECT_TRUE(parsed<commands::ReloadCommand>({"reload", "-json"}).json);
  const auto status = parsed<commands::StatusCommand>({"status", "-a"});
  EXPECT_TRUE(status.all);
  EXPECT_FALSE(status.json);
  EXPECT_EQ(parsed<commands::LoadCommand>({"load", "org/m 1"}).model, "org/m 1");
}

TEST_F(Cli, UnloadsOneOrAll) {
  EXPECT_EQ(parsed<commands::UnloadCommand>({"unload", "m"}).model, "m");
  EXPECT_FALSE(parsed<commands::UnloadCommand>({"unload", "m"}).now);
  EXPECT_EQ(parsed<commands::UnloadCommand>({"unload", "-all", "-now"}).model, std::nullopt);
  EXPECT_TRUE(parsed<commands::UnloadCommand>({"unload", "--all", "--now"}).now);
}

TEST_F(Cli, LogsOfAllAreThereWithoutAWord) {
  const auto all = parsed<commands::LogsCommand>({"logs"});
  EXPECT_EQ(all.model, std::nullopt);
  EXPECT_EQ(all.lines, std::nullopt);
  EXPECT_FALSE(all.follow || all.json);
  const auto some =
      parsed<commands::LogsCommand>({"logs", "-f", "m", "--grep", "x.*y", "-tag", "gpu,fit", "-n", "20"});
  EXPECT_EQ(some.model, "m");
  EXPECT_EQ(some.grep, "x.*y");
  EXPECT_EQ(some.tags, "gpu,fit");
  EXPECT_EQ(some.lines, 20U);
  EXPECT_TRUE(some.follow);
}

TEST_F(Cli, ChatTakesItsWordsAsOnePrompt) {
  EXPECT_EQ(parsed<commands::ChatCommand>({"chat", "m", "tell", "me more"}).prompt, "tell me more");
  EXPECT_EQ(parsed<commands::ChatCommand>({"chat", "m"}).prompt, "");
  const auto bench = parsed<commands::BenchCommand>({"bench", "m", "--cold", "--runs", "5"});
  EXPECT_TRUE(bench.cold);
  EXPECT_EQ(bench.runs, 5);
  EXPECT_TRUE(parsed<commands::TopCommand>({"top", "--json"}).json);
}

TEST_F(Cli, FitNamesAModelAndFindsTheDaemon) {
  const FitCommand command = fit({"fit", "org/m 1", "-url", "http://other:2/"});
  EXPECT_EQ(command.target, "org/m 1");
  EXPECT_EQ(command.url, "http://other:2/");
  EXPECT_FALSE(command.json);
  EXPECT_TRUE(fit({"fit", "-json", "m"}).json);
  EXPECT_EQ(leave({"fit"}).exit_code, 2);
  EXPECT_EQ(leave({"fit", ""}).exit_code, 2);
}

TEST_F(Cli, SimServerGetsTheRestUntouched) {
  const Command command = parse_command_line({"sim-server", "-listen", "--help", "--port", "1"});
  ASSERT_TRUE(std::holds_alternative<SimServerCommand>(command));
  EXPECT_EQ(std::get<SimServerCommand>(command).arguments, (Arguments{"-listen", "--help", "--port", "1"}));
}

TEST_F(Cli, FitTakesTheWordsOfAnEngine) {
  const FitCommand command =
      fit({"fit", "x.gguf", "--ctx", "131072", "-cache-type-k", "q8_0", "--gpus", "0,1"});
  EXPECT_EQ(command.target, "x.gguf");
  EXPECT_EQ(command.words, (Arguments{"-c", "131072", "-ctk", "q8_0"}));
  EXPECT_EQ(command.gpus, "0,1");
  EXPECT_EQ(fit({"fit", "m"}).gpus, std::nullopt);
  const FitCommand more = fit({"fit", "x.gguf", "--json", "--", "-ngl", "20", "--n-cpu-moe", "10"});
  EXPECT_EQ(more.words, (Arguments{"-ngl", "20", "--n-cpu-moe", "10"}));
  EXPECT_TRUE(more.json);
}

}  // namespace
}  // namespace paddock::app
