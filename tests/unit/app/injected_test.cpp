#include "injected.h"

#include <gmock/gmock.h>

namespace paddock::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kOrder = "CUDA_DEVICE_ORDER=PCI_BUS_ID";
constexpr const char* kVerbosity = "LLAMA_ARG_LOG_VERBOSITY=4";

std::vector<std::string> injected(const config::ModelConfig& model,
                                  const std::vector<std::string>& inherited = {}) {
  return injected_environment(model, [&](const char* name) {
    return std::find(inherited.begin(), inherited.end(), name) != inherited.end();
  });
}

config::ModelConfig model(std::vector<config::PortText> argv, std::vector<config::PortText> env = {}) {
  config::ModelConfig made;
  made.argv = std::move(argv);
  made.env = std::move(env);
  return made;
}

TEST(Injected, BothWhereNobodySetsThem) {
  EXPECT_THAT(injected(model({{"llama-server"}, {"-m"}, {"-value.gguf"}})), ElementsAre(kOrder, kVerbosity));
}

TEST(Injected, NeverOverASetValue) {
  const auto plain = model({{"llama-server"}});
  EXPECT_THAT(injected(plain, {"CUDA_DEVICE_ORDER"}), ElementsAre(kVerbosity));
  EXPECT_THAT(injected(plain, {"LLAMA_ARG_LOG_VERBOSITY"}), ElementsAre(kOrder));
  EXPECT_THAT(injected(plain, {"LLAMA_LOG_VERBOSITY"}), ElementsAre(kOrder));
  EXPECT_THAT(injected(model({{"x"}}, {{"CUDA_DEVICE_ORDER=FASTEST_FIRST"}, {"LLAMA_ARG_LOG_VERBOSITY="}})),
              IsEmpty());
  EXPECT_THAT(injected(model({{"x"}}, {{"LLAMA_LOG_VERBOSITY=2"}})), ElementsAre(kOrder));
  EXPECT_THAT(injected(model({{"x"}}, {{"MY_CUDA_DEVICE_ORDER=1"}})), ElementsAre(kOrder, kVerbosity));
}

TEST(Injected, ACommandThatSaysHowMuchItWritesIsLeftAlone) {
  for (const char* flag :
       {"-lv", "--verbosity", "--log-verbosity", "-v", "--verbose", "--log-verbose", "--verbosity=1"}) {
    EXPECT_THAT(injected(model({{"llama-server"}, {flag}, {"1"}})), ElementsAre(kOrder)) << flag;
  }
  EXPECT_THAT(injected(model({{"sh"}, {"-c"}, {"exec llama-server -lv 2 -m x"}})), ElementsAre(kOrder));
}

TEST(Injected, ACommandIsReadAsTheEngineGetsIt) {
  const auto in_shell = [](const char* text) { return injected(model({{"sh"}, {"-c"}, {text}})); };
  EXPECT_THAT(in_shell("LLAMA_ARG_LOG_VERBOSITY=2 exec llama-server"), ElementsAre(kOrder));
  EXPECT_THAT(in_shell("export CUDA_DEVICE_ORDER=FASTEST_FIRST; llama-server"), ElementsAre(kVerbosity));
  EXPECT_THAT(in_shell("rm -v /tmp/x; exec llama-server -m x"), ElementsAre(kOrder, kVerbosity));
  EXPECT_THAT(injected(model({{"docker"}, {"run"}, {"-v"}, {"/m:/m"}, {"image"}, {"-m"}, {"x"}})),
              ElementsAre(kOrder, kVerbosity));
}

TEST(Injected, KeepKeeps) {
  auto kept = model({{"llama-server"}});
  kept.log_verbosity = config::LogVerbosity::kKeep;
  EXPECT_THAT(injected(kept), ElementsAre(kOrder));
}

}  // namespace
}  // namespace paddock::app
