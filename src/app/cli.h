// What the command line asks for. Reads nothing but argv, PADDOCK_LISTEN, PADDOCK_HOST and PADDOCK_URL;
// touches no file.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "check_sources.h"
#include "listen_address.h"
#include "paddock/client/client.h"
#include "paddock/commands/commands.h"

namespace paddock::app {

// The files of the listener's certificate and key: both, or none for plain HTTP.
struct TlsChoice {
  std::string certificate;
  std::string key;

  bool empty() const { return certificate.empty(); }
};

struct ServeCommand {
  ConfigChoice config;
  ListenAddress listen{"127.0.0.1", 8080};
  int workers = 1;
  std::string gpu_source = "auto";  // a word of gpu::find_source()
  bool watch_config = false;        // reload when the files change
  TlsChoice tls{};
};

struct CheckCommand {
  ConfigChoice config;
  bool print = false;   // the effective configuration too
  bool json = false;    // one JSON document instead of lines
  bool strict = false;  // warnings count like errors
};

struct MatrixCommand {
  ConfigChoice config;
};

struct PlanCommand {
  client::Address address;
  std::string model;                   // not empty
  std::optional<std::string> running;  // ids with commas between them; nothing: those that run
  bool json = false;                   // the answer as it came
};

struct FitCommand {
  std::string target;               // a GGUF file, or a model of a running daemon; not empty
  std::vector<std::string> words;   // of a llama-server's command line, without the file
  std::optional<std::string> gpus;  // which cards, with commas between; nothing: all
  std::string gpu_source = "auto";
  std::string url;  // as --url says it
  bool json = false;
};

struct SimServerCommand {
  std::vector<std::string> arguments;  // handed on as they are
};

// Nothing to do but to say something and leave: help, version, or a command line that is wrong.
struct LeaveCommand {
  int exit_code = 0;
  std::string out;  // for standard output
  std::string err;  // for standard error
};

using Command = std::variant<ServeCommand, CheckCommand, MatrixCommand, PlanCommand, FitCommand,
                             commands::StatusCommand, commands::LoadCommand, commands::UnloadCommand,
                             commands::QueueCommand, commands::ReloadCommand, commands::HealthCommand,
                             commands::LogsCommand, commands::TopCommand, commands::ChatCommand,
                             commands::BenchCommand, SimServerCommand, LeaveCommand>;

// `arguments` without the program's name. `found`: the configuration file that counts where they name none;
// empty: there is none.
Command parse_command_line(const std::vector<std::string>& arguments, const std::string& found = {});

// Long options may be spelled with one dash, as llama-swap's are: `-config` becomes `--config`. Nothing is
// changed from `sim-server` on.
std::vector<std::string> normalise(std::vector<std::string> arguments);

// min(4, cores), at least 1.
int default_workers();

}  // namespace paddock::app
