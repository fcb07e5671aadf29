#include "paddock/engine/command.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/support/temp_dir.h"

namespace paddock::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Words = std::vector<std::string>;

Command read(const Words& argv, const Words& environment = {}) { return read_command(argv, environment); }

// What `sh -c` makes of it.
Words in_shell(const std::string& text, const Words& environment = {}) {
  return read({"sh", "-c", text}, environment).words;
}

ReadScript scripts(std::map<std::string, std::string> texts) {
  return [texts = std::move(texts)](const std::string& path) -> std::optional<std::string> {
    const auto found = texts.find(path);
    if (found == texts.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Command, PlainWordsAreAsTheyAre) {
  const Command plain = read({"/opt/llama-server", "-m", "/m/a b.gguf", "-c", "$N"}, {"B=1", "A=2", "B=3"});
  EXPECT_THAT(plain.words, ElementsAre("/opt/llama-server", "-m", "/m/a b.gguf", "-c", "$N"));
  EXPECT_THAT(plain.environment, ElementsAre("A=2", "B=3"));
  EXPECT_THAT(read({}).words, IsEmpty());
}

TEST(Command, AShellsTextIsReadAsTheShellWould) {
  EXPECT_THAT(in_shell("exec llama-server -m '/m/a b.gguf' --vae=\"/m/v\" -c 40\\96 # -c 1"),
              ElementsAre("llama-server", "-m", "/m/a b.gguf", "--vae=/m/v", "-c", "4096"));
  EXPECT_THAT(
      read({"bash", "-eo", "pipefail", "-lc", "llama-server \"$@\" -x $0", "name", "-c", "8 9"}).words,
      ElementsAre("llama-server", "-c", "8 9", "-x", "name"));
  EXPECT_THAT(
      in_shell("cd /tmp && sleep 1; mkdir -p x || true\nllama-server -m a >log 2>&1 </dev/null &\nwait"),
      ElementsAre("llama-server", "-m", "a"));
  EXPECT_THAT(in_shell("llama-server \\\n  -c 1 \\\n  -np 2\n"),
              ElementsAre("llama-server", "-c", "1", "-np", "2"));
  EXPECT_THAT(in_shell("if [ -e /x ]; then exec llama-server -m a; else echo no; fi"),
              ElementsAre("llama-server", "-m", "a"));
  EXPECT_THAT(in_shell("cat <<EOF >/x\nllama-server -m wrong\nEOF\nwhisper-server -m right"),
              ElementsAre("whisper-server", "-m", "right"));
  EXPECT_THAT(in_shell("pkill llama-server; llama-server -m $(ls /m | head -n 1) -c 5"),
              ElementsAre("llama-server", "-m", "$(ls /m | head -n 1)", "-c", "5"));
}

TEST(Command, VariablesOfAScriptAreFilledIn) {
  EXPECT_THAT(
      in_shell(
          "M=/m/a; ARGS='-c 4096 -np 2'\nllama-server -m \"$M.gguf\" $ARGS ${N:-\"7 8\"} ${X+no} \"${E}\""),
      ElementsAre("llama-server", "-m", "/m/a.gguf", "-c", "4096", "-np", "2", "7", "8", ""));
  EXPECT_THAT(in_shell("A=(-m '/m/a b' )\nA+=(-c\n 5)\nllama-server \"${A[@]}\" ${A[@]} $A"),
              ElementsAre("llama-server", "-m", "/m/a b", "-c", "5", "-m", "/m/a", "b", "-c", "5", "-m"));
  EXPECT_THAT(in_shell("A=\"$B\"; B+=2; llama-server $A $B ~/x", {"B=1", "HOME=/root"}),
              ElementsAre("llama-server", "1", "12", "/root/x"));
  EXPECT_THAT(in_shell("set -- -c 1 -np 2; shift; llama-server \"$@\" '$1' $# \"$9\""),
              ElementsAre("llama-server", "1", "-np", "2", "$1", ""));
}

TEST(Command, ItsEnvironmentIsThatOfTheEngine) {
  const Command shell = read({"sh", "-c", "export A=1 D; B=2; C=9; D=4; B=3 llama-server"}, {"C=0", "D=1"});
  EXPECT_THAT(shell.environment, ElementsAre("A=1", "B=3", "C=9", "D=4"));
  const Command env =
      read({"env", "-u", "A", "-C", "/d", "--", "B=2", "nice", "-n", "5", "x", "C=3"}, {"A=1", "D=4"});
  EXPECT_THAT(env.environment, ElementsAre("B=2", "D=4"));
  EXPECT_THAT(env.words, ElementsAre("x", "C=3"));
  EXPECT_EQ(env.path_of("m.gguf"), "/d/m.gguf");
  EXPECT_THAT(read({"env", "-i", "-S", "A=5 x -c 1", "2"}, {"B=1"}).words, ElementsAre("x", "-c", "1", "2"));
  EXPECT_THAT(read({"env", "-i", "-S", "A=5 x"}, {"B=1"}).environment, ElementsAre("A=5"));
}

TEST(Command, ProgramsThatOnlyStartAnotherAreTakenOff) {
  EXPECT_THAT(
      read({"taskset", "-c", "0-7", "numactl", "-N", "0", "--membind=0", "llama-server", "-c", "1"}).words,
      ElementsAre("llama-server", "-c", "1"));
  EXPECT_THAT(
      read({"/usr/bin/timeout", "-k", "5", "1h", "stdbuf", "-oL", "setsid", "-f", "ionice", "-c", "3", "x"})
          .words,
      ElementsAre("x"));
  EXPECT_THAT(read({"sudo", "-u", "ai", "A=1", "sh", "-c", "exec taskset 0xff llama-server -v"}).words,
              ElementsAre("llama-server", "-v"));
  EXPECT_THAT(read({"taskset"}).words, IsEmpty());
}

TEST(Command, VariablesOfLlamaServerAreFlagsThatTheCommandWinsOver) {
  EXPECT_THAT(read({"llama-server", "-c", "1"},
                   {"LLAMA_ARG_CTX_SIZE=4096", "LLAMA_ARG_N_GPU_LAYERS=7", "LLAMA_ARG_OTHER=1"})
                  .words,
              ElementsAre("llama-server", "--ctx-size", "4096", "--n-gpu-layers", "7", "-c", "1"));
  EXPECT_THAT(in_shell("LLAMA_ARG_MODEL=/m/a llama-server"), ElementsAre("llama-server", "--model", "/m/a"));
  EXPECT_THAT(read({"x"}, {"LLAMA_ARG_KV_OFFLOAD=off", "LLAMA_ARG_CPU_MOE=1", "LLAMA_ARG_SWA_FULL=0"}).words,
              ElementsAre("x", "--no-kv-offload", "--cpu-moe"));
  EXPECT_THAT(
      read({"x"}, {"LLAMA_ARG_NO_KV_OFFLOAD=1", "LLAMA_ARG_KV_UNIFIED=true", "LLAMA_ARG_CPU_MOE=what"}).words,
      ElementsAre("x", "--kv-unified", "--no-kv-offload"));
}

TEST(Command, InAContainerOtherPathsAndVariablesCount) {
  const Command docker =
      read({"docker", "run", "--rm", "-it", "--gpus", "\"device=1,2\"", "-v/srv/models:/models:ro", "--mount",
            "type=bind,source=/a b,target=/x", "-e", "LLAMA_ARG_CTX_SIZE=512", "-e", "HF_HOME", "-p",
            "8080:8080", "--name=n", "ghcr.io/ggml-org/llama.cpp:server", "-m", "/models/a.gguf"},
           {"LLAMA_ARG_N_PARALLEL=3", "HF_HOME=/h"});
  EXPECT_THAT(docker.words,
              ElementsAre("ghcr.io/ggml-org/llama.cpp:server", "--ctx-size", "512", "-m", "/models/a.gguf"));
  EXPECT_THAT(docker.environment, ElementsAre("CUDA_DEVICE_ORDER=PCI_BUS_ID", "CUDA_VISIBLE_DEVICES=1,2",
                                              "HF_HOME=/h", "LLAMA_ARG_CTX_SIZE=512"));
  EXPECT_EQ(docker.path_of("/models/a.gguf"), "/srv/models/a.gguf");
  EXPECT_EQ(docker.path_of("/x/y"), "/a b/y");
  EXPECT_EQ(docker.path_of("/modelsx"), "/modelsx");
  EXPECT_THAT(docker.mentioned, Contains("/srv/models/a.gguf"));
  EXPECT_THAT(read({"podman", "container", "run", "-d", "--device", "nvidia.com/gpu=0", "--entrypoint",
                    "/app/llama-server", "image", "--fit", "off"})
                  .words,
              ElementsAre("/app/llama-server", "--fit", "off"));
  EXPECT_THAT(read({"docker", "run", "image", "sh", "-c", "llama-server -c 1"}).words,
              ElementsAre("llama-server", "-c", "1"));
  EXPECT_THAT(read({"docker", "exec", "-it", "name", "llama-server", "-c", "1"}).words,
              ElementsAre("llama-server", "-c", "1"));
  EXPECT_THAT(read({"docker", "compose", "run", "x"}).words, ElementsAre("docker", "compose", "run", "x"));
}

TEST(Command, ScriptsAreReadWithTheirArguments) {
  const auto files = scripts({{"/s/run.sh", "#!/bin/sh\ncd /models\nexec /s/inner.sh -m x.gguf \"$@\""},
                              {"/s/inner.sh", "export CUDA_VISIBLE_DEVICES=1\nllama-server \"$@\""}});
  const Command told = read_command({"/s/run.sh", "-c", "1"}, {}, files);
  EXPECT_THAT(told.words, ElementsAre("llama-server", "-m", "x.gguf", "-c", "1"));
  EXPECT_THAT(told.environment, ElementsAre("CUDA_VISIBLE_DEVICES=1"));
  EXPECT_EQ(told.path_of("x.gguf"), "/models/x.gguf");
  EXPECT_THAT(told.mentioned, Contains("/models/x.gguf"));
  EXPECT_THAT(told.mentioned, Contains("/s/inner.sh"));
  EXPECT_THAT(read_command({"bash", "-x", "/s/run.sh"}, {}, files).words,
              ElementsAre("llama-server", "-m", "x.gguf"));
  EXPECT_THAT(read({"/s/run.sh", "-c", "1"}).words, ElementsAre("/s/run.sh", "-c", "1"))
      << "no file is looked at";
  EXPECT_THAT(read_command({"docker", "run", "image", "/s/run.sh"}, {}, files).words,
              ElementsAre("/s/run.sh"))
      << "that is the container's";
  const auto circle = scripts({{"/s/a", "exec /s/a \"$@\" 1"}});
  EXPECT_EQ(read_command({"/s/a"}, {}, circle).words.front(), "/s/a");
}

TEST(Command, WhatMayBeAFileIsMentioned) {
  const Command told =
      read({"serve", "--model=/m/a.gguf", "--lora", "/l/1,/l/2", "--log-file", "/var/log/x", "--log-file=/y"},
           {"LLAMA_ARG_MMPROJ=/m/p", "OTHER=/o"});
  for (const char* path : {"/m/a.gguf", "/l/1", "/l/2", "/m/p"}) EXPECT_THAT(told.mentioned, Contains(path));
  for (const char* path : {"serve", "/var/log/x", "/y", "/o"})
    EXPECT_THAT(told.mentioned, Not(Contains(path)));
  const Command shell = read({"sh", "-c", ". /s/env; exec serve -m '/m/a b'"});
  EXPECT_THAT(shell.mentioned, Contains("/m/a b"));
  EXPECT_THAT(shell.mentioned, Contains("/s/env"));
}

TEST(Command, ScriptsAreShellScriptsOnly) {
  ::paddock::test::TempDir dir;
  const std::string script = dir.path("run"), binary = dir.path("binary"), plain = dir.path("plain.sh");
  ::paddock::test::write_file(script, "#!/usr/bin/env bash\nx");
  ::paddock::test::write_file(binary, "#!/usr/bin/python3\nimport bash");
  ::paddock::test::write_file(plain, "x");
  EXPECT_EQ(script_at(script), "#!/usr/bin/env bash\nx");
  EXPECT_EQ(script_at(plain), "x");
  EXPECT_EQ(script_at(binary), std::nullopt);
  EXPECT_EQ(script_at(dir.path("none")), std::nullopt);
  EXPECT_EQ(script_at("/dev/zero"), std::nullopt);
}

TEST(Command, NoTextIsTooMuch) {
  std::string doubled = "A=aaaaaaaaaaaaaaaa;";
  for (int i = 0; i < 1000; ++i) doubled += "A=$A$A;";
  std::size_t size = 0;
  for (const std::string& word : in_shell(doubled + "llama-server $A")) size += word.size();
  EXPECT_LE(size, 512u << 10);
  for (const char* text : {"'", "\"", "${", "$(", "`", "$", "\\", "A=(", "<<", "<<E\n", "${A:-${A:-${A", "(",
                           ")", "&>", "~", "#"}) {
    in_shell(text);
    in_shell(std::string("llama-server ") + text);
  }
  in_shell(std::string(100000, '('));
  std::string nested = "llama-server";
  for (int i = 0; i < 30; ++i) nested = "sh -c \"" + nested + "\"";
  in_shell(nested);
}

}  // namespace
}  // namespace paddock::engine
