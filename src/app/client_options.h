// The options of the sub-commands that ask a running daemon: as CLI11 fills them, then as a Command. Private
// to the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli_options.h"

namespace paddock::app {

// One of each; the App decides which was named.
struct ClientOptions {
  DaemonOptions daemon;  // only one sub-command is ever named
  bool json = false;
  bool all = false, now = false;
  std::string model;
  commands::LogsCommand logs;
  unsigned lines = 0;  // 0: not said
  commands::BenchCommand bench;
  std::vector<std::string> prompt;

  // The sub-commands themselves.
  void add_to(CLI::App& app);
  // Nothing: none of them was named.
  std::optional<Command> chosen(const CLI::App& app) const;

 private:
  CLI::App* add(CLI::App& app, const char* name, const char* text);
  void add_logs(CLI::App& app);
  void add_talking(CLI::App& app);
  std::optional<Command> named(const std::string& name, const client::Address& address) const;
  // Of those that are about one model.
  std::optional<Command> of_model(const std::string& name, const client::Address& address) const;
};

}  // namespace paddock::app
