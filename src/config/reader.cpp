#include "reader.h"

#include <algorithm>
#include <charconv>

#include "free_form.h"
#include "paddock/base/text.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

std::optional<bool> to_bool(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const char* yes : {"true", "yes", "on", "y"}) {
    if (lower == yes) return true;
  }
  for (const char* no : {"false", "no", "off", "n"}) {
    if (lower == no) return false;
  }
  return std::nullopt;
}

// Decimal only: 010 means 8 in YAML 1.1 and 10 in YAML 1.2.
std::optional<std::int64_t> to_integer(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const std::string_view digits = text.substr(!text.empty() && text.front() == '-' ? 1 : 0);
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  if (digits.size() < text.size() && digits.empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The lines of a command that are not comments.
std::vector<Part> command_lines(std::string_view text) {
  std::vector<Part> parts;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
    const std::string_view line = trim(text.substr(from, end - from));
    if (line.empty() || line.front() != '#') parts.push_back({from, end});
    from = end;
  }
  return parts;
}

}  // namespace

SourcePos Reader::pos(const Node& node) const { return loading_.source.pos(node.offset); }

void Reader::error(const Node& node, std::string message, std::string hint) {
  loading_.report.error(pos(node), std::move(message), std::move(hint));
}

template <class T>
std::optional<Text> Reader::scalar(const Entry& entry, Field<T>& field, const char* expected, PortUse port) {
  field.key = pos(*entry.key);
  const Node& node = *entry.value;
  if (node.kind == Node::Kind::kNull) return std::nullopt;
  field.broken = true;
  if (node.kind != Node::Kind::kScalar) {
    error(node, in_quotes(entry.key->text) + " must be " + expected + ", not " + kind_name(node));
    return std::nullopt;
  }
  std::optional<Text> text = scope_.expand(node, port);
  field.broken = !text;
  // A variable that is set to nothing is nothing, as if the place were empty in the file.
  if (text && text->value.empty() && text->plain && text->one_macro) return std::nullopt;
  return text;
}

void Reader::read(const Entry& entry, Field<bool>& field) {
  const std::optional<Text> text = scalar(entry, field, "true or false", PortUse::kNo);
  if (!text) return;
  if (const std::optional<bool> read = to_bool(text->value)) {
    field.value = Located<bool>{*read, pos(*entry.value)};
    return;
  }
  field.broken = true;
  error(*entry.value, in_quotes(entry.key->text) + " must be true or false, not " + in_quotes(text->shown()));
}

void Reader::read(const Entry& entry, Field<std::int64_t>& field) {
  const std::optional<Text> text = scalar(entry, field, "a whole number", PortUse::kNo);
  if (!text) return;
  const std::optional<std::int64_t> number = to_integer(text->value);
  if (number && (text->plain || text->one_macro)) {
    field.value = Located<std::int64_t>{*number, pos(*entry.value)};
    return;
  }
  field.broken = true;
  const std::string found = number ? "text in quotes" : in_quotes(text->shown());
  error(*entry.value, in_quotes(entry.key->text) + " must be a whole number, not " + found,
        number ? "remove the quotes" : "");
}

void Reader::read(const Entry& entry, Field<Text>& field, PortUse port) {
  std::optional<Text> text = scalar(entry, field, "text", port);
  if (text) field.value = Located<Text>{std::move(*text), pos(*entry.value)};
}

void Reader::read(const Entry& entry, Field<TextList>& field, PortUse port) {
  field.key = pos(*entry.key);
  const Node& list = *entry.value;
  if (list.kind == Node::Kind::kNull) return;
  if (list.kind != Node::Kind::kSequence) {
    field.broken = true;
    error(list, in_quotes(entry.key->text) + " must be a list, not " + kind_name(list),
          list.kind == Node::Kind::kScalar ? "put '- ' in front of it" : "");
    return;
  }
  field.value = Located<TextList>{{}, pos(list)};
  for (const Node* item : list.items) {
    std::optional<Text> text;
    if (item->kind == Node::Kind::kScalar) {
      text = scope_.expand(*item, port);
    } else {
      error(*item, "an entry of " + in_quotes(entry.key->text) + " must be text, not " + kind_name(*item));
    }
    field.broken = field.broken || !text;
    if (text) field.value->value.push_back({std::move(*text), pos(*item)});
  }
}

void Reader::read_command(const Entry& entry, Field<Text>& field, PortUse port) {
  field.key = pos(*entry.key);
  const Node& node = *entry.value;
  if (node.kind == Node::Kind::kNull) return;
  field.broken = true;
  if (node.kind != Node::Kind::kScalar) {
    return error(node, in_quotes(entry.key->text) + " must be text, not " + kind_name(node),
                 node.kind == Node::Kind::kSequence ? "write the whole command in one text" : "");
  }
  std::optional<Text> text = scope_.expand_parts(node, command_lines(node.text), port);
  field.broken = !text;
  if (text) field.value = Located<Text>{std::move(*text), pos(node)};
}

void Reader::read_object(const Entry& entry, Field<JsonText>& field) {
  field.key = pos(*entry.key);
  const Node* object = mapping(entry);
  if (object == nullptr) return;
  std::optional<JsonText> json = free_form(entry);
  field.broken = !json;
  if (json) field.value = Located<JsonText>{std::move(*json), pos(*object)};
}

std::optional<JsonText> Reader::free_form(const Entry& entry) {
  return to_json(*entry.value, entry.key->text, scope_);
}

const Node* Reader::mapping(const Entry& entry, std::string hint) {
  const Node& node = *entry.value;
  if (node.kind == Node::Kind::kMapping) return &node;
  if (node.kind != Node::Kind::kNull) {
    error(node, in_quotes(entry.key->text) + " must be a mapping, not " + kind_name(node), std::move(hint));
  }
  return nullptr;
}

std::optional<Text> Reader::expand(const Node& scalar) { return scope_.expand(scalar, PortUse::kNo); }

void Reader::unknown_key(const Node& key, const std::vector<std::string>& known) {
  std::optional<std::string_view> near;
  if (!loading_.report.full()) near = nearest(key.text, known);
  loading_.report.warning(pos(key), "unknown key " + in_quotes(key.text) + " is ignored",
                          near ? "did you mean '" + std::string(*near) + "'?" : "");
}

void Reader::unused_key(const Node& key) {
  loading_.report.warning(pos(key), "key " + in_quotes(key.text) + " is not used by this build yet");
}

}  // namespace paddock::config
