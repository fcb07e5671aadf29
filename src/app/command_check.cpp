#include "command_check.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_words.h"
#include "endpoint_url.h"
#include "listen_address.h"
#include "paddock/base/text.h"
#include "paddock/config/mask.h"

namespace paddock::app {

namespace {

using config::Config;
using config::Diagnostic;
using config::ModelConfig;
using config::PortText;

constexpr std::size_t kLongestPath = 4096;
constexpr int kMostFiles = 64;
// What a person would mend before he reads on.
constexpr std::size_t kMostOfOneModel = 20;
constexpr std::size_t kMostOfAll = 200;

constexpr const char* kIsItMounted = "in a container: is the volume mounted there?";

std::string in_quotes(const std::string& text) { return "'" + printable(text, 300) + "'"; }

// The findings about one model, each once.
class Findings {
 public:
  Findings(const Config& config, const ModelConfig& model) : model_(model) {
    const auto file = static_cast<std::size_t>(model.pos.file);
    if (file < config.files.size()) file_ = config.files[file];
  }

  void add(const std::string& message, std::string hint) {
    add(message, [&hint] { return std::move(hint); });
  }
  // The hint is looked for only if the finding is told.
  void add(const std::string& message, const std::function<std::string()>& hint) {
    if (messages_.size() >= kMostOfOneModel || !messages_.insert(message).second) return;
    found_.push_back({config::Severity::kWarning, file_, model_.pos,
                      "model " + in_quotes(model_.id.str()) + ": " + message, hint()});
  }
  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  const ModelConfig& model_;
  std::string file_;
  std::set<std::string> messages_;
  std::vector<Diagnostic> found_;
};

// The last entry of that name wins, as at launch.
const PortText* variable(const ModelConfig& model, const std::string& name) {
  const auto found = std::find_if(model.env.rbegin(), model.env.rend(),
                                  [&](const PortText& entry) { return entry.text.starts_with(name + "="); });
  return found == model.env.rend() ? nullptr : &*found;
}

std::string value_of(const PortText& entry) { return entry.text.substr(entry.text.find('=') + 1); }

bool is_on_path(const std::string& program, std::string_view folders, const MachineFacts& facts) {
  for (bool more = true; more;) {
    const std::size_t colon = folders.find(':');
    const std::string folder(folders.substr(0, colon));
    if (facts.is_program((folder.empty() ? "." : folder) + "/" + program)) return true;
    more = colon != std::string_view::npos;
    if (more) folders.remove_prefix(colon + 1);
  }
  return false;
}

void check_program(const PortText& program, const ModelConfig& model, const MachineFacts& facts,
                   Findings& findings) {
  if (program.text.find("${") != std::string::npos) return;  // it is known at launch only
  const std::string name = "the program " + in_quotes(program.shown());
  if (program.text.find('/') == std::string::npos) {
    const PortText* path = variable(model, "PATH");
    if (is_on_path(program.text, path ? value_of(*path) : facts.search_path(), facts)) return;
    return findings.add(name + " is not on PATH", "install it, or write its whole path");
  }
  if (facts.is_program(program.text)) return;
  if (facts.exists(program.text)) {
    return findings.add(name + " is not a file that may be executed", "chmod +x, or another path");
  }
  findings.add(name + " does not exist", std::string("correct the path; ") + kIsItMounted);
}

// The shortest leading part of the path that is not there, and is not all of it.
std::optional<std::string> missing_folder(const std::string& path, const MachineFacts& facts) {
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<std::size_t> slashes;
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    slashes.push_back(at);
  }
  // Below what is not there nothing is: a path of thousands of folders costs a dozen looks.
  const auto first = std::partition_point(
      slashes.begin(), slashes.end(), [&](std::size_t slash) { return facts.exists(path.substr(0, slash)); });
  if (first == slashes.end()) return std::nullopt;
  return path.substr(0, *first);
}

std::string hint_for(const PathArgument& argument, const MachineFacts& facts) {
  if (argument.path.starts_with("~")) return "~ means nothing without a shell: write the whole path";
  if (!argument.path.starts_with('/')) {
    return "it is looked for in the folder where paddock is started: write the whole path";
  }
  // Part of a path that is not shown is not shown either.
  const bool is_shown = argument.path == argument.shown;
  const std::optional<std::string> folder =
      is_shown ? missing_folder(argument.path, facts) : std::optional<std::string>();
  if (!folder) return std::string("correct the path; ") + kIsItMounted;
  return "there is no " + in_quotes(*folder) + " either; correct the path; " + kIsItMounted;
}

// Some flags take several files with commas between them.
bool all_exist(std::string_view paths, const MachineFacts& facts) {
  if (paths.size() <= kLongestPath && facts.exists(std::string(paths))) return true;
  if (paths.find(',') == std::string_view::npos) return false;
  for (int files = 0; files < kMostFiles; ++files) {
    const std::size_t comma = std::min(paths.find(','), paths.size());
    if (comma == 0 || comma > kLongestPath || !facts.exists(std::string(paths.substr(0, comma))))
      return false;
    if (comma == paths.size()) return true;
    paths.remove_prefix(comma + 1);
  }
  return true;  // so many that no engine takes them; the rest is not looked at
}

void check_paths(const ModelConfig& model, const MachineFacts& facts, Findings& findings) {
  for (const PathArgument& argument : path_arguments(model.argv)) {
    if (all_exist(argument.path, facts)) continue;
    const std::string flag = argument.flag.empty() ? "" : printable(argument.flag, 100) + " ";
    findings.add(flag + in_quotes(argument.shown) + " does not exist",
                 [&] { return hint_for(argument, facts); });
  }
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

// CUDA reads the list up to the first negative number. What is no number is the name of a card.
std::vector<int> card_indices(std::string_view list) {
  std::vector<int> indices;
  for (bool more = true; more;) {
    const std::size_t comma = list.find(',');
    const std::optional<int> index = whole_number(trim(list.substr(0, comma)));
    if (index && *index < 0) break;
    if (index) indices.push_back(*index);
    more = comma != std::string_view::npos;
    if (more) list.remove_prefix(comma + 1);
  }
  return indices;
}

std::string list_of(const std::vector<int>& numbers) {
  if (numbers.empty()) return "no card";
  std::string text = numbers.size() == 1 ? "only card " : "cards ";
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    text += (at == 0 ? "" : ", ") + std::to_string(numbers[at]);
  }
  return text;
}

void check_cards(const ModelConfig& model, const std::optional<std::vector<int>>& gpus, Findings& findings) {
  const PortText* visible = variable(model, "CUDA_VISIBLE_DEVICES");
  if (!gpus || visible == nullptr || visible->uses_port()) return;
  for (const int index : card_indices(value_of(*visible))) {
    if (std::find(gpus->begin(), gpus->end(), index) != gpus->end()) continue;
    const std::string number = visible->masked.empty() ? std::to_string(index) : std::string(config::kMask);
    findings.add("CUDA_VISIBLE_DEVICES names card " + number + ", this machine has " + list_of(*gpus),
                 "cards are counted from 0; in a container: was the card given to it?");
  }
}

std::vector<int> ports_of(const ModelConfig& model) {
  std::vector<int> ports = fixed_ports(model.argv);
  if (model.proxy.text.empty() || model.proxy.uses_port() || !model.proxy.masked.empty()) return ports;
  const process::Endpoint endpoint = split_url(model.proxy.text);
  if (is_loopback({endpoint.host, endpoint.port})) ports.push_back(endpoint.port);
  return ports;
}

using PortOwners = std::map<int, const ModelConfig*>;

void check_ports(const ModelConfig& model, PortOwners& owners, Findings& findings) {
  for (const int port : ports_of(model)) {
    const auto [owner, is_first] = owners.emplace(port, &model);
    if (is_first || owner->second == &model) continue;
    findings.add("port " + std::to_string(port) + " is also that of model " +
                     in_quotes(owner->second->id.str()) + ", so they cannot run side by side",
                 "write ${PORT} instead of the number in cmd and proxy, then each gets its own");
  }
}

// The store is opened later; what cannot work is known now.
void check_store(const Config& config, const MachineFacts& facts, std::vector<Diagnostic>& all) {
  const std::string& path = config.store_path;
  if (path.empty() || config::is_secret(config, "store.path")) return;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  std::string message;
  if (facts.exists(path + "/.")) {
    message = "'store.path' " + in_quotes(path) + " is a folder";
  } else if (!facts.exists(folder)) {
    message = "the folder of 'store.path' " + in_quotes(path) + " does not exist";
  } else {
    return;
  }
  all.push_back({config::Severity::kWarning,
                 config.files.empty() ? "" : config.files.front(),
                 {},
                 std::move(message),
                 "name a file in a folder that exists"});
}

// What is about no line comes last, as in what loading says.
bool is_before(const Diagnostic& a, const Diagnostic& b) {
  const bool a_placed = a.pos.line > 0;
  const bool b_placed = b.pos.line > 0;
  return a_placed != b_placed ? a_placed : a.pos < b.pos;
}

}  // namespace

std::vector<Diagnostic> check_commands(const Config& config, const MachineFacts& facts) {
  const std::optional<std::vector<int>> gpus = facts.gpus();
  PortOwners owners;
  std::vector<Diagnostic> all;
  for (const ModelConfig& model : config.models) {
    Findings findings(config, model);
    if (!model.argv.empty()) check_program(model.argv.front(), model, facts, findings);
    check_paths(model, facts, findings);
    if (!model.stop_argv.empty()) check_program(model.stop_argv.front(), model, facts, findings);
    check_ports(model, owners, findings);
    check_cards(model, gpus, findings);
    for (Diagnostic& found : findings.take()) all.push_back(std::move(found));
    if (all.size() >= kMostOfAll) break;
  }
  check_store(config, facts, all);
  return all;
}

void add_command_findings(config::LoadResult& loaded, const MachineFacts& facts) {
  if (!loaded.readable) return;
  for (Diagnostic& found : check_commands(*loaded.readable, facts)) {
    loaded.diagnostics.push_back(std::move(found));
  }
  std::stable_sort(loaded.diagnostics.begin(), loaded.diagnostics.end(), is_before);
}

}  // namespace paddock::app
