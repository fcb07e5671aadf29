#include "yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <istream>
#include <sstream>
#include <unordered_map>

#include "placeholder.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxKey = 1024;
// Up to here a look through all keys of a mapping is cheaper than a table of them.
constexpr std::size_t kFewKeys = 24;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Thrown through yaml-cpp when the finding that ends the reading has been reported.
struct StopReading {};

// yaml-cpp holds back the event of a flow collection until it has read its end, and keeps a hundred bytes for
// each byte of it: a file of nothing but brackets would cost seconds and a gigabyte before the first event.
class Feed final : public std::stringbuf {
 public:
  static constexpr std::size_t kMost = std::size_t{3} << 20;
  struct Stalled {};

  explicit Feed(const std::string& text) : std::stringbuf(text, std::ios_base::in) {}

  // An event has come.
  void restart() { since_event_ = 0; }

 protected:
  std::streamsize xsgetn(char* to, std::streamsize most) override {
    const std::streamsize got = std::stringbuf::xsgetn(to, most);
    since_event_ += static_cast<std::size_t>(got);
    if (since_event_ > kMost) throw Stalled{};
    return got;
  }

 private:
  std::size_t since_event_ = 0;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Feed& feed, Document& document, Report& report)
      : source_(source), feed_(feed), document_(document), report_(report) {}

  // Where the last event was.
  SourcePos last() const { return source_.pos(last_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(at(mark), "a second YAML document starts here", "one file holds one document");
  }
  void OnDocumentEnd() override {
    if (is_open_quote(last_scalar_)) stop(last_scalar_, "the quote that opens here is never closed", "");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node& node = add_node(Node::Kind::kNull, at(mark));
    node.textless = !is_written_null(at(mark));
    if (!open_.empty() && open_.back().key != nullptr) {
      node.offset = open_.back().key->offset;
    } else if (node.textless) {
      node.offset = item_before(node.offset);
    }
    finish(node, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node& node = add_node(Node::Kind::kScalar, after_properties(at(mark)));
    node.text = value;
    show_braces(node.text);
    last_scalar_ = node.offset;
    node.plain = tag != "!" && tag != "tag:yaml.org,2002:str";
    add_weight(node, node.text.size());
    if (node.text.find('\0') != std::string::npos) report_.error(pos(node), "the text holds a NUL byte");
    finish(node, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    feed_.restart();
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(at(mark), "the alias stands inside the value that it names", "");
    if (open_.size() + found->second->height > kMaxDepth) stop_deep(at(mark));
    attach(*found->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::kMapping, mark, anchor);
  }
  void OnMapEnd() override {
    if (open_.back().has_merge) merge(open_.back());
    close();
  }

 private:
  // A list or mapping whose end has not been read yet.
  struct Open {
    Node* node = nullptr;
    YAML::anchor_t anchor = 0;
    bool key_read = false;      // the next node is a value
    const Node* key = nullptr;  // null with key_read: the entry is to be dropped
    bool has_merge = false;
    std::unordered_map<std::string_view, const Node*> keys;  // empty while there are few

    // The key with this text if there is one already; else it is remembered. Before it becomes an entry.
    const Node* find_or_add(const Node& wanted) {
      if (keys.empty() && node->entries.size() < kFewKeys) {
        for (const Entry& entry : node->entries) {
          if (entry.key->text == wanted.text) return entry.key;
        }
        return nullptr;
      }
      if (keys.empty()) {
        for (const Entry& entry : node->entries) keys.emplace(entry.key->text, entry.key);
      }
      const auto [first, is_new] = keys.try_emplace(wanted.text, &wanted);
      return is_new ? nullptr : first->second;
    }
  };

  [[noreturn]] void stop(std::size_t offset, std::string message, std::string hint) {
    report_.error(source_.pos(offset), std::move(message), std::move(hint));
    throw StopReading{};
  }

  std::size_t at(const YAML::Mark& mark) const {
    return source_.base() + std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), source_.text().size());
  }
  SourcePos pos(const Node& node) const { return source_.pos(node.offset); }

  // yaml-cpp marks a node at its anchor or tag.
  std::size_t after_properties(std::size_t offset) const {
    const std::string_view text = source_.text();
    std::size_t i = offset - source_.base();
    while (i < text.size() && (text[i] == '&' || text[i] == '!')) {
      while (i < text.size() && !is_blank(text[i])) ++i;
      i = next_token(i);
    }
    return i < text.size() ? source_.base() + i : offset;
  }

  // yaml-cpp takes the end of the file for the end of the quoted text if a line break comes before it.
  bool is_open_quote(std::size_t offset) const {
    const std::string_view text = source_.text();
    std::size_t i = offset - source_.base();
    const char quote = i < text.size() ? text[i] : '\0';
    if (quote != '\'' && quote != '"') return false;
    const char escape = quote == '"' ? '\\' : '\'';  // takes the next byte with it
    for (++i; i < text.size(); ++i) {
      const bool escapes = text[i] == escape && (quote == '"' || text.substr(i + 1, 1) == "'");
      if (escapes) {
        ++i;
      } else if (text[i] == quote) {
        return false;
      }
    }
    return true;
  }

  // yaml-cpp marks a null that is not written at whatever comes next.
  bool is_written_null(std::size_t offset) const {
    const std::string_view text = source_.text().substr(after_properties(offset) - source_.base());
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n,]}#:"));
    const std::string_view behind = text.substr(word.size(), 1);
    return behind != ":" && (word == "~" || word == "null" || word == "Null" || word == "NULL");
  }

  // The dash, comma or bracket of an item that holds nothing: yaml-cpp marks it at whatever comes next.
  std::size_t item_before(std::size_t offset) const {
    const std::string_view text = source_.text();
    for (std::size_t end = std::min(offset - source_.base(), text.size()); end > 0;) {
      const std::size_t start = text.rfind('\n', end - 1) + 1;  // npos + 1 is the first byte
      std::string_view line = text.substr(start, end - start);
      line = line.substr(0, std::min(line.find('#'), line.size()));
      const std::size_t last = line.find_last_not_of(" \t\r\n");
      if (last != std::string_view::npos) {
        const bool is_mark = std::string_view("-,[").find(line[last]) != std::string_view::npos;
        return is_mark ? source_.base() + start + last : offset;
      }
      end = start == 0 ? 0 : start - 1;
    }
    return offset;
  }

  std::size_t next_token(std::size_t i) const {
    const std::string_view text = source_.text();
    while (i < text.size() && (is_blank(text[i]) || text[i] == '#')) {
      i = text[i] == '#' ? std::min(text.find('\n', i), text.size()) : i + 1;
    }
    return i;
  }

  Node& add_node(Node::Kind kind, std::size_t offset) {
    feed_.restart();
    last_ = offset;
    Node& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.offset = offset;
    add_weight(node, kNodeWeight);
    return node;
  }

  void add_weight(Node& node, std::size_t weight) {
    node.weight += weight;
    if (node.weight > kMaxWeight || document_.nodes.size() > kMaxWeight / kNodeWeight) {
      stop(node.offset, "the file holds too many values, aliases counted at every use", "");
    }
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() >= kMaxDepth) stop_deep(at(mark));
    Open opened;
    opened.node = &add_node(kind, at(mark));
    opened.anchor = anchor;
    open_.push_back(std::move(opened));
  }

  [[noreturn]] void stop_deep(std::size_t offset) {
    stop(offset, "lists and mappings are nested more than " + std::to_string(kMaxDepth) + " deep", "");
  }

  void close() {
    Node& node = *open_.back().node;
    const YAML::anchor_t anchor = open_.back().anchor;
    open_.pop_back();
    finish(node, anchor);
  }

  void finish(Node& node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = &node;
    attach(node);
  }

  void attach(const Node& node) {
    if (open_.empty()) {
      if (node.kind != Node::Kind::kNull) document_.roots.push_back(&node);
      return;
    }
    Open& parent = open_.back();
    parent.node->height = std::max(parent.node->height, node.height + 1);
    if (parent.node->kind == Node::Kind::kSequence) {
      parent.node->items.push_back(&node);
      add_weight(*parent.node, node.weight);
    } else if (!parent.key_read) {
      parent.key_read = true;
      parent.key = &node;
    } else {
      add_entry(parent, node);
    }
  }

  void add_entry(Open& parent, const Node& value) {
    const Node& key = *parent.key;
    parent.key_read = false;
    parent.key = nullptr;
    if (key.kind != Node::Kind::kScalar) {
      report_.error(pos(key), std::string("a key must be text, not ") + kind_name(key));
      return;
    }
    if (key.text.size() > kMaxKey) stop(key.offset, "the key is longer than 1024 bytes", "");
    if (const Node* first = parent.find_or_add(key)) {
      if (report_.full()) throw StopReading{};
      report_.error(pos(key),
                    "key " + in_quotes(key.text) + " is already given in " + report_.line_of(pos(*first)),
                    "remove one of the two");
      return;
    }
    parent.has_merge = parent.has_merge || is_merge(key);
    parent.node->entries.push_back({&key, &value});
    add_weight(*parent.node, key.weight + value.weight);
  }

  static bool is_merge(const Node& key) { return key.plain && key.text == "<<"; }

  // Merged entries stand where the `<<` stood: order matters for macros.
  void merge(Open& mapping) {
    for (const Entry& entry : mapping.node->entries) mapping.keys.emplace(entry.key->text, entry.key);
    std::vector<Entry> before;
    before.swap(mapping.node->entries);
    for (const Entry& entry : before) {
      if (!is_merge(*entry.key)) {
        mapping.node->entries.push_back(entry);
      } else if (entry.value->kind == Node::Kind::kSequence) {
        for (const Node* item : entry.value->items) merge_from(mapping, *item);
      } else {
        merge_from(mapping, *entry.value);
      }
    }
  }

  void merge_from(Open& mapping, const Node& from) {
    if (from.kind != Node::Kind::kMapping) {
      report_.error(pos(from), std::string("'<<' merges mappings, this is ") + kind_name(from));
      return;
    }
    for (const Entry& entry : from.entries) {
      if (!mapping.keys.try_emplace(entry.key->text, entry.key).second) continue;
      mapping.node->entries.push_back(entry);
      add_weight(*mapping.node, entry.key->weight + entry.value->weight);
    }
  }

  const Source& source_;
  Feed& feed_;
  Document& document_;
  Report& report_;
  std::size_t last_ = source_.base();
  std::size_t last_scalar_ = source_.base();
  int documents_ = 0;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
};

std::string_view line_of(const Source& source, SourcePos pos) {
  std::string_view text = source.text();
  for (int line = 1; line < pos.line; ++line) text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
  return text.substr(0, text.find('\n'));
}

std::string syntax_hint(const Source& source, SourcePos pos, const std::string& message) {
  const std::string_view line = line_of(source, pos);
  const std::string_view indent = line.substr(0, line.find_first_not_of(" \t"));
  if (indent.find('\t') != std::string_view::npos) return "indent with blanks, not with tabs";
  if (message.rfind("end of", 0) == 0) return "look at the indentation of this line and the lines before it";
  return {};
}

void report_syntax(const Source& source, Report& report, const YAML::Exception& error) {
  if (error.mark.is_null()) {
    report.error(source.whole(), error.msg);
    return;
  }
  const auto offset = static_cast<std::size_t>(std::max(error.mark.pos, 0));
  const SourcePos pos = source.pos(source.base() + std::min(offset, source.text().size()));
  report.error(pos, error.msg, syntax_hint(source, pos, error.msg));
}

}  // namespace

bool read_yaml(const Source& source, Document& document, Report& report) {
  Feed feed(hide_braces(source.text()));
  TreeBuilder builder(source, feed, document, report);
  try {
    std::istream in(&feed);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    return true;
  } catch (const StopReading&) {
  } catch (const Feed::Stalled&) {
    report.error(builder.last(), "the value behind this place does not end within 3 MiB",
                 "write it in block style, or split it");
  } catch (const YAML::Exception& error) {
    report_syntax(source, report, error);
  } catch (const std::exception& error) {
    report.error(source.whole(), std::string("the YAML reader gave up: ") + error.what());
  }
  return false;
}

}  // namespace paddock::config
