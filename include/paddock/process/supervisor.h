// Supervisor brings launches of models to life, watches them and ends them. It does what it is told and
// reports; whom to start or stop is the scheduler's business.
//
// Each start() is one launch with its own generation. Its life, as the Listener sees it:
//
//   start -> [spawned] -> ready -> exited                   the good life
//   start -> [spawned] -> failed -> exited                  died or timed out before it was ready
//   start -> failed -> exited                               could not be spawned at all
//   start -> [spawned] -> exited                            stop() during the load: no `failed`
//   start -> exited                                         stop() while the port was still in use
//
// `exited` comes exactly once for each start(), last, and only when nothing of the launch is left, wherever
// it hid. Until then its port and memory count as taken. Each launch runs under a keeper (keeper/keeper.h),
// so it ends with the daemon however that ends. Its stdout and stderr are one pipe into the model's log; its
// environment is the daemon's less PADDOCK_* plus the spec's; RLIMIT_NOFILE is as the daemon got it
// (limits.h). Control thread only. Destroying it kills all launches, waits for them for a few seconds, and
// calls no Listener.
//
// A launch with a stop command is asked by that to end, in the environment of the launch and with its output
// in the launch's log, and gets signals only if that did not do (lifecycle.h). `exited` comes when nothing of
// the command is left either. A detached launch (docker run -d) goes on when its leader has ended: its health
// path says whether it lives, and its stop command ends it.
//
// A launch whose address is one of this machine and already has a listener is not spawned: it waits up to two
// seconds, because that may be what is left of an earlier launch, then fails. One that becomes ready by the
// answer of a process that was there before it fails, too; see port/port_owner.h.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/base/unique_fd.h"
#include "paddock/logs/hub.h"
#include "paddock/process/load_progress.h"
#include "paddock/process/spawn_spec.h"

namespace boost::asio {
class io_context;
}

namespace paddock::keeper {
class Helper;
}

namespace paddock::process {

// Exactly one of the two is set once a child has ended.
struct ExitStatus {
  std::optional<int> code;
  std::optional<int> signal;

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

// "exit code 3", "signal 9 (SIGKILL)", "not started".
std::string describe(const ExitStatus& status);

// What was wrong with a launch, in the words of the API. A guess and no measurement: it is read from the
// status and from the last lines, and the line that it was read from is kept beside it.
enum class FailureClass {
  kOutOfVram,    // the child says so, or does not say which memory
  kOutOfRam,     // the child says so; the kernel kills without a word, which is kSignal
  kFileMissing,  // argv[0], or a file that the child names, is not there or cannot be opened or run
  kBadFlag,      // the child does not understand its command line
  kPortTaken,    // nothing free to bind, somebody else listens, or the child says so
  kDriver,       // the GPU's driver fails, or the program was built for another machine
  kSignal,       // ended by a signal, and nothing tells more
  kNoAnswer,     // a detached launch whose health path no longer answers
  kTimeout,      // not ready within start_timeout or start_timeout_max
  kExit,         // ended with an exit code, and nothing tells more
  kUnknown,      // neither: there was never a process (fork, descriptors and the like)
};

// `out_of_vram`, `exit`, ...
const char* class_name(FailureClass failure);

struct StartFailure {
  FailureClass kind = FailureClass::kUnknown;
  std::string message;  // a sentence: what happened, with the exit code, signal or path
  ExitStatus exit;      // empty if nothing ran or it is still running
  std::string line;     // the log line that tells most; may be empty
  std::string tail;  // the last lines of this launch, each ended by LF, without control bytes; 2 KiB at most
};

// The end of a launch. Whether it was ordered is the caller's knowledge; `kind`, `message` and `line` say
// what it was if nobody ordered it and no failed start was reported before.
struct Ending {
  ExitStatus status;
  FailureClass kind = FailureClass::kUnknown;
  std::string message{};  // for these three see StartFailure
  std::string line{};
  std::string tail{};
};

struct Ready {
  // The address that answered, numeric: what `localhost` turned out to be.
  std::string address;
  int port = 0;
  // Who listens there if it is not seen to be the launch itself, for people; else empty.
  std::string outsider = {};
};

// A launch that is ready can serve no more, though it still lives.
struct Breakage {
  FailureClass kind = FailureClass::kUnknown;
  std::string message;  // a sentence
  std::string line;     // the log line that says it
};

class Listener {
 public:
  virtual ~Listener() = default;
  // `pidfd` polls readable once the leader has ended; the receiver owns it. None for a detached launch, whose
  // leader's end says nothing.
  virtual void spawned(const ModelId&, Generation, pid_t, UniqueFd pidfd) = 0;
  virtual void ready(const ModelId&, Generation, const Ready&) = 0;
  virtual void failed(const ModelId&, Generation, const StartFailure&) = 0;
  virtual void exited(const ModelId&, Generation, const Ending&) = 0;
  // It serves no more, and `exited` follows, but not at once: its memory is awaited, or its stop command
  // runs. Not told of every end.
  virtual void ended(const ModelId&, Generation, const Ending&) {}
  // Once, while it is ready: it has printed a line after which engines do not recover (fatal.h).
  virtual void broken(const ModelId&, Generation, const Breakage&) = 0;
  // What people should know of a launch that goes its way all the same: a sentence, for the log. Not after
  // `exited`.
  virtual void noted(const ModelId&, Generation, const std::string& sentence) = 0;
};

// The seam that the router's tests replace.
class Launcher {
 public:
  virtual ~Launcher() = default;
  // Never calls the Listener before it returned.
  virtual void start(SpawnSpec spec, Generation generation) = 0;
  // SIGTERM to the group now, SIGKILL after `grace`; a stop command, if there is one, comes first and takes
  // its time from the grace. A second call can only shorten the grace. Unknown or
  // ended generations are ignored.
  virtual void stop(Generation generation, Duration grace) = 0;
  // The same for a launch that serves nobody any more and has not failed: what it knows may be saved first.
  virtual void retire(Generation generation, Duration grace) { stop(generation, grace); }
  // How many bytes the model has printed in all its launches, and what the processes of this one have used of
  // all cores, with a resolution of some 10 ms. The latter reads a file in /proc for each of them. Zero for
  // launches that are not alive.
  virtual std::uint64_t printed(Generation generation) const = 0;
  virtual Duration cpu_time(Generation generation) const = 0;
  // How far a launch has come that is alive and not ready. Reads a file in /proc and what was printed since
  // the last call, of that at most the last 256 KiB. Nothing for others, and from a launcher that cannot
  // tell.
  virtual std::optional<LoadProgress> loading(Generation) { return std::nullopt; }
};

// How many bytes of weights a launch will read, by its command line and its own variables; 0: not known. May
// be slow or hang with a file system: called on a thread that nobody waits for.
using Weigh =
    std::function<std::uint64_t(const std::vector<std::string>& argv, const std::vector<std::string>& env)>;

class Supervisor final : public Launcher {
 public:
  // The helper outlives it. `weigh` may be empty.
  Supervisor(boost::asio::io_context& control, logs::Hub& hub, keeper::Helper& helper, Listener& listener,
             Weigh weigh = {});
  ~Supervisor() override;

  void start(SpawnSpec spec, Generation generation) override;
  void stop(Generation generation, Duration grace) override;
  std::uint64_t printed(Generation generation) const override;
  Duration cpu_time(Generation generation) const override;
  std::optional<LoadProgress> loading(Generation generation) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::process
