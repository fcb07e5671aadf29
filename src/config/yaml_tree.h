// The YAML text as a tree that still knows where everything was written.
//
// What it models: order of keys, scalars with their spelling, anchors, aliases and merge keys resolved (an
// aliased node is the same node, at the place where it was written). Not what keys mean: that is parse.h.
// Mappings hold each key once: a duplicate is reported here and the first one counts.
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
struct Node;

struct Entry {
  const Node* key = nullptr;  // always a scalar
  const Node* value = nullptr;
};

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  bool plain = false;      // a scalar that YAML may take for a number or boolean: not quoted, not a block
  std::size_t offset = 0;  // byte in the source where it starts, after anchor and tag; a null: its key's
  std::size_t weight = 0;  // cost of visiting all of it, aliases followed
  std::string text;        // of a scalar
  std::vector<const Node*> items;  // of a sequence
  std::vector<Entry> entries;      // of a mapping
};

struct Document {
  std::deque<Node> nodes;
  const Node* root = nullptr;
};

// Nothing after a syntax error, which is then reported. Other findings do not stop the reading.
std::optional<Document> read_yaml(const Source& source, Report& report);

// The place of one byte of a scalar's text. Exact as long as the text and the source up to there differ in
// white space only; after an escape or a doubled quote it is the start of the scalar.
SourcePos place_in(const Source& source, const Node& scalar, std::size_t text_offset);

// "a list", "a mapping", "text", "null"
const char* kind_name(const Node& node);

}  // namespace paddock::config
