#include "failure.h"

#include <signal.h>

#include <cstring>
#include <iomanip>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "paddock/base/text.h"
#include "progress.h"

namespace paddock::process {

namespace {

struct Sign {
  FailureClass kind;
  std::string_view text;  // lower case
};

// The gravest kind first. Lines of llama.cpp, whisper.cpp, stable-diffusion.cpp, vLLM and plain libc.
constexpr Sign kSigns[] = {
    {FailureClass::kPortTaken, "address already in use"},
    {FailureClass::kPortTaken, "couldn't bind"},
    {FailureClass::kPortTaken, "eaddrinuse"},
    {FailureClass::kOutOfMemory, "out of memory"},
    {FailureClass::kOutOfMemory, "outofmemory"},
    {FailureClass::kOutOfMemory, "cudamalloc failed"},
    {FailureClass::kOutOfMemory, "hipmalloc failed"},
    {FailureClass::kOutOfMemory, "failed to allocate"},
    {FailureClass::kOutOfMemory, "unable to allocate"},
    {FailureClass::kOutOfMemory, "cannot allocate memory"},
    {FailureClass::kOutOfMemory, "std::bad_alloc"},
    {FailureClass::kOutOfMemory, "erroroutofdevicememory"},
    {FailureClass::kOutOfMemory, "erroroutofhostmemory"},
    {FailureClass::kOutOfMemory, "erroroutofpoolmemory"},
    {FailureClass::kOutOfMemory, "device memory allocation of size"},
    {FailureClass::kOutOfMemory, "insufficient memory"},
    {FailureClass::kOutOfMemory, "compute buffer failed"},
    {FailureClass::kOutOfMemory, "params backend buffer failed"},
    {FailureClass::kOutOfMemory, "no available memory for the cache blocks"},
    {FailureClass::kModelMissing, "no such file or directory"},
    {FailureClass::kModelMissing, "failed to open"},
    {FailureClass::kModelMissing, "unable to open"},
    {FailureClass::kModelMissing, "cannot open"},
    {FailureClass::kModelMissing, "file not found"},
    {FailureClass::kModelMissing, "failed to load model"},
    {FailureClass::kModelMissing, "error loading model"},
};

// Said in passing by engines that go on well.
constexpr std::string_view kHarmless[] = {"pinned memory", "retrying without pipeline parallelism"};

constexpr std::string_view kErrorWords[] = {"error",  "fatal",     "fail",    "exception", "abort",
                                            "panic",  "terminate", "cannot",  "can't",     "could not",
                                            "unable", "invalid",   "unknown", "not found", "segmentation"};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <class Words>
bool contains_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (contains(text, word)) return true;
  }
  return false;
}

// Colours and the like: ESC [ parameters letter.
std::string without_escapes(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.substr(i, 2) != "\x1b[") {
      out += line[i];
      continue;
    }
    i += 2;
    while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
  }
  return out;
}

// Progress displays overwrite their line with CR, so it ends lines too.
std::vector<std::string> lines_of(std::string_view tail) {
  std::vector<std::string> lines;
  while (!tail.empty()) {
    const std::size_t line_end = tail.find_first_of("\r\n");
    std::string line = without_escapes(tail.substr(0, line_end));
    if (!trim(line).empty()) lines.emplace_back(trim(line));
    if (line_end == std::string_view::npos) break;
    tail.remove_prefix(line_end + 1);
  }
  return lines;
}

// The rank of the gravest sign in a line (small is grave), or the number of signs.
std::size_t rank_of(std::string_view lower_line) {
  if (contains_any(lower_line, kHarmless)) return std::size(kSigns);
  std::size_t rank = 0;
  while (rank < std::size(kSigns) && !contains(lower_line, kSigns[rank].text)) ++rank;
  return rank;
}

const char* in_words(FailureClass kind) {
  switch (kind) {
    case FailureClass::kPortTaken:
      return " (address in use)";
    case FailureClass::kOutOfMemory:
      return " (out of memory)";
    case FailureClass::kModelMissing:
      return " (a file could not be opened)";
    default:
      return "";
  }
}

std::string with_line(std::string sentence, const std::string& line) {
  return line.empty() ? sentence + "." : sentence + ": " + line;
}

std::string seconds(Duration duration) {
  std::ostringstream out;
  out << std::setprecision(4) << std::chrono::duration<double>(duration).count() << " s";
  return out.str();
}

std::string what_passed(const SpawnSpec& spec, StartLimit limit) {
  const std::string timeout = seconds(spec.start_timeout);
  switch (limit) {
    case StartLimit::kTimeout:
      return "was not ready within " + timeout + " (healthCheckTimeout)";
    case StartLimit::kStalled:
      return "made no progress for " + seconds(progress_window(spec.start_timeout)) +
             " after its healthCheckTimeout of " + timeout;
    case StartLimit::kMax:
      break;
  }
  return "was not ready within " + seconds(spec.start_timeout_max) +
         " (healthCheckTimeoutMax), though it had been making progress";
}

std::string quoted(const ModelId& model) { return "model `" + printable(model.str()) + "`"; }

}  // namespace

Finding read_output(std::string_view tail) {
  const std::vector<std::string> lines = lines_of(tail);
  const std::string* known = nullptr;
  const std::string* error = nullptr;
  Finding finding;
  for (const std::string& line : lines) {
    const std::string lower = to_lower(line);
    if (contains_any(lower, kErrorWords)) error = &line;
    const std::size_t rank = rank_of(lower);
    if (rank == std::size(kSigns)) continue;
    const FailureClass kind = kSigns[rank].kind;
    // The classes are graver the earlier they stand in the table, which is their order in the enum.
    if (known && kind > finding.kind) continue;
    known = &line;
    finding.kind = kind;
  }
  if (!known) known = error;
  if (!known && !lines.empty()) known = &lines.back();
  if (known) finding.line = printable(*known, kTellingBytes);
  return finding;
}

StartFailure ended_early(const ModelId& model, const ExitStatus& exit, std::string_view tail) {
  Finding finding = read_output(tail);
  StartFailure failure;
  failure.kind = finding.kind;
  failure.exit = exit;
  failure.message = with_line(
      quoted(model) + " ended with " + describe(exit) + " before it was ready" + in_words(finding.kind),
      finding.line);
  failure.line = std::move(finding.line);
  return failure;
}

StartFailure timed_out(const SpawnSpec& spec, StartLimit limit, std::string_view tail) {
  StartFailure failure;
  failure.kind = FailureClass::kTimeout;
  failure.line = read_output(tail).line;
  failure.message = with_line(quoted(spec.model) + " " + what_passed(spec, limit), failure.line);
  return failure;
}

StartFailure refused(const SpawnSpec& spec, const std::string& stranger) {
  StartFailure failure;
  failure.kind = FailureClass::kPortTaken;
  failure.message = quoted(spec.model) + " is not what answers: port " + std::to_string(spec.endpoint.port) +
                    " is in use by " + stranger + ", which was there first; stop it or change `proxy`.";
  return failure;
}

SpawnError port_taken(const Endpoint& endpoint, const std::string& user) {
  return {FailureClass::kPortTaken,
          "port " + std::to_string(endpoint.port) + " is in use by " + user + "; stop it or change `proxy`."};
}

StartFailure not_spawned(const ModelId& model, const SpawnError& error) {
  StartFailure failure;
  failure.kind = error.kind;
  failure.message = quoted(model) + " could not be started: " + error.what;
  return failure;
}

std::string describe(const ExitStatus& status) {
  if (status.code) return "exit code " + std::to_string(*status.code);
  if (!status.signal) return "not started";
  std::string text = "signal " + std::to_string(*status.signal);
  if (const char* name = ::sigabbrev_np(*status.signal)) text += std::string(" (SIG") + name + ")";
  return text;
}

const char* class_name(FailureClass failure) {
  switch (failure) {
    case FailureClass::kExecutableMissing:
      return "executable_missing";
    case FailureClass::kNotExecutable:
      return "not_executable";
    case FailureClass::kSpawnFailed:
      return "spawn_failed";
    case FailureClass::kPortTaken:
      return "port_taken";
    case FailureClass::kOutOfMemory:
      return "out_of_memory";
    case FailureClass::kModelMissing:
      return "model_missing";
    case FailureClass::kExitedEarly:
      return "exited_early";
    case FailureClass::kTimeout:
      return "timeout";
  }
  return "exited_early";
}

}  // namespace paddock::process
