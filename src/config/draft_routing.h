// RoutingDraft: what the file says about who may run together and who is served first, in the old keys at the
// top and in `routing`, before any rule is applied. Its words are field.h's. One loading, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "field.h"

namespace paddock::config {

struct GroupDraft {
  Located<std::string> name;
  Field<bool> swap;
  Field<bool> exclusive;
  Field<bool> persistent;
  Field<TextList> members;
};

using GroupsDraft = std::vector<GroupDraft>;

// An entry of a mapping whose keys the user chooses.
template <class T>
struct Named {
  Located<std::string> name;
  Field<T> value;
};

template <class T>
using NamedList = std::vector<Named<T>>;

struct MatrixDraft {
  Field<NamedList<Text>> vars;
  Field<NamedList<std::int64_t>> costs;
  Field<NamedList<Text>> sets;
  bool is_empty = true;  // no key at all
};

struct RouterDraft {
  Field<Text> use;
  Field<GroupsDraft> groups;
  Field<MatrixDraft> matrix;
};

struct SchedulerDraft {
  Field<Text> use;
  Field<NamedList<std::int64_t>> priorities;
  Field<Text> max_wait;
  Field<Text> min_residency;
};

struct RoutingDraft {
  RouterDraft legacy;  // `groups` and `matrix` at the top; never `use`
  SourcePos router_key;
  RouterDraft router;
  SchedulerDraft scheduler;
};

}  // namespace paddock::config
