// The options of the sub-commands: as CLI11 fills them, then as a Command. Private to the command line.
#pragma once

#include <string>
#include <vector>

#include "cli.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace paddock::app {

// A command line that is wrong: exit code 2 and the message.
LeaveCommand wrong(const std::string& message);

// --config and --config-dir, as the daemon and the sub-commands that read a configuration have them.
struct ConfigOptions {
  std::vector<std::string> files;
  std::string dir;
  std::string found;  // what counts where neither is given; empty: nothing does

  void add_to(CLI::App& app);
  ConfigChoice choice() const;
};

// The same and FILE..., as in `paddock check a.yaml`.
struct FileOptions {
  ConfigOptions config;
  std::vector<std::string> files;

  void add_to(CLI::App& app);
  // What stands before the sub-command counts where that itself names nothing.
  ConfigChoice chosen(const ConfigOptions& before) const;
};

struct CheckOptions {
  CheckCommand command;
  FileOptions files;

  void add_to(CLI::App& app);
  Command chosen(const ConfigOptions& before) const;
};

struct MatrixOptions {
  FileOptions files;

  void add_to(CLI::App& app);
  Command chosen(const ConfigOptions& before) const;
};

// --url: where the daemon is that a sub-command asks.
struct DaemonOptions {
  std::string url;

  void add_to(CLI::App& app);
};

struct PlanOptions {
  DaemonOptions daemon;
  std::string model;
  std::vector<std::string> running;
  CLI::Option* running_option = nullptr;  // of the app that was added to
  bool json = false;

  void add_to(CLI::App& app);
  Command chosen() const;
};

struct FitOptions {
  DaemonOptions daemon;
  FitCommand command;
  std::string context, cache_k, cache_v, gpus;
  CLI::Option* gpus_option = nullptr;  // of the app that was added to

  void add_to(CLI::App& app);
  Command chosen() const;
};

}  // namespace paddock::app
