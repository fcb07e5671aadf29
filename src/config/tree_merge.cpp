#include "tree_merge.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "report.h"
#include "source.h"
#include "yaml_tree.h"

namespace paddock::config {

namespace {

constexpr std::string_view kIdentityMaps[] = {"models",
                                              "groups",
                                              "profiles",
                                              "selectors",
                                              "peers",
                                              "matrix",
                                              "routing.router.settings.groups",
                                              "routing.router.settings.matrix"};

// Deeper than the longest of them no path is needed.
constexpr std::size_t kLongestPath = 64;

bool is_identity_map(std::string_view path) {
  return std::find(std::begin(kIdentityMaps), std::end(kIdentityMaps), path) != std::end(kIdentityMaps);
}

std::string child_path(const std::string& path, const std::string& key) {
  if (path.size() + key.size() > kLongestPath || key.find('.') != std::string::npos) return "?";
  return path.empty() ? key : path + "." + key;
}

bool is_map(const Node& node) { return node.kind == Node::Kind::kMapping; }

class Merger {
 public:
  Merger(Document& document, const Sources& sources, Report& report)
      : document_(document), sources_(sources), report_(report) {}

  // `key` is the right one's; null at the top.
  const Node* merge(const Node& left, const Node& right, const Node* key, const std::string& path) {
    if (right.textless) return &left;
    if (left.textless) return &right;
    if (left.kind != right.kind) return kinds_differ(left, right, *key);
    switch (left.kind) {
      case Node::Kind::kNull:
        return &left;
      case Node::Kind::kScalar:
        if (left.text != right.text) texts_differ(left, right, *key);
        return &left;
      case Node::Kind::kSequence:
        return &append(own(left).node, right);
      case Node::Kind::kMapping:
        return &merge_maps(own(left), right, path);
    }
    return &left;
  }

 private:
  // A node of ours: a copy of one file's, which may stand elsewhere too, that grows.
  struct Owned {
    Node& node;
    std::unordered_map<std::string_view, std::size_t> index;  // of a mapping: entries by key
  };

  Owned& own(const Node& node) {
    const auto known = owned_.find(&node);
    if (known != owned_.end()) return known->second;
    Node& copy = document_.nodes.emplace_back(node);
    Owned& owned = owned_.emplace(&copy, Owned{copy, {}}).first->second;
    for (std::size_t i = 0; i < copy.entries.size(); ++i) owned.index.emplace(copy.entries[i].key->text, i);
    return owned;
  }

  static Node& append(Node& list, const Node& right) {
    list.items.insert(list.items.end(), right.items.begin(), right.items.end());
    list.height = std::max(list.height, right.height);
    return list;
  }

  Node& merge_maps(Owned& left, const Node& right, const std::string& path) {
    const bool identity = is_identity_map(path);
    for (const Entry& entry : right.entries) {
      const auto [found, is_new] = left.index.try_emplace(entry.key->text, left.node.entries.size());
      if (is_new) {
        left.node.entries.push_back(entry);
      } else if (Entry& known = left.node.entries[found->second]; identity) {
        given_twice(*known.key, *entry.key);
      } else {
        known.value = merge(*known.value, *entry.value, entry.key, child_path(path, entry.key->text));
      }
    }
    left.node.height = std::max(left.node.height, right.height);
    return left.node;
  }

  void given_twice(const Node& first, const Node& second) {
    report_.error(sources_.pos(second.offset), in_quotes(second.text) + " is already given in " + line(first),
                  "give it in one of the files only");
  }

  const Node* kinds_differ(const Node& left, const Node& right, const Node& key) {
    report_.error(sources_.pos(right.offset), in_quotes(key.text) + " is " + kind_name(right) + " here and " +
                                                  kind_name(left) + " in " + line(left));
    return &left;
  }

  // The texts may be secrets.
  void texts_differ(const Node& left, const Node& right, const Node& key) {
    report_.error(sources_.pos(right.offset), in_quotes(key.text) + " is given differently in " + line(left),
                  "give it in one of the files only");
  }

  std::string line(const Node& node) const { return report_.line_of(sources_.pos(node.offset)); }

  Document& document_;
  const Sources& sources_;
  Report& report_;
  std::unordered_map<const Node*, Owned> owned_;
};

}  // namespace

void merge_trees(Document& document, const Sources& sources, Report& report) {
  if (document.roots.empty()) return;
  document.root = document.roots.front();
  if (document.roots.size() == 1) return;
  Merger merger(document, sources, report);
  const Node* merged = nullptr;
  std::size_t weight = 0;
  for (const Node* root : document.roots) {
    weight += root->weight;
    if (weight > kMaxWeight) {
      document.root = nullptr;
      report.error(sources.pos(root->offset), "the files hold too many values, aliases counted at every use");
      return;
    }
    if (!is_map(*root)) {
      report.error(sources.pos(root->offset),
                   std::string("the file must be a mapping of keys, not ") + kind_name(*root));
    } else {
      merged = merged == nullptr ? root : merger.merge(*merged, *root, nullptr, {});
    }
  }
  document.root = merged;
}

}  // namespace paddock::config
