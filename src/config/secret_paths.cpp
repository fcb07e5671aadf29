#include "secret_paths.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "placeholder.h"
#include "report.h"

namespace paddock::config {

namespace {

// Long keys around many values would multiply.
constexpr std::size_t kMostBytes = std::size_t{16} << 20;
// These are PortTexts, which are masked byte by byte.
constexpr std::string_view kPortTexts[] = {"cmd", "cmdStop", "env", "proxy"};

bool is_port_text(std::string_view key) {
  return std::find(std::begin(kPortTexts), std::end(kPortTexts), key) != std::end(kPortTexts);
}

class Walk {
 public:
  explicit Walk(const Loading& loading) : loading_(loading) {}

  void file(const Node& root) {
    for (const Entry& entry : root.entries) {
      if (entry.key->text == "macros") continue;
      path_ = entry.key->text;
      if (path_ == "models" && entry.value->kind == Node::Kind::kMapping) {
        models(*entry.value);
      } else {
        visit(*entry.value);
      }
    }
  }

  bool too_many() const { return bytes_ > kMostBytes; }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  void models(const Node& mapping) {
    for (const Entry& model : mapping.entries) {
      for (const Entry& entry : model.value->entries) {
        if (is_port_text(entry.key->text) || entry.key->text == "macros") continue;
        path_ = "models." + model.key->text + "." + entry.key->text;
        visit(*entry.value);
      }
    }
  }

  void visit(const Node& node) {
    if (too_many()) return;
    add_if_secret(node);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      visit_child(*node.items[i], std::to_string(i), nullptr);
    for (const Entry& entry : node.entries) visit_child(*entry.value, entry.key->text, entry.key);
  }

  void visit_child(const Node& node, const std::string& name, const Node* key) {
    const std::size_t before = path_.size();
    const std::size_t found = found_.size();
    path_ += "." + name;
    if (key != nullptr) add_if_secret(*key);
    const bool secret_key = found_.size() > found;
    visit(node);
    path_.resize(before);
    // A key with a macro in it is called otherwise in the configuration, so all of its mapping is hidden.
    if (key == nullptr || found_.size() == found || !next_placeholder(key->text, 0)) return;
    add(path_);
    if (secret_key) add_aliases();
  }

  void add_if_secret(const Node& node) {
    if (loading_.secrets.count(&node) != 0) add(path_);
  }

  // The names in setParamsByID become aliases.
  void add_aliases() {
    constexpr std::string_view kByName = ".filters.setParamsByID";
    if (path_.ends_with(kByName)) add(path_.substr(0, path_.size() - kByName.size()) + ".aliases");
  }

  void add(std::string path) {
    bytes_ += path.size() + sizeof(std::string);
    if (!too_many()) found_.push_back(std::move(path));
  }

  const Loading& loading_;
  std::string path_;
  std::vector<std::string> found_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::vector<std::string> find_secret_paths(const Document& document, Loading& loading) {
  if (loading.secrets.empty() || document.root == nullptr) return {};
  Walk walk(loading);
  walk.file(*document.root);
  if (walk.too_many()) loading.report.error({}, "too many values come from the environment");
  std::vector<std::string> paths = walk.take();
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace paddock::config
