#include "failure.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::process {
namespace {

using namespace std::chrono_literals;
using Kind = FailureClass;

struct Case {
  const char* output;
  Kind kind;
  const char* line;
};

const Case kCases[] = {
    {"", Kind::kExitedEarly, ""},
    {"\n \n\t\r\n", Kind::kExitedEarly, ""},
    {"loading\nbye\n\n", Kind::kExitedEarly, "bye"},
    {"error: unknown argument: --frobnicate\nusage: see --help\n", Kind::kExitedEarly,
     "error: unknown argument: --frobnicate"},
    {"Error one\nerror two\nmore\n", Kind::kExitedEarly, "error two"},
    {"start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080\nmain: exiting due to error\n",
     Kind::kPortTaken, "start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080"},
    {"OSError: [Errno 98] Address already in use", Kind::kPortTaken,
     "OSError: [Errno 98] Address already in use"},
    {"ggml_backend_cuda_buffer_type_alloc_buffer: allocating 144817.04 MiB on device 0: cudaMalloc failed: "
     "out of "
     "memory\nllama_model_load: error loading model: unable to allocate CUDA0 "
     "buffer\nllama_model_load_from_file: "
     "failed to load model\nmain: exiting due to model loading error\n",
     Kind::kOutOfMemory, "llama_model_load: error loading model: unable to allocate CUDA0 buffer"},
    {"torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n", Kind::kOutOfMemory,
     "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."},
    {"ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory\n", Kind::kOutOfMemory,
     "ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory"},
    {"ggml_cuda_host_malloc: failed to allocate 1900,00 MiB of pinned memory: invalid argument\n"
     "gguf_init_from_file: failed to open GGUF file 'x.gguf'\nmain: exiting\n",
     Kind::kModelMissing, "gguf_init_from_file: failed to open GGUF file 'x.gguf'"},
    {"sh: 1: exec: /nowhere/x: No such file or directory", Kind::kModelMissing,
     "sh: 1: exec: /nowhere/x: No such file or directory"},
    {"10%\r20%\r\x1b[1;31mfatal\x1b[0m: it \x07 broke\r\n", Kind::kExitedEarly, "fatal: it \\x07 broke"},
};

TEST(ReadOutput, Table) {
  for (const Case& example : kCases) {
    const Finding finding = read_output(example.output);
    EXPECT_EQ(finding.kind, example.kind) << class_name(finding.kind) << " for " << example.output;
    EXPECT_EQ(finding.line, example.line);
  }
}

TEST(ReadOutput, LinesHaveALimit) {
  const Finding finding = read_output("error " + std::string(1000, 'x'));
  EXPECT_EQ(finding.line.size(), kTellingBytes + 3);
}

TEST(Messages, AreSentences) {
  const ModelId model("qwen");
  EXPECT_EQ(ended_early(model, {.code = 3, .signal = {}}, "failed to load model").message,
            "model `qwen` ended with exit code 3 before it was ready (a file could not be opened): "
            "failed to load model");
  EXPECT_EQ(ended_early(model, {.code = {}, .signal = 9}, "").message,
            "model `qwen` ended with signal 9 (SIGKILL) before it was ready.");
  SpawnSpec spec;
  spec.model = model;
  EXPECT_EQ(timed_out(spec, StartLimit::kTimeout, "loading 10%").message,
            "model `qwen` was not ready within 120 s (healthCheckTimeout): loading 10%");
  EXPECT_EQ(not_spawned(model, {Kind::kSpawnFailed, "fork failed: no."}).message,
            "model `qwen` could not be started: fork failed: no.");
}

TEST(Messages, SayWhichLimitOfAStartWasPassed) {
  SpawnSpec spec;
  spec.model = ModelId("qwen");
  spec.start_timeout_max = std::chrono::minutes(10);
  EXPECT_EQ(timed_out(spec, StartLimit::kStalled, "").message,
            "model `qwen` made no progress for 12 s after its healthCheckTimeout of 120 s.");
  EXPECT_EQ(
      timed_out(spec, StartLimit::kMax, "").message,
      "model `qwen` was not ready within 600 s (healthCheckTimeoutMax), though it had been making progress.");
  for (const StartLimit limit : {StartLimit::kTimeout, StartLimit::kStalled, StartLimit::kMax}) {
    EXPECT_EQ(timed_out(spec, limit, "").kind, Kind::kTimeout);
  }
}

TEST(Describe, KnowsCodesAndSignals) {
  EXPECT_EQ(describe({}), "not started");
  EXPECT_EQ(describe({.code = 0, .signal = {}}), "exit code 0");
  EXPECT_EQ(describe({.code = {}, .signal = 15}), "signal 15 (SIGTERM)");
  EXPECT_EQ(describe({.code = {}, .signal = 40}), "signal 40");
}

TEST(ClassName, IsTheApisWord) {
  EXPECT_STREQ(class_name(Kind::kExecutableMissing), "executable_missing");
  EXPECT_STREQ(class_name(Kind::kNotExecutable), "not_executable");
  EXPECT_STREQ(class_name(Kind::kSpawnFailed), "spawn_failed");
  EXPECT_STREQ(class_name(Kind::kPortTaken), "port_taken");
  EXPECT_STREQ(class_name(Kind::kOutOfMemory), "out_of_memory");
  EXPECT_STREQ(class_name(Kind::kModelMissing), "model_missing");
  EXPECT_STREQ(class_name(Kind::kExitedEarly), "exited_early");
  EXPECT_STREQ(class_name(Kind::kTimeout), "timeout");
}

}  // namespace
}  // namespace paddock::process
