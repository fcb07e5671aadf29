#include "client_options.h"

#include <CLI/CLI.hpp>

namespace paddock::app {

namespace {

constexpr unsigned kMostLines = 1000;
constexpr int kMostRuns = 100;

std::string words(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& word : all) text += (text.empty() ? "" : " ") + word;
  return text;
}

Command which_model(const std::string& command) {
  return wrong("which model? Name it, for example: paddock " + command + " my-model");
}

}  // namespace

CLI::App* ClientOptions::add(CLI::App& app, const char* name, const char* text) {
  CLI::App* command = app.add_subcommand(name, text);
  daemon.add_to(*command);
  command->add_flag("--json", json, "print the daemon's answer, for programs");
  return command;
}

void ClientOptions::add_to(CLI::App& app) {
  add(app, "status", "show the models that are loaded")->add_flag("-a,--all", all, "show stopped models too");
  add(app, "load", "load a model and wait until it is ready")
      ->add_option("MODEL", model, "the model to load")
      ->required();
  CLI::App* unload = add(app, "unload", "stop a model and wait until it has stopped");
  unload->add_option("MODEL", model, "the model to stop");
  unload->add_flag("--all", all, "stop all models");
  unload->add_flag("--now", now, "do not wait for running requests, cut them");
  add_logs(app);
  add(app, "queue", "show the requests that wait");
  add(app, "top", "show models, cards and requests, live; q ends it");
  add_talking(app);
  add(app, "reload", "make the daemon read its configuration again");
  add(app, "health", "say whether a daemon answers; the exit code tells scripts");
}

void ClientOptions::add_logs(CLI::App& app) {
  CLI::App* command = add(app, "logs", "show what models and paddock have logged");
  command->add_option("MODEL", model, "whose lines; all, and paddock's own, if it is left out");
  command->add_flag("-f,--follow", logs.follow, "show what comes, too");
  command->add_option("--grep", logs.grep, "only lines in which this regular expression is found")
      ->type_name("RE");
  command
      ->add_option("--tag", logs.tags,
                   "only lines about this: gpu, error, timing, http, fit; several with commas")
      ->type_name("TAG");
  command->add_option("-n,--lines", lines, "only the newest so many lines; with -f 10 unless said")
      ->type_name("N")
      ->check(CLI::Range(1U, kMostLines));
}

void ClientOptions::add_talking(CLI::App& app) {
  CLI::App* chat = add(app, "chat", "ask a model something and show its answer as it comes");
  chat->add_option("MODEL", model, "the model to ask")->required();
  chat->add_option("PROMPT", prompt, "what to ask; a greeting if it is left out")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::App* measured = add(app, "bench", "measure how fast a model is");
  measured->add_option("MODEL", model, "the model to measure")->required();
  measured->add_option("--runs", bench.runs, "how often it is asked")
      ->type_name("N")
      ->check(CLI::Range(1, kMostRuns))
      ->capture_default_str();
  measured->add_flag("--cold", bench.cold, "unload it before, to measure its load");
}

std::optional<Command> ClientOptions::chosen(const CLI::App& app) const {
  const auto asked = app.get_subcommands();
  if (asked.empty()) return std::nullopt;
  const auto address = client::choose_address(daemon.url);
  auto command = named(asked.front()->get_name(), address ? *address : client::Address{});
  if (command && !address) return wrong(address.error().sentence);
  return command;
}

std::optional<Command> ClientOptions::named(const std::string& name, const client::Address& address) const {
  if (name == "status") return commands::StatusCommand{address, all, json};
  if (name == "queue") return commands::QueueCommand{address, json};
  if (name == "top") return commands::TopCommand{address, json};
  if (name == "reload") return commands::ReloadCommand{address, json};
  if (name == "health") return commands::HealthCommand{address, json};
  if (name != "logs") return of_model(name, address);
  commands::LogsCommand command = logs;
  command.address = address;
  command.json = json;
  if (!model.empty()) command.model = model;
  if (lines > 0) command.lines = lines;
  return command;
}

std::optional<Command> ClientOptions::of_model(const std::string& name,
                                               const client::Address& address) const {
  if (name == "unload") {
    if (all != model.empty())
      return wrong("which model? Name one, as in paddock unload my-model, or write --all");
    return commands::UnloadCommand{address, all ? std::nullopt : std::optional(model), now, json};
  }
  if (name != "load" && name != "chat" && name != "bench") return std::nullopt;
  if (model.empty()) return which_model(name);
  if (name == "load") return commands::LoadCommand{address, model, json};
  if (name == "chat") return commands::ChatCommand{address, model, words(prompt), json};
  return commands::BenchCommand{address, model, bench.runs, bench.cold, json};
}

}  // namespace paddock::app
