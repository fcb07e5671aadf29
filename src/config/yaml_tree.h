// The YAML texts as one tree that still knows where everything was written.
//
// What it models: order of keys, scalars with their spelling, anchors, aliases and merge keys resolved (an
// aliased node is the same node, at the place where it was written). Not what keys mean: that is parse.h.
// Mappings hold each key once: a duplicate is reported here and the first one counts. How the trees of
// several files become one is tree_merge.h.
// Immutable once read. Nodes belong to the Document and point into nothing else.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/source_pos.h"

namespace paddock::config {

class Report;
class Source;
class Sources;
struct Node;

struct Entry {
  const Node* key = nullptr;  // always a scalar
  const Node* value = nullptr;
};

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  bool plain = false;      // a scalar that YAML may take for a number or boolean: not quoted, not a block
  bool textless = false;   // a null that is not written: nothing stands behind its key
  std::size_t offset = 0;  // byte of Sources where it starts, after anchor and tag; a null: its key's
  std::size_t weight = 0;  // cost of visiting all of it, aliases followed
  std::size_t height = 0;  // lists and mappings inside one another, aliases followed; a scalar: 0
  std::string text;        // of a scalar
  std::vector<const Node*> items;  // of a sequence
  std::vector<Entry> entries;      // of a mapping
};

struct Document {
  std::deque<Node> nodes;
  std::vector<const Node*> roots;  // one per file that says anything
  const Node* root = nullptr;      // of all files together; null if none says anything
};

// Adds the tree of one file to `roots`. False after a syntax error, which is then reported; other findings do
// not stop the reading.
bool read_yaml(const Source& source, Document& document, Report& report);

// What visiting a Document may cost; a node costs its text and a fixed part.
inline constexpr std::size_t kMaxWeight = std::size_t{64} << 20;
inline constexpr std::size_t kNodeWeight = 128;
// Lists and mappings inside one another, aliases followed.
inline constexpr std::size_t kMaxDepth = 100;

// The place of one byte of a scalar's text. Exact as long as the text and the source up to there differ in
// white space only; after an escape or a doubled quote it is the start of the scalar.
SourcePos place_in(const Sources& sources, const Node& scalar, std::size_t text_offset);

// "a list", "a mapping", "text", "null"
const char* kind_name(const Node& node);

}  // namespace paddock::config
