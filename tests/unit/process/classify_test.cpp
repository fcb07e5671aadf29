#include "classify.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::process {
namespace {

using Kind = FailureClass;

constexpr ExitStatus kCode1{.code = 1, .signal = {}};
constexpr ExitStatus kKilled{.code = {}, .signal = 9};
constexpr ExitStatus kAborted{.code = {}, .signal = 6};
constexpr ExitStatus kSegfault{.code = {}, .signal = 11};

Finding at_start(const std::string& output, const ExitStatus& exit = kCode1) {
  return classify(exit, Phase::kStarting, output);
}

// One line of output, and what it means at an end with exit code 1 before readiness.
struct Line {
  Kind kind;
  const char* text;
};

const Line kLines[] = {
    {Kind::kPortTaken, "start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8080"},
    {Kind::kPortTaken, "OSError: [Errno 98] Address already in use"},
    {Kind::kPortTaken, "Error: listen EADDRINUSE: address :::8080"},

    {Kind::kBadFlag, "error: invalid argument: --frobnicate"},
    {Kind::kBadFlag, "error: unknown argument: --frobnicate"},
    {Kind::kBadFlag, "error while handling argument \"--ctx-size\": stoi"},
    {Kind::kBadFlag, "api_server.py: error: unrecognized arguments: --frobnicate"},
    {Kind::kBadFlag, "server.py: error: argument --dtype: invalid choice: 'x' (choose from 'auto', 'half')"},
    {Kind::kBadFlag, "server: unrecognized option '--frobnicate'"},
    {Kind::kBadFlag, "server: invalid option -- 'y'"},
    {Kind::kBadFlag, "error: unexpected argument '--frobnicate' found"},
    {Kind::kBadFlag, "Error: unknown flag: --frobnicate"},
    {Kind::kBadFlag, "flag provided but not defined: -frobnicate"},
    {Kind::kBadFlag, "usage: server [-h] [--port PORT]"},

    {Kind::kOutOfVram, "ggml_cuda: allocating 144817.04 MiB on device 0: cudaMalloc failed: out of memory"},
    {Kind::kOutOfVram, "ggml_cuda: allocating 9.04 MiB on device 0: hipMalloc failed: out of memory"},
    {Kind::kOutOfVram, "load_tensors: unable to allocate CUDA0 buffer"},
    {Kind::kOutOfVram, "graph_reserve: failed to allocate compute pp buffers"},
    {Kind::kOutOfVram, "init: failed to allocate buffer for kv cache"},
    {Kind::kOutOfVram, "CUDA error: out of memory"},
    {Kind::kOutOfVram, "ROCm error: out of memory"},
    {Kind::kOutOfVram, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."},
    {Kind::kOutOfVram, "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 2.00 GiB."},
    {Kind::kOutOfVram, "ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory"},
    {Kind::kOutOfVram, "ggml_vulkan: Device memory allocation of size 1073741824 failed."},
    {Kind::kOutOfVram, "ValueError: No available memory for the cache blocks."},
    {Kind::kOutOfVram, "ValueError: KV cache is needed, which is larger than the available KV cache memory"},
    {Kind::kOutOfVram,
     "Free memory on device cuda:0 (1.0/24.0 GiB) is less than desired GPU memory utilization"},
    {Kind::kOutOfVram, "[ERROR] ggml_extend.hpp:1 - model alloc params backend buffer failed"},
    {Kind::kOutOfVram, "[ERROR] ggml_extend.hpp:1 - vae alloc compute buffer failed"},
    {Kind::kOutOfVram, "out of memory"},

    {Kind::kOutOfRam, "load_tensors: unable to allocate CPU buffer"},
    {Kind::kOutOfRam, "alloc_buffer: failed to allocate CPU_REPACK buffer of size 9000000000"},
    {Kind::kOutOfRam, "load_tensors: unable to allocate CUDA_Host buffer"},
    {Kind::kOutOfRam, "ggml_aligned_malloc: insufficient memory (attempted to allocate 81920.00 MB)"},
    {Kind::kOutOfRam, "terminate called after throwing an instance of 'std::bad_alloc'"},
    {Kind::kOutOfRam, "OSError: [Errno 12] Cannot allocate memory"},
    {Kind::kOutOfRam,
     "RuntimeError: [enforce fail] DefaultCPUAllocator: not enough memory: you tried 9 bytes"},
    {Kind::kOutOfRam, "MemoryError"},
    {Kind::kOutOfRam, "ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfHostMemory"},

    {Kind::kDriver, "CUDA error: an illegal memory access was encountered"},
    {Kind::kDriver, "CUDA driver version is insufficient for CUDA runtime version"},
    {Kind::kDriver,
     "server: error while loading shared libraries: libcuda.so.1: cannot open shared object "
     "file: No such file or directory"},
    {Kind::kDriver, "Failed to initialize NVML: Driver/library version mismatch"},
    {Kind::kDriver, "ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected"},
    {Kind::kDriver, "RuntimeError: No CUDA GPUs are available"},
    {Kind::kDriver, "RuntimeError: Found no NVIDIA driver on your system."},
    {Kind::kDriver, "vk::createInstance: ErrorIncompatibleDriver"},
    {Kind::kDriver, "sh: line 1: 4711 Illegal instruction (core dumped) server"},

    {Kind::kFileMissing, "gguf_init_from_file: failed to open GGUF file 'x.gguf'"},
    {Kind::kFileMissing, "sh: 1: exec: /nowhere/x: No such file or directory"},
    {Kind::kFileMissing, "FileNotFoundError: [Errno 2] config.json"},
    {Kind::kFileMissing, "OSError: ./m is not a local folder and is not a valid model identifier"},
    {Kind::kFileMissing,
     "server: error while loading shared libraries: libx.so.1: cannot open shared object file"},

    {Kind::kExit, "llama_model_load: error loading model: invalid magic characters"},
    {Kind::kExit, "error: no such quant"},
    {Kind::kExit, "GPU memory usage: 12 GiB"},
    {Kind::kExit, "bye"},
};

TEST(Classify, KnowsTheLinesOfTheEngines) {
  for (const Line& line : kLines) {
    const Finding found = at_start(std::string("loading\n") + line.text + "\n");
    EXPECT_STREQ(class_name(found.kind), class_name(line.kind)) << line.text;
    EXPECT_EQ(found.line, line.text);
  }
}

// Which of several lines decides.
struct Output {
  const char* text;
  Kind kind;
  const char* line;
};

const Output kOutputs[] = {
    {"", Kind::kExit, ""},
    {"\n \n\t\r\n", Kind::kExit, ""},
    {"loading\nbye\n\n", Kind::kExit, "bye"},
    {"Error one\nerror two\nmore\n", Kind::kExit, "error two"},
    {"error: unknown argument: --x\nusage: see --help\n", Kind::kBadFlag, "error: unknown argument: --x"},
    // What came first is why the rest followed.
    {"allocating 9.04 MiB on device 0: cudaMalloc failed: out of memory\n"
     "error loading model: unable to allocate CUDA0 buffer\nfailed to load model\nmain: exiting due to model "
     "loading error\n",
     Kind::kOutOfVram, "allocating 9.04 MiB on device 0: cudaMalloc failed: out of memory"},
    {"error loading model: missing tensor 'x'\nfailed to load model\nmain: exiting due to model loading "
     "error",
     Kind::kExit, "error loading model: missing tensor 'x'"},
    {"ValueError: bad shape\nRuntimeError: initialization failed. See root cause above.\n", Kind::kExit,
     "ValueError: bad shape"},
    // Engines go on without a GPU, without pinned and without locked memory.
    {"ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected\nerror: invalid "
     "argument: "
     "--x\n",
     Kind::kBadFlag, "error: invalid argument: --x"},
    {"no CUDA-capable device is detected\nerror loading model: invalid magic\n", Kind::kExit,
     "error loading model: invalid magic"},
    {"failed to allocate 1900,00 MiB of pinned memory: invalid argument\nwarning: failed to mlock 1-byte "
     "buffer: Cannot allocate memory\nfailed to open GGUF file 'x.gguf'\nmain: exiting\n",
     Kind::kFileMissing, "failed to open GGUF file 'x.gguf'"},
    {"10%\r20%\r\x1b[1;31mfatal\x1b[0m: it \x07 broke\r\n", Kind::kExit, "fatal: it \\x07 broke"},
};

TEST(Classify, TheGravestLineDecides) {
  for (const Output& example : kOutputs) {
    const Finding found = at_start(example.text);
    EXPECT_STREQ(class_name(found.kind), class_name(example.kind)) << example.text;
    EXPECT_EQ(found.line, example.line);
  }
}

TEST(Classify, WithoutALineTheStatusDecides) {
  const auto kind = [](const ExitStatus& exit) { return std::string(class_name(at_start("", exit).kind)); };
  EXPECT_EQ(kind({.code = 0, .signal = {}}), "exit");
  EXPECT_EQ(kind({.code = 137, .signal = {}}), "exit");
  EXPECT_EQ(kind(kKilled), "signal");
  EXPECT_EQ(kind(kSegfault), "signal");
  EXPECT_EQ(kind({.code = {}, .signal = 4}), "driver");    // SIGILL
  EXPECT_EQ(kind({.code = 132, .signal = {}}), "driver");  // of which a shell tells
  EXPECT_EQ(kind({.code = 127, .signal = {}}), "file_missing");
  EXPECT_EQ(kind({.code = 126, .signal = {}}), "file_missing");
  EXPECT_EQ(kind({}), "unknown");
}

TEST(Classify, ASignMustFitTheEnd) {
  EXPECT_EQ(at_start("failed to open x.gguf", kAborted).kind, Kind::kFileMissing);
  EXPECT_EQ(at_start("failed to open x.gguf", kSegfault).kind, Kind::kSignal);
  EXPECT_EQ(at_start("CUDA error: out of memory", kAborted).kind, Kind::kOutOfVram);
  EXPECT_EQ(at_start("std::bad_alloc", kKilled).kind, Kind::kOutOfRam);
  EXPECT_EQ(classify(kCode1, Phase::kReady, "failed to open cache").kind, Kind::kExit);
  EXPECT_EQ(classify(kCode1, Phase::kReady, "CUDA error: unspecified launch failure").kind, Kind::kDriver);
}

TEST(Classify, OldLinesDoNotExplainTheEndOfAModelThatServed) {
  std::string output = "CUDA error: out of memory\n";
  for (int i = 0; i < 200; ++i) output += "request done, nothing special\n";
  EXPECT_EQ(classify(kKilled, Phase::kReady, output).kind, Kind::kSignal);
  EXPECT_EQ(at_start(output).kind, Kind::kOutOfVram);
}

TEST(Classify, LinesHaveALimit) {
  EXPECT_EQ(at_start("error " + std::string(1000, 'x')).line.size(), kTellingBytes + 3);
}

TEST(LastLines, AreWholeAndPrintable) {
  EXPECT_EQ(last_lines(""), "");
  EXPECT_EQ(last_lines("one\n\n  two \x1b[31mred\x1b[0m \r\n\x01"), "one\n  two red\n\\x01\n");
}

TEST(LastLines, AreAtMostTwoKibibytes) {
  std::string output;
  for (int i = 0; i < 1000; ++i) output += "line " + std::to_string(i) + "\n";
  const std::string kept = last_lines(output);
  EXPECT_LE(kept.size(), kKeptTailBytes);
  EXPECT_GT(kept.size(), kKeptTailBytes - 20);
  EXPECT_TRUE(kept.starts_with("line ")) << "a line is not cut";
  EXPECT_TRUE(kept.ends_with("line 999\n"));
  EXPECT_EQ(last_lines(std::string(5000, '\x01')).size(), kKeptTailBytes);
}

TEST(ClassName, IsTheApisWord) {
  const std::pair<Kind, const char*> names[] = {{Kind::kOutOfVram, "out_of_vram"},
                                                {Kind::kOutOfRam, "out_of_ram"},
                                                {Kind::kFileMissing, "file_missing"},
                                                {Kind::kBadFlag, "bad_flag"},
                                                {Kind::kPortTaken, "port_taken"},
                                                {Kind::kDriver, "driver"},
                                                {Kind::kSignal, "signal"},
                                                {Kind::kTimeout, "timeout"},
                                                {Kind::kExit, "exit"},
                                                {Kind::kUnknown, "unknown"}};
  for (const auto& [kind, name] : names) EXPECT_STREQ(class_name(kind), name);
}

}  // namespace
}  // namespace paddock::process
