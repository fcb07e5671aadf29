// Reader: typed reading of one value of the tree, macros expanded, into a Field of the Draft. A value of the
// wrong type is reported and leaves the field empty; null leaves it empty silently.
//
// Also the table of keys: one line per key of a mapping. A key without a function is known to llama-swap but
// not used by this build. To add a key: a field in draft.h and a line in the table.
// One loading, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "field.h"
#include "paddock/config/values.h"
#include "scope.h"

namespace paddock::config {

class Reader {
 public:
  Reader(Loading& loading, Scope& scope) : loading_(loading), scope_(scope) {}

  void read(const Entry& entry, Field<bool>& field);
  void read(const Entry& entry, Field<std::int64_t>& field);
  void read(const Entry& entry, Field<Text>& field, PortUse port = PortUse::kNo);
  void read(const Entry& entry, Field<TextList>& field, PortUse port = PortUse::kNo);
  // A command: comment lines go before macros are looked at.
  void read_command(const Entry& entry, Field<Text>& field, PortUse port);
  // A mapping of free form.
  void read_object(const Entry& entry, Field<JsonText>& field);
  // A value of free form; nothing if something in it is wrong, which is then reported.
  std::optional<JsonText> free_form(const Entry& entry);

  // The value as a mapping. Null if it is null, and if it is no mapping, which is then reported.
  const Node* mapping(const Entry& entry, std::string hint = {});
  std::optional<Text> expand(const Node& scalar);

  SourcePos pos(const Node& node) const;
  void error(const Node& node, std::string message, std::string hint = {});
  void unknown_key(const Node& key, const std::vector<std::string>& known);
  void unused_key(const Node& key);

 private:
  template <class T>
  std::optional<Text> scalar(const Entry& entry, Field<T>& field, const char* expected, PortUse port);

  Loading& loading_;
  Scope& scope_;
};

template <class Target>
struct Key {
  std::string_view name;
  void (*read)(Reader& reader, const Entry& entry, Target& target) = nullptr;
};

template <auto Member, class Target>
void value(Reader& reader, const Entry& entry, Target& target) {
  reader.read(entry, target.*Member);
}

// A value in which `${PORT}` may stand.
template <auto Member, class Target>
void port_value(Reader& reader, const Entry& entry, Target& target) {
  reader.read(entry, target.*Member, PortUse::kYes);
}

// A key that another stage reads.
template <class Target>
void read_elsewhere(Reader&, const Entry&, Target&) {}

template <class Target>
void read_mapping(Reader& reader, const Node& mapping, std::span<const Key<Target>> keys, Target& target) {
  for (const Entry& entry : mapping.entries) {
    const Key<Target>* found = nullptr;
    for (const Key<Target>& key : keys) {
      if (key.name == entry.key->text) found = &key;
    }
    if (found == nullptr) {
      std::vector<std::string> names;
      for (const Key<Target>& key : keys) names.emplace_back(key.name);
      reader.unknown_key(*entry.key, names);
    } else if (found->read == nullptr) {
      reader.unused_key(*entry.key);
    } else {
      found->read(reader, entry, target);
    }
  }
}

// The value as a mapping of fixed keys. False if it is neither that nor null.
template <class Target>
bool read_block(Reader& reader, const Entry& entry, std::span<const Key<Target>> keys, Target& target) {
  const Node* mapping = reader.mapping(entry);
  if (mapping != nullptr) read_mapping<Target>(reader, *mapping, keys, target);
  return mapping != nullptr || entry.value->kind == Node::Kind::kNull;
}

// A key whose value another function reads into a part of the target.
template <auto Member, auto Read, class Target>
void part(Reader& reader, const Entry& entry, Target& target) {
  Read(reader, entry, target.*Member);
}

}  // namespace paddock::config
