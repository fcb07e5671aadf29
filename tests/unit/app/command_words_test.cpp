#include "command_words.h"

#include <gmock/gmock.h>

#include "paddock/config/command.h"

namespace paddock::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<config::PortText> words(const std::string& text) {
  std::vector<config::PortText> argv;
  for (const std::string& word : *config::split_command(text)) argv.push_back({word});
  return argv;
}

std::vector<std::string> paths(const std::string& text) {
  std::vector<std::string> found;
  for (const PathArgument& argument : path_arguments(words(text))) found.push_back(argument.path);
  return found;
}

TEST(CommandWords, FilesOfKnownServers) {
  for (const char* flag :
       {"-m", "--model", "-md", "--model-draft", "--mmproj", "--vae", "--lora", "--lora-model-dir",
        "--clip_l", "--t5xxl", "--diffusion-model", "--chat-template-file", "--grammar-file"}) {
    EXPECT_THAT(paths("llama-server " + std::string(flag) + " rel/x"), ElementsAre("rel/x")) << flag;
    EXPECT_THAT(paths("/bin/sd-server " + std::string(flag) + "=/x"), ElementsAre("/x")) << flag;
  }
  EXPECT_THAT(paths("nice -n 5 /opt/whisper-server -m x.bin"), ElementsAre("/opt/whisper-server", "x.bin"));
}

// `--model org/name` of vllm is no file, and so is `python -m module`.
TEST(CommandWords, RelativeNamesOfOtherPrograms) {
  EXPECT_THAT(paths("vllm serve --model org/name --lora adapters"), IsEmpty());
  EXPECT_THAT(paths("python -m vllm.entrypoints --model /m/x"), ElementsAre("/m/x"));
}

TEST(CommandWords, AbsolutePaths) {
  EXPECT_THAT(paths("engine /a/b --x=/c/d --y /e/f /a/b"), ElementsAre("/a/b", "/c/d", "/e/f"));
  EXPECT_THAT(paths("engine /health --x=/y a/b /c:/d '/e f/g' http://h/x"), IsEmpty());
}

TEST(CommandWords, WhatIsWrittenOrNoFile) {
  for (const char* flag :
       {"--log-file", "--slot-save-path", "-o", "--output", "--api-prefix", "--alias", "-a",
        "--inference-path", "--request-path", "--served-model-name", "--root-path", "--uds", "--download-dir",
        "--prompt-cache", "--pid-file", "--tmp-dir", "--host"}) {
    EXPECT_THAT(paths("llama-server " + std::string(flag) + " /a/b"), IsEmpty()) << flag;
    EXPECT_THAT(paths("llama-server " + std::string(flag) + "=/a/b"), IsEmpty()) << flag;
  }
}

TEST(CommandWords, OtherPlaces) {
  EXPECT_THAT(paths("docker run -v /a/b:/c image -m /a/b"), IsEmpty());
  EXPECT_THAT(paths("sudo podman run image -m /a/b"), IsEmpty());
  EXPECT_THAT(paths("ssh host llama-server -m /a/b"), IsEmpty());
  EXPECT_THAT(paths("sh -c 'exec llama-server -m /a/b' /c/d"), IsEmpty());
  EXPECT_THAT(paths("env /bin/bash -lc x /c/d"), IsEmpty());
  EXPECT_THAT(paths("/bin/bash /my/script.sh"), ElementsAre("/my/script.sh"));
}

TEST(CommandWords, SecretsAndPortsAreLeftAlone) {
  EXPECT_THAT(paths("llama-server --api-key /a/b --hf-token=/c/d -m /m/${PORT}"), IsEmpty());
}

TEST(CommandWords, ShowsWhatPeopleMaySee) {
  std::vector<config::PortText> argv = words("x --model=/secret/a /secret/b");
  argv[1].masked = "--model=***/a";
  argv[2].masked = "***/b";
  EXPECT_THAT(path_arguments(argv), ElementsAre(PathArgument{"--model", "/secret/a", "***/a"},
                                                PathArgument{"", "/secret/b", "***/b"}));
  argv[1].masked = "***";
  EXPECT_EQ(path_arguments(argv)[0], (PathArgument{"", "/secret/a", "***"}));
}

TEST(CommandWords, FixedPorts) {
  EXPECT_THAT(fixed_ports(words("x --port 80 --listen-port=81 --ports 82 -p 83")), ElementsAre(80, 81));
  EXPECT_THAT(fixed_ports(words("x --port ${PORT} --port 0 --port 65536 --port 8x --port")), IsEmpty());
  std::vector<config::PortText> secret = words("x --port 80");
  secret[2].masked = "***";
  EXPECT_THAT(fixed_ports(secret), IsEmpty());
  EXPECT_THAT(fixed_ports(words("docker run y --port 80")), IsEmpty());
}

}  // namespace
}  // namespace paddock::app
