#include "parse_blocks.h"

namespace paddock::config {

namespace {

// What cannot be read is left out; it has been reported.
void read_params(Reader& reader, const Entry& entry, std::vector<ParamDraft>& params) {
  const Node* mapping = reader.mapping(entry);
  if (mapping == nullptr) return;
  for (const Entry& param : mapping->entries) {
    if (std::optional<JsonText> json = reader.free_form(param)) {
      params.push_back({{param.key->text, reader.pos(*param.key)}, std::move(*json)});
    }
  }
}

// The only keys of the file in which macros are looked at.
void read_params_by_id(Reader& reader, const Entry& entry, std::vector<ParamsByIdDraft>& by_id) {
  const Node* mapping = reader.mapping(entry);
  if (mapping == nullptr) return;
  for (const Entry& one : mapping->entries) {
    std::optional<Text> name = reader.expand(*one.key);
    ParamsByIdDraft draft;
    read_params(reader, one, draft.params);
    if (!name) continue;
    draft.shown = name->shown();
    draft.name = {std::move(name->value), reader.pos(*one.key)};
    by_id.push_back(std::move(draft));
  }
}

constexpr Key<FiltersDraft> kFiltersKeys[] = {
    {"stripParams", &value<&FiltersDraft::strip_params>},
    {"strip_params", &value<&FiltersDraft::old_strip_params>},
    {"setParams", &part<&FiltersDraft::set_params, read_params>},
    {"setParamsByID", &part<&FiltersDraft::set_params_by_id, read_params_by_id>},
};

}  // namespace

void read_filters(Reader& reader, const Entry& entry, FiltersDraft& filters) {
  filters.key = reader.pos(*entry.key);
  read_block<FiltersDraft>(reader, entry, kFiltersKeys, filters);
}

}  // namespace paddock::config
