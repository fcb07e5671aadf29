#include <string_view>
#include <utility>

#include "parse.h"
#include "reader.h"
#include "report.h"

namespace paddock::config {

namespace {

// The entries under a key. Nothing if it holds nothing, or not a mapping, which is then reported.
const Node* mapping_of(Reader& reader, const Entry& entry) {
  const Node& node = *entry.value;
  if (node.kind == Node::Kind::kMapping) return &node;
  if (node.kind != Node::Kind::kNull) {
    reader.error(node, in_quotes(entry.key->text) + " must be a mapping, not " + kind_name(node));
  }
  return nullptr;
}

template <class Target>
void read_keys(Reader& reader, const Entry& entry, std::span<const Key<Target>> keys, Target& target) {
  if (const Node* mapping = mapping_of(reader, entry)) read_mapping<Target>(reader, *mapping, keys, target);
}

// Nothing is read yet: the caller fills the value. Nothing if there is nothing to read.
template <class T>
const Node* open(Reader& reader, const Entry& entry, Field<T>& field) {
  field.key = reader.pos(*entry.key);
  const Node* mapping = mapping_of(reader, entry);
  field.broken = mapping == nullptr && entry.value->kind != Node::Kind::kNull;
  if (mapping != nullptr) field.value = Located<T>{{}, reader.pos(*mapping)};
  return mapping;
}

template <auto Member, class Target>
void named(Reader& reader, const Entry& entry, Target& target) {
  auto& field = target.*Member;
  const Node* mapping = open(reader, entry, field);
  if (mapping == nullptr) return;
  for (const Entry& inner : mapping->entries) {
    auto& added = field.value->value.emplace_back();
    added.name = {inner.key->text, reader.pos(*inner.key)};
    reader.read(inner, added.value);
  }
}

constexpr Key<GroupDraft> kGroupKeys[] = {
    {"swap", &value<&GroupDraft::swap>},
    {"exclusive", &value<&GroupDraft::exclusive>},
    {"persistent", &value<&GroupDraft::persistent>},
    {"members", &value<&GroupDraft::members>},
};

void groups(Reader& reader, const Entry& entry, RouterDraft& router) {
  const Node* mapping = open(reader, entry, router.groups);
  if (mapping == nullptr) return;
  for (const Entry& inner : mapping->entries) {
    GroupDraft group;
    group.name = {inner.key->text, reader.pos(*inner.key)};
    read_keys<GroupDraft>(reader, inner, kGroupKeys, group);
    router.groups.value->value.push_back(std::move(group));
  }
}

constexpr Key<MatrixDraft> kMatrixKeys[] = {
    {"vars", &named<&MatrixDraft::vars, MatrixDraft>},
    {"evict_costs", &named<&MatrixDraft::costs, MatrixDraft>},
    {"sets", &named<&MatrixDraft::sets, MatrixDraft>},
};

void matrix(Reader& reader, const Entry& entry, RouterDraft& router) {
  const Node* mapping = open(reader, entry, router.matrix);
  if (mapping == nullptr) return;
  router.matrix.value->value.is_empty = mapping->entries.empty();
  read_mapping<MatrixDraft>(reader, *mapping, kMatrixKeys, router.matrix.value->value);
}

constexpr Key<RouterDraft> kRouterSettings[] = {
    {"groups", &groups},
    {"matrix", &matrix},
};

void router_settings(Reader& reader, const Entry& entry, RouterDraft& router) {
  read_keys<RouterDraft>(reader, entry, kRouterSettings, router);
}

constexpr Key<RouterDraft> kRouterKeys[] = {
    {"use", &value<&RouterDraft::use>},
    {"settings", &router_settings},
};

constexpr Key<SchedulerDraft> kFifoKeys[] = {
    {"priority", &named<&SchedulerDraft::priorities, SchedulerDraft>},
};

void fifo(Reader& reader, const Entry& entry, SchedulerDraft& scheduler) {
  read_keys<SchedulerDraft>(reader, entry, kFifoKeys, scheduler);
}

constexpr Key<SchedulerDraft> kFairKeys[] = {
    {"maxWait", &value<&SchedulerDraft::max_wait>},
    {"minResidency", &value<&SchedulerDraft::min_residency>},
};

void fair(Reader& reader, const Entry& entry, SchedulerDraft& scheduler) {
  read_keys<SchedulerDraft>(reader, entry, kFairKeys, scheduler);
}

constexpr Key<SchedulerDraft> kSchedulerSettings[] = {
    {"fifo", &fifo},
    {"fair", &fair},
};

void scheduler_settings(Reader& reader, const Entry& entry, SchedulerDraft& scheduler) {
  read_keys<SchedulerDraft>(reader, entry, kSchedulerSettings, scheduler);
}

constexpr Key<SchedulerDraft> kSchedulerKeys[] = {
    {"use", &value<&SchedulerDraft::use>},
    {"settings", &scheduler_settings},
};

void router(Reader& reader, const Entry& entry, RoutingDraft& routing) {
  routing.router_key = reader.pos(*entry.key);
  read_keys<RouterDraft>(reader, entry, kRouterKeys, routing.router);
}

void scheduler(Reader& reader, const Entry& entry, RoutingDraft& routing) {
  read_keys<SchedulerDraft>(reader, entry, kSchedulerKeys, routing.scheduler);
}

constexpr Key<RoutingDraft> kRoutingKeys[] = {
    {"router", &router},
    {"scheduler", &scheduler},
};

const Entry* find_entry(const Node& root, std::string_view key) {
  for (const Entry& entry : root.entries) {
    if (entry.key->text == key) return &entry;
  }
  return nullptr;
}

}  // namespace

RoutingDraft parse_routing(const Node& root, Reader& reader) {
  RoutingDraft draft;
  if (const Entry* entry = find_entry(root, "groups")) groups(reader, *entry, draft.legacy);
  if (const Entry* entry = find_entry(root, "matrix")) matrix(reader, *entry, draft.legacy);
  if (const Entry* entry = find_entry(root, "routing"))
    read_keys<RoutingDraft>(reader, *entry, kRoutingKeys, draft);
  return draft;
}

}  // namespace paddock::config
