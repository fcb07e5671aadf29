// The keys of `apiKeys`, `cors` and `admin`.
#include <algorithm>

#include "parse_blocks.h"
#include "report.h"

namespace paddock::config {

namespace {

constexpr Key<ApiKeyDraft> kApiKeyKeys[] = {
    {"key", &value<&ApiKeyDraft::key>},
    {"name", &value<&ApiKeyDraft::name>},
    {"roles", &value<&ApiKeyDraft::roles>},
    {"models", &value<&ApiKeyDraft::models>},
};

constexpr Key<CorsDraft> kCorsKeys[] = {
    {"origins", &value<&CorsDraft::origins>},
};

constexpr Key<AdminDraft> kAdminKeys[] = {
    {"config_write", &value<&AdminDraft::config_write>},
};

// An unknown key is no mere warning here: a `role` that is not read would leave a key with all of them.
void read_key_block(Reader& reader, const Node& mapping, ApiKeyDraft& draft) {
  Node known;
  known.kind = Node::Kind::kMapping;
  for (const Entry& entry : mapping.entries) {
    const bool is_known = std::any_of(std::begin(kApiKeyKeys), std::end(kApiKeyKeys),
                                      [&](const auto& key) { return key.name == entry.key->text; });
    if (is_known) {
      known.entries.push_back(entry);
      continue;
    }
    draft.broken = true;
    reader.error(*entry.key, "an entry of 'apiKeys' has no key " + in_quotes(entry.key->text),
                 "it has 'key', 'name', 'roles' and 'models'");
  }
  read_mapping<ApiKeyDraft>(reader, known, kApiKeyKeys, draft);
}

ApiKeyDraft read_api_key(Reader& reader, const Node& item) {
  ApiKeyDraft draft;
  draft.pos = reader.pos(item);
  if (item.kind == Node::Kind::kMapping) {
    read_key_block(reader, item, draft);
  } else if (item.kind == Node::Kind::kScalar) {
    draft.key.key = draft.pos;
    std::optional<Text> text = reader.expand(item);
    draft.broken = !text;
    if (text) draft.key.value = Located<Text>{std::move(*text), draft.pos};
  } else {
    draft.broken = true;
    reader.error(item, std::string("an entry of 'apiKeys' must be text or a mapping, not ") + kind_name(item),
                 "write the key, or 'key:' and beside it 'name', 'roles' and 'models'");
  }
  return draft;
}

}  // namespace

void read_api_keys(Reader& reader, const Entry& entry, Field<std::vector<ApiKeyDraft>>& keys) {
  keys.key = reader.pos(*entry.key);
  const Node& list = *entry.value;
  if (list.kind == Node::Kind::kNull) return;
  if (list.kind != Node::Kind::kSequence) {
    keys.broken = true;
    reader.error(list, std::string("'apiKeys' must be a list, not ") + kind_name(list),
                 list.kind == Node::Kind::kScalar ? "put '- ' in front of it" : "");
    return;
  }
  keys.value = Located<std::vector<ApiKeyDraft>>{{}, reader.pos(list)};
  for (const Node* item : list.items) keys.value->value.push_back(read_api_key(reader, *item));
}

void read_cors(Reader& reader, const Entry& entry, CorsDraft& cors) {
  read_block<CorsDraft>(reader, entry, kCorsKeys, cors);
}

void read_admin(Reader& reader, const Entry& entry, AdminDraft& admin) {
  read_block<AdminDraft>(reader, entry, kAdminKeys, admin);
}

}  // namespace paddock::config
