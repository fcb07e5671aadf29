#include "classify.h"

#include <signal.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "paddock/base/text.h"

namespace paddock::process {

namespace {

struct Sign {
  FailureClass kind;
  std::string_view text;  // lower case; with ^ in front: at the beginning of the line
};

using Class = FailureClass;

// Lines of llama.cpp, whisper.cpp, stable-diffusion.cpp, vLLM, PyTorch, shells, argument parsers and libc.
// The gravest first: an engine that runs out of memory also says that it failed to load the model, and one
// that finds no GPU may go on without. Of one class, what tells most comes first. kExit: it tells no class,
// but is the line to show.
constexpr Sign kSigns[] = {
    {Class::kPortTaken, "address already in use"},
    {Class::kPortTaken, "couldn't bind"},
    {Class::kPortTaken, "failed to bind"},
    {Class::kPortTaken, "eaddrinuse"},

    {Class::kBadFlag, "unknown argument"},
    {Class::kBadFlag, "invalid argument:"},
    {Class::kBadFlag, "unrecognized argument"},
    {Class::kBadFlag, "unexpected argument"},
    {Class::kBadFlag, "error while handling argument"},
    {Class::kBadFlag, "expected value for argument"},
    {Class::kBadFlag, "expected one argument"},
    {Class::kBadFlag, "invalid choice:"},
    {Class::kBadFlag, "unknown option"},
    {Class::kBadFlag, "unrecognized option"},
    {Class::kBadFlag, "invalid option"},
    {Class::kBadFlag, "requires an argument"},
    {Class::kBadFlag, "unknown flag"},
    {Class::kBadFlag, "flag provided but not defined"},

    {Class::kOutOfVram, "cudamalloc failed"},
    {Class::kOutOfVram, "hipmalloc failed"},
    {Class::kOutOfVram, "cuda out of memory"},
    {Class::kOutOfVram, "hip out of memory"},
    {Class::kOutOfVram, "cuda error: out of memory"},
    {Class::kOutOfVram, "rocm error: out of memory"},
    {Class::kOutOfVram, "hip error: out of memory"},
    {Class::kOutOfVram, "cuda_error_out_of_memory"},
    {Class::kOutOfVram, "cublas_status_alloc_failed"},
    {Class::kOutOfVram, "outofmemoryerror"},
    {Class::kOutOfVram, "erroroutofdevicememory"},
    {Class::kOutOfVram, "erroroutofpoolmemory"},
    {Class::kOutOfVram, "device memory allocation of size"},
    {Class::kOutOfVram, "requested buffer size exceeds device"},
    {Class::kOutOfVram, "callbackerroroutofmemory"},
    {Class::kOutOfVram, "no available memory for the cache blocks"},
    {Class::kOutOfVram, "larger than the available kv cache memory"},
    {Class::kOutOfVram, "less than desired gpu memory utilization"},

    {Class::kOutOfRam, "erroroutofhostmemory"},
    {Class::kOutOfRam, "out of memory: killed process"},
    {Class::kOutOfRam, "cannot allocate memory"},
    {Class::kOutOfRam, "can't allocate memory"},
    {Class::kOutOfRam, "defaultcpuallocator"},
    {Class::kOutOfRam, "attempted to allocate"},
    {Class::kOutOfRam, "allocate cpu"},
    {Class::kOutOfRam, "allocate cuda_host"},
    {Class::kOutOfRam, "allocate rocm_host"},
    {Class::kOutOfRam, "allocate vulkan_host"},
    {Class::kOutOfRam, "std::bad_alloc"},
    {Class::kOutOfRam, "memoryerror"},

    {Class::kOutOfVram, "out of memory"},
    {Class::kOutOfVram, "outofmemory"},
    {Class::kOutOfVram, "failed to allocate"},
    {Class::kOutOfVram, "unable to allocate"},
    {Class::kOutOfVram, "compute buffer failed"},
    {Class::kOutOfVram, "params backend buffer failed"},
    {Class::kOutOfVram, "insufficient memory"},

    {Class::kDriver, "libcuda.so"},
    {Class::kDriver, "driver version is insufficient"},
    {Class::kDriver, "driver/library version mismatch"},
    {Class::kDriver, "incompatibledriver"},
    {Class::kDriver, "errordevicelost"},
    {Class::kDriver, "no kernel image is available"},
    {Class::kDriver, "cuda error"},
    {Class::kDriver, "rocm error"},
    {Class::kDriver, "hip error"},
    {Class::kDriver, "hsa_status_error"},
    {Class::kDriver, "illegal instruction"},

    {Class::kFileMissing, "no such file or directory"},
    {Class::kFileMissing, "failed to open"},
    {Class::kFileMissing, "unable to open"},
    {Class::kFileMissing, "cannot open"},
    {Class::kFileMissing, "could not open"},
    {Class::kFileMissing, "file not found"},
    {Class::kFileMissing, "filenotfounderror"},
    {Class::kFileMissing, "does not exist"},
    {Class::kFileMissing, "is not a local folder"},

    {Class::kExit, "error loading model"},
    {Class::kExit, "failed to load model"},

    {Class::kDriver, "no cuda-capable device"},
    {Class::kDriver, "no cuda gpus are available"},
    {Class::kDriver, "found no nvidia driver"},
    {Class::kDriver, "failed to initialize nvml"},

    {Class::kBadFlag, "^usage:"},
};

// Said in passing by engines that go on well.
constexpr std::string_view kHarmless[] = {"pinned memory", "retrying without pipeline parallelism",
                                          "failed to mlock", "failed to munlock"};

constexpr std::string_view kErrorWords[] = {"error",  "fatal",     "fail",    "exception", "abort",
                                            "panic",  "terminate", "cannot",  "can't",     "could not",
                                            "unable", "invalid",   "unknown", "not found", "segmentation"};

// Errors that only point to the one before.
constexpr std::string_view kHollow[] = {"exiting due to", "root cause above"};

constexpr std::string_view kEscape = "\x1b[";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <class Words>
bool contains_any(std::string_view text, const Words& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [text](std::string_view word) { return contains(text, word); });
}

bool shows(std::string_view lower_line, std::string_view sign) {
  if (sign.front() == '^') return lower_line.starts_with(sign.substr(1));
  return contains(lower_line, sign);
}

// Colours and the like: ESC [ parameters letter.
std::string without_escapes(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!line.substr(i).starts_with(kEscape)) {
      out += line[i];
      continue;
    }
    i += kEscape.size();
    while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
  }
  return out;
}

// Progress displays overwrite their line with CR, so it ends lines too. Empty lines are left out.
std::vector<std::string> lines_of(std::string_view tail) {
  std::vector<std::string> lines;
  while (!tail.empty()) {
    const std::size_t line_end = tail.find_first_of("\r\n");
    const std::string line = without_escapes(tail.substr(0, line_end));
    if (const std::string_view text = trim(line); !text.empty()) {
      const auto indent = static_cast<std::size_t>(text.data() - line.data());
      lines.push_back(line.substr(0, indent + text.size()));
    }
    if (line_end == std::string_view::npos) break;
    tail.remove_prefix(line_end + 1);
  }
  return lines;
}

FailureClass class_of_status(const ExitStatus& exit) {
  // What shells answer for a program that is there but cannot be run, and for one that is not.
  constexpr int kShellCannotRun = 126, kShellFindsNone = 127;
  if (signal_behind(exit) == SIGILL) return Class::kDriver;
  if (exit.signal) return Class::kSignal;
  if (!exit.code) return Class::kUnknown;
  const bool shell = *exit.code == kShellCannotRun || *exit.code == kShellFindsNone;
  return shell ? Class::kFileMissing : Class::kExit;
}

// Whether an end like this can come from that. abort() is how many programs give up.
bool may_be(FailureClass kind, const ExitStatus& exit, Phase phase) {
  if (kind != Class::kPortTaken && kind != Class::kBadFlag && kind != Class::kFileMissing) return true;
  const bool gave_up = !exit.signal || *exit.signal == SIGABRT;
  return phase == Phase::kStarting && gave_up;
}

// The place in kSigns of the gravest sign, or the number of signs.
template <class Counts>
std::size_t rank_of(std::string_view lower_line, const Counts& counts) {
  if (contains_any(lower_line, kHarmless)) return std::size(kSigns);
  std::size_t rank = 0;
  while (rank < std::size(kSigns) && !(counts(kSigns[rank].kind) && shows(lower_line, kSigns[rank].text))) {
    ++rank;
  }
  return rank;
}

struct Reading {
  const Sign* sign = nullptr;
  std::string line;
};

template <class Counts>
Reading read_tail(std::string_view tail, const Counts& counts) {
  const std::vector<std::string> lines = lines_of(tail);
  const std::string* known = nullptr;
  const std::string* error = nullptr;
  std::size_t best = std::size(kSigns) - 1;  // a later line of the same rank says it better
  Reading out;
  for (const std::string& line : lines) {
    const std::string lower = to_lower(trim(line));
    if (contains_any(lower, kErrorWords) && !contains_any(lower, kHollow)) error = &line;
    const std::size_t rank = rank_of(lower, counts);
    if (rank > best) continue;
    best = rank;
    known = &line;
    out.sign = &kSigns[rank];
  }
  if (!known) known = error;
  if (!known && !lines.empty()) known = &lines.back();
  if (known) out.line = printable(trim(*known), kTellingBytes);
  return out;
}

}  // namespace

int signal_behind(const ExitStatus& exit) {
  constexpr int kPassedOn = 128;
  if (exit.signal) return *exit.signal;
  return exit.code && *exit.code > kPassedOn ? *exit.code - kPassedOn : 0;
}

Finding classify(const ExitStatus& exit, Phase phase, std::string_view tail) {
  // What a model said long ago while it served is not why it ended now.
  if (phase == Phase::kReady) tail = tail.substr(tail.size() - std::min(tail.size(), kKeptTailBytes));
  Reading reading = read_tail(tail, [&](FailureClass kind) { return may_be(kind, exit, phase); });
  Finding out;
  out.kind = reading.sign ? reading.sign->kind : Class::kExit;
  if (out.kind == Class::kExit) out.kind = class_of_status(exit);
  out.line = std::move(reading.line);
  return out;
}

std::string telling_line(std::string_view tail) {
  return read_tail(tail, [](FailureClass) { return true; }).line;
}

std::string last_lines(std::string_view tail) {
  const std::vector<std::string> lines = lines_of(tail);
  std::string out;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    std::string text = printable(*line, kKeptTailBytes);
    text.resize(std::min(text.size(), kKeptTailBytes - 1));
    text += '\n';
    if (text.size() + out.size() > kKeptTailBytes) break;
    out.insert(0, text);
  }
  return out;
}

}  // namespace paddock::process
