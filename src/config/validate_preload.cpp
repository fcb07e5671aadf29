#include <algorithm>
#include <iterator>

#include "paddock/base/text.h"
#include "report.h"
#include "validate_names.h"

namespace paddock::config {

namespace {

using Ids = std::vector<ModelId>;

const Group* group_of(const Groups& groups, const ModelId& model) {
  for (const Group& group : groups.groups) {
    if (std::find(group.members.begin(), group.members.end(), model) != group.members.end()) return &group;
  }
  return nullptr;
}

bool stops(const Groups& groups, const ModelId& loaded, const ModelId& running) {
  const Group* of_loaded = group_of(groups, loaded);
  const Group* of_running = group_of(groups, running);
  if (of_loaded == nullptr || of_running == nullptr) return false;
  if (of_loaded == of_running) return of_loaded->swap;
  return of_loaded->exclusive && !of_running->persistent;
}

// Those that go when `loaded` comes; with a matrix, which knows of no single culprits, all or none.
Ids stopped_by(const Routing& routing, const ModelId& loaded, const Ids& before) {
  if (const auto* groups = std::get_if<Groups>(&routing.router)) {
    Ids out;
    std::copy_if(before.begin(), before.end(), std::back_inserter(out),
                 [&](const ModelId& running) { return stops(*groups, loaded, running); });
    return out;
  }
  Ids together = before;
  together.push_back(loaded);
  return may_run_together(routing, together) ? Ids() : before;
}

std::string conflict(const ModelId& loaded, const Ids& stopped) {
  const std::string who =
      stopped.size() == 1 ? in_quotes(stopped.front().str()) + ", which is" : "some of the models that are";
  return "'preload': loading " + in_quotes(loaded.str()) + " stops " + who + " loaded before it";
}

}  // namespace

std::vector<ModelId> validate_preload(const Field<TextList>& field, const NameTable& names,
                                      const Routing& routing, Report& report) {
  Ids models;
  if (!field.value) return models;
  for (const Located<Text>& entry : field.value->value) {
    const std::string name(trim(entry.value.value));
    if (name.empty()) continue;
    const NameTable::Target target = names.find(name);
    if (target.kind != NameTable::Kind::kModel) {
      report.warning(
          entry.pos,
          "'preload': " + in_quotes(entry.value.shown()) + " is no model of this file and is not loaded",
          names.guess(name));
      continue;
    }
    ModelId model(target.id);
    if (std::find(models.begin(), models.end(), model) != models.end()) continue;
    // A routing with errors proves nothing.
    const Ids stopped = report.failed() ? Ids() : stopped_by(routing, model, models);
    if (!stopped.empty()) {
      report.warning(entry.pos, conflict(model, stopped), "preload models that may run together");
    }
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace paddock::config
