#include "cli_options.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "paddock/gpu/source.h"

namespace paddock::app {

namespace {

constexpr const char* kDaemonFooter =
    "The address is that of --url, else of PADDOCK_HOST, else http://127.0.0.1:8080. If the daemon wants a "
    "key, "
    "set PADDOCK_API_KEY to it.";

Command no_configuration(const std::string& command) {
  return wrong(
      "which configuration? There is none in the usual places (--help tells them). Name it, for example: "
      "paddock " +
      command + " config.yaml");
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (&part == &parts.front() ? "" : ",") + part;
  return text;
}

}  // namespace

LeaveCommand wrong(const std::string& message) { return {2, "", "paddock: " + message + "\n"}; }

void ConfigOptions::add_to(CLI::App& app) {
  app.add_option("--config", files, "the configuration file; several are read together")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--config-dir", dir, "a folder whose *.yml and *.yaml are read together, after the file")
      ->type_name("DIR");
}

ConfigChoice ConfigOptions::choice() const {
  if (files.empty() && dir.empty() && !found.empty()) return {{found}, ""};
  return {files, dir};
}

void FileOptions::add_to(CLI::App& app) {
  app.add_option("FILE", files, "configuration files, read together")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  config.add_to(app);
}

ConfigChoice FileOptions::chosen(const ConfigOptions& before) const {
  ConfigChoice result = config.choice();
  result.files.insert(result.files.end(), files.begin(), files.end());
  return result.empty() ? before.choice() : result;
}

void CheckOptions::add_to(CLI::App& app) {
  files.add_to(app);
  app.add_flag("--print", command.print,
               "print the configuration with defaults and macros filled in; findings go to standard error");
  app.add_flag("--json", command.json, "answer with one JSON document");
  app.add_flag("--strict", command.strict, "warnings count like errors");
}

Command CheckOptions::chosen(const ConfigOptions& before) const {
  CheckCommand result = command;
  result.config = files.chosen(before);
  return result.config.empty() ? no_configuration("check") : Command(std::move(result));
}

void MatrixOptions::add_to(CLI::App& app) { files.add_to(app); }

Command MatrixOptions::chosen(const ConfigOptions& before) const {
  MatrixCommand result{files.chosen(before)};
  return result.config.empty() ? no_configuration("matrix") : Command(std::move(result));
}

void DaemonOptions::add_to(CLI::App& app) {
  app.add_option("--url", url, "where the daemon is: HOST:PORT, or http://HOST:PORT")->type_name("URL");
  app.footer(kDaemonFooter);
}

void PlanOptions::add_to(CLI::App& app) {
  app.add_option("MODEL", model, "the model that a request would name")->required();
  running_option =
      app.add_option("--running", running,
                     "models that are to count as running, the most recently used first, instead "
                     "of those that do; commas separate them, so that no id here may hold one")
          ->type_name("A,B")
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  daemon.add_to(app);
  app.add_flag("--json", json, "print the daemon's answer as it came");
}

Command PlanOptions::chosen() const {
  if (model.empty()) return wrong("which model? Name it, for example: paddock plan my-model");
  const auto address = client::choose_address(daemon.url);
  if (!address) return wrong(address.error().sentence);
  PlanCommand result{*address, model, std::nullopt, json};
  if (running_option->count() > 0) result.running = joined(running);
  return result;
}

void FitOptions::add_to(CLI::App& app) {
  app.add_option("TARGET", command.target, "a GGUF file, or a model of a running daemon")->required();
  app.add_option("WORDS", command.words,
                 "behind `--`: more of a llama-server's command line, as in -- -ngl 20 --n-cpu-moe 10")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--ctx", context, "of a file: the context, in tokens")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--cache-type-k", cache_k, "of a file: how K is kept, as in q8_0")->type_name("TYPE");
  app.add_option("--cache-type-v", cache_v, "of a file: the same for V")->type_name("TYPE");
  gpus_option = app.add_option("--gpus", gpus, "of a file: which GPUs, by number or UUID; `none`: RAM alone")
                    ->type_name("A,B");
  app.add_option("--gpu-source", command.gpu_source,
                 "of a file: where GPUs are read: auto, none or file:PATH")
      ->type_name("SOURCE")
      ->capture_default_str();
  app.add_flag("--json", command.json, "print one JSON document, in bytes");
  daemon.add_to(app);
}

Command FitOptions::chosen() const {
  if (command.target.empty())
    return wrong("what? Name a file or a model, for example: paddock fit model.gguf");
  if (const auto source = gpu::find_source(command.gpu_source); !source) {
    return wrong("--gpu-source: " + source.error());
  }
  FitCommand result = command;
  result.url = daemon.url;
  if (gpus_option->count() > 0) result.gpus = gpus;
  for (const auto& [flag, value] :
       {std::pair("-c", &context), std::pair("-ctk", &cache_k), std::pair("-ctv", &cache_v)}) {
    if (!value->empty()) result.words.insert(result.words.end(), {flag, *value});
  }
  return result;
}

}  // namespace paddock::app
