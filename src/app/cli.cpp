#include "cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "build_info.h"
#include "cli_options.h"
#include "client_options.h"
#include "paddock/gpu/source.h"

namespace paddock::app {

namespace {

constexpr std::array<std::string_view, 27> kLongOptions = {
    "watch-config", "config", "config-dir",   "listen",       "workers", "gpu-source", "print",
    "json",         "strict", "url",          "running",      "version", "help",       "tls-cert-file",
    "tls-key-file", "ctx",    "cache-type-k", "cache-type-v", "gpus",    "all",        "now",
    "grep",         "tag",    "follow",       "lines",        "runs",    "cold"};
constexpr std::string_view kSimServer = "sim-server";
constexpr int kMaxWorkers = 256;
constexpr const char* kPlainAddress = "127.0.0.1:8080";
constexpr const char* kTlsAddress = "127.0.0.1:8443";
constexpr const char* kDescription =
    "paddock: model servers behind one address, started and swapped on demand.\n"
    "Without a sub-command it serves, for example: paddock --config config.yaml";
constexpr const char* kFooter =
    "Long options may be written with one dash, as in -config. PADDOCK_LISTEN is used where --listen is "
    "absent.\n"
    "Where no configuration is named, the first of these counts: /app/config.yaml, /etc/paddock/config.yaml, "
    "$XDG_CONFIG_HOME/paddock/config.yaml (~/.config without the variable), ./config.yaml.";

bool is_single_dash_long(std::string_view argument) {
  if (argument.size() < 3 || argument[0] != '-' || argument[1] == '-') return false;
  const std::string_view name = argument.substr(1, argument.find('=') - 1);
  return std::find(kLongOptions.begin(), kLongOptions.end(), name) != kLongOptions.end();
}

// CLI11 reports help and errors by exceptions; its own exit codes are not ours.
LeaveCommand leave(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out, err;
  const bool good = app.exit(error, out, err) == 0;
  return {good ? 0 : 2, out.str(), good ? err.str() : "paddock: " + err.str()};
}

struct ServeOptions {
  ConfigOptions config;
  std::string listen = kPlainAddress;
  CLI::Option* listen_option = nullptr;  // of the app that was added to
  TlsChoice tls;
  int workers = default_workers();
  std::string gpu_source = "auto";
  bool watch_config = false;

  void add_to(CLI::App& app) {
    config.add_to(app);
    listen_option = app.add_option("--listen", listen, "where to listen; :8080 means all interfaces")
                        ->type_name("ADDR")
                        ->envname("PADDOCK_LISTEN")
                        ->capture_default_str();
    app.add_option(
           "--tls-cert-file", tls.certificate,
           "a certificate (PEM, the chain behind it): with the key it makes the address https, by itself "
           "127.0.0.1:8443")
        ->type_name("FILE");
    app.add_option("--tls-key-file", tls.key, "the private key of that certificate (PEM)")->type_name("FILE");
    app.add_option("--workers", workers, "threads that relay requests")
        ->type_name("N")
        ->check(CLI::Range(1, kMaxWorkers))
        ->capture_default_str();
    app.add_option("--gpu-source", gpu_source, "where the memory of GPUs is read: auto, none or file:PATH")
        ->type_name("SOURCE")
        ->capture_default_str();
    app.add_flag("--watch-config", watch_config, "reload the configuration when its files change");
  }

  Command chosen() const {
    if (config.choice().empty()) {
      return wrong(
          "which configuration? There is none in the usual places (--help tells them). Name it, for example: "
          "paddock --config config.yaml");
    }
    if (tls.certificate.empty() != tls.key.empty()) {
      return wrong("--tls-cert-file and --tls-key-file belong together: name both, or none for plain http");
    }
    const bool moved = !tls.empty() && listen_option->count() == 0;
    const auto address = parse_listen_address(moved ? kTlsAddress : listen);
    if (!address) return wrong(address.error());
    if (const auto source = gpu::find_source(gpu_source); !source) {
      return wrong("--gpu-source: " + source.error());
    }
    return ServeCommand{config.choice(), *address, workers, gpu_source, watch_config, tls};
  }
};

void describe(CLI::App& app) {
  app.footer(kFooter);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", std::string("version: ") + build_version() + " (" + build_commit() +
                                        "), " + build_facts());
  app.require_subcommand(0, 1);
}

struct Options {
  ServeOptions serve;
  CheckOptions check;
  MatrixOptions matrix;
  PlanOptions plan;
  FitOptions fit;
  ClientOptions client;

  void add_to(CLI::App& app) {
    serve.add_to(app);
    check.add_to(*app.add_subcommand("check", "read a configuration and say what is wrong with it"));
    matrix.add_to(*app.add_subcommand("matrix", "show which models of a configuration may run together"));
    plan.add_to(*app.add_subcommand("plan", "ask a running daemon what it would unload for a model"));
    fit.add_to(*app.add_subcommand(
        "fit", "say whether a model fits into memory: of a GGUF file before it is loaded"));
    client.add_to(app);
    app.add_subcommand(std::string(kSimServer), "a model server without a model, for trying things out");
  }

  Command chosen(const CLI::App& app) const {
    if (app.got_subcommand("check")) return check.chosen(serve.config);
    if (app.got_subcommand("matrix")) return matrix.chosen(serve.config);
    if (app.got_subcommand("plan")) return plan.chosen();
    if (app.got_subcommand("fit")) return fit.chosen();
    if (auto command = client.chosen(app)) return std::move(*command);
    return serve.chosen();
  }
};

Command parse_options(std::vector<std::string> arguments, const std::string& found) {
  Options options;
  options.serve.config.found = found;
  CLI::App app(kDescription, "paddock");
  describe(app);
  options.add_to(app);
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return leave(app, error);
  }
  return options.chosen(app);
}

}  // namespace

std::vector<std::string> normalise(std::vector<std::string> arguments) {
  for (std::string& argument : arguments) {
    if (argument == kSimServer) break;
    if (is_single_dash_long(argument)) argument.insert(0, 1, '-');
  }
  return arguments;
}

int default_workers() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 4); }

Command parse_command_line(const std::vector<std::string>& arguments, const std::string& found) {
  // Its options are its own, so CLI11 must not see them.
  if (!arguments.empty() && arguments.front() == kSimServer) {
    return SimServerCommand{{arguments.begin() + 1, arguments.end()}};
  }
  return parse_options(normalise(arguments), found);
}

}  // namespace paddock::app
