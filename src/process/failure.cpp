#include "failure.h"

#include <signal.h>

#include <cstring>
#include <iomanip>
#include <sstream>
#include <utility>

#include "classify.h"
#include "paddock/base/text.h"
#include "progress.h"

namespace paddock::process {

namespace {

const char* in_words(FailureClass kind, const ExitStatus& exit) {
  switch (kind) {
    case FailureClass::kOutOfVram:
      return " (out of GPU memory)";
    case FailureClass::kOutOfRam:
      return " (out of RAM)";
    case FailureClass::kFileMissing:
      return " (a file is missing or cannot be opened)";
    case FailureClass::kBadFlag:
      return " (it does not understand its command line)";
    case FailureClass::kPortTaken:
      return " (address in use)";
    case FailureClass::kDriver:
      return " (the GPU's driver fails, or it was built for another machine)";
    case FailureClass::kSignal:
    case FailureClass::kExit:
      // The kernel leaves no word in the output of what it kills.
      return signal_behind(exit) == SIGKILL ? " (the kernel's OOM killer is a likely reason)" : "";
    case FailureClass::kNoAnswer:
    case FailureClass::kTimeout:
    case FailureClass::kUnknown:
      break;
  }
  return "";
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

StartFailure ended_early(const ModelId& model, const ExitStatus& exit, std::string_view tail) {
  Finding finding = classify(exit, Phase::kStarting, tail);
  StartFailure failure;
  failure.kind = finding.kind;
  failure.exit = exit;
  failure.message = with_line(
      quoted(model) + " ended with " + describe(exit) + " before it was ready" + in_words(finding.kind, exit),
      finding.line);
  failure.line = std::move(finding.line);
  failure.tail = last_lines(tail);
  return failure;
}

StartFailure timed_out(const SpawnSpec& spec, StartLimit limit, std::string_view tail) {
  StartFailure failure;
  failure.kind = FailureClass::kTimeout;
  failure.line = telling_line(tail);
  failure.message = with_line(quoted(spec.model) + " " + what_passed(spec, limit), failure.line);
  failure.tail = last_lines(tail);
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

Ending ending(const ModelId& model, const ExitStatus& exit, std::string_view tail) {
  Finding finding = classify(exit, Phase::kReady, tail);
  Ending out;
  out.status = exit;
  out.kind = finding.kind;
  out.message = with_line(
      quoted(model) + " ended by itself with " + describe(exit) + in_words(finding.kind, exit), finding.line);
  out.line = std::move(finding.line);
  out.tail = last_lines(tail);
  return out;
}

Ending lost(const SpawnSpec& spec, const ExitStatus& exit, std::string_view tail) {
  Ending out;
  out.status = exit;
  out.kind = FailureClass::kNoAnswer;
  out.line = telling_line(tail);
  out.message =
      with_line(quoted(spec.model) + " does not answer at " + probed_path(spec) + " any more", out.line);
  out.tail = last_lines(tail);
  return out;
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
    case FailureClass::kOutOfVram:
      return "out_of_vram";
    case FailureClass::kOutOfRam:
      return "out_of_ram";
    case FailureClass::kFileMissing:
      return "file_missing";
    case FailureClass::kBadFlag:
      return "bad_flag";
    case FailureClass::kPortTaken:
      return "port_taken";
    case FailureClass::kDriver:
      return "driver";
    case FailureClass::kSignal:
      return "signal";
    case FailureClass::kNoAnswer:
      return "no_answer";
    case FailureClass::kTimeout:
      return "timeout";
    case FailureClass::kExit:
      return "exit";
    case FailureClass::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace paddock::process
