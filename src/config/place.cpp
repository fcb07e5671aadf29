#include <algorithm>
#include <string_view>

#include "source.h"
#include "yaml_tree.h"

namespace paddock::config {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t content_start(std::string_view text, std::size_t offset) {
  const char first = offset < text.size() ? text[offset] : '\0';
  if (first == '\'' || first == '"') return offset + 1;
  if (first != '|' && first != '>') return offset;
  return std::min(text.find('\n', offset), text.size());
}

}  // namespace

SourcePos place_in(const Sources& sources, const Node& scalar, std::size_t text_offset) {
  const Source& source = sources.of(scalar.offset);
  const std::string_view written = source.text();
  std::size_t at = content_start(written, scalar.offset - source.base());
  for (std::size_t i = 0; i <= text_offset && i < scalar.text.size(); ++i) {
    if (is_blank(scalar.text[i])) continue;
    while (at < written.size() && is_blank(written[at])) ++at;
    if (at >= written.size() || written[at] != scalar.text[i]) return source.pos(scalar.offset);
    if (i == text_offset) return source.pos(source.base() + at);
    ++at;
  }
  return source.pos(source.base() + at);
}

const char* kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kScalar:
      return "text";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

}  // namespace paddock::config
