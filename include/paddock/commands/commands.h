// The sub-commands that ask a running daemon and show its answer: one struct each, and a run() that returns
// the exit code. 0: done; 1: not, and one sentence that names the model stands on standard error. Wrong
// command lines (2) never come here: app reads them.
//
// Each is two halves. A pure one makes text for people of the daemon's JSON and takes whatever comes: what is
// missing or odd is left out or shown as `-`, and nothing of it can steer a terminal. A thin one asks, writes
// and leaves. With `json` the daemon's words are written as they came instead.
//
// Not `plan` and `fit`, which are app's: they also know files. To add one: a struct and a run() here, a
// source of its own, its options in app, a section in docs/commands.md.
//
// Called from the main thread; they read PADDOCK_API_KEY and write to descriptors 1 and 2. A reader that
// leaves (`| head -1`) ends them quietly with 0.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paddock/client/client.h"

namespace paddock::commands {

// What is loaded, as `ollama ps` shows it.
struct StatusCommand {
  client::Address address;
  bool all = false;  // stopped models too
  bool json = false;
};

// Returns when the model is ready, however long that takes.
struct LoadCommand {
  client::Address address;
  std::string model;  // not empty
  bool json = false;
};

// Returns when it has stopped and its memory is back.
struct UnloadCommand {
  client::Address address;
  std::optional<std::string> model;  // not empty; nothing: all
  bool now = false;                  // running requests are cut
  bool json = false;
};

// Who waits, and for what.
struct QueueCommand {
  client::Address address;
  bool json = false;
};

// Reads the configuration again.
struct ReloadCommand {
  client::Address address;
  bool json = false;
};

// Whether a daemon answers, within 5 seconds.
struct HealthCommand {
  client::Address address;
  bool json = false;
};

// The lines of GET /api/logs.
struct LogsCommand {
  client::Address address;
  std::optional<std::string> model{};  // nothing: of all, and paddock's own
  std::string grep{};                  // a regular expression; empty: all lines
  std::string tags{};                  // as in `gpu,fit`; empty: all lines
  std::optional<unsigned> lines{};     // the newest so many, 1 to 1000; nothing: all, but 10 if more follow
  bool follow = false;                 // what comes, too, until the daemon ends it
  bool json = false;                   // a line of JSON for each
};

// One question, its answer as it comes; a check of the whole way.
struct ChatCommand {
  client::Address address;
  std::string model;     // not empty
  std::string prompt{};  // empty: one of ours
  bool json = false;     // one document at the end
};

// How fast a model is. Loads it if it is not.
struct BenchCommand {
  client::Address address;
  std::string model;  // not empty
  int runs = 3;       // at least 1
  bool cold = false;  // unloads it before, so that its load is measured
  bool json = false;
};

// Models, cards and requests, live; once, where standard output is no terminal.
struct TopCommand {
  client::Address address;
  bool json = false;  // the state of /api/events/v2, once
};

int run(const StatusCommand& command);
int run(const LoadCommand& command);
int run(const UnloadCommand& command);
int run(const QueueCommand& command);
int run(const ReloadCommand& command);
int run(const HealthCommand& command);
int run(const LogsCommand& command);
int run(const ChatCommand& command);
int run(const BenchCommand& command);
// Gives the terminal back when it leaves; by a key or a signal it ends the process with 0.
int run(const TopCommand& command);

}  // namespace paddock::commands
