#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model_names.h"
#include "report.h"
#include "validate_routing.h"

namespace paddock::config {

namespace {

constexpr std::string_view kDefault = "(default)";

bool value_or(const Field<bool>& field, bool fallback) { return field.value ? field.value->value : fallback; }

class GroupsValidator {
 public:
  GroupsValidator(const ModelNames& models, Report& report)
      : models_(models), report_(report), places_(models.size()) {}

  void add(const GroupDraft& draft) {
    if (draft.name.value == kDefault) {
      report_.error(draft.name.pos, "'(default)' is the group of all models that are in no other",
                    "give this group another name");
    }
    Group group{draft.name.value, true, true, false, {}, draft.name.pos};
    group.swap = value_or(draft.swap, group.swap);
    group.exclusive = value_or(draft.exclusive, group.exclusive);
    group.persistent = value_or(draft.persistent, group.persistent);
    if (draft.members.value) {
      for (const Located<Text>& member : draft.members.value->value) add_member(group, member);
    }
    groups_.groups.push_back(std::move(group));
  }

  Groups finish() {
    Group rest;
    rest.name = kDefault;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      if (!places_[i]) rest.members.push_back(models_.id(i));
    }
    std::sort(rest.members.begin(), rest.members.end());
    groups_.groups.push_back(std::move(rest));
    return std::move(groups_);
  }

 private:
  // Where a model has been put first.
  struct Place {
    std::size_t group;
    SourcePos pos;
  };

  void add_member(Group& group, const Located<Text>& member) {
    const std::string& name = member.value.value;
    const std::optional<std::size_t> model = models_.find(name);
    if (!model) {
      return report_.error(
          member.pos, "no model " + in_quotes(member.value.shown()) + " for group " + in_quotes(group.name),
          report_.full() ? "" : did_you_mean(name, models_.names()));
    }
    if (places_[*model]) return refuse_again(group, member, *model);
    places_[*model] = Place{groups_.groups.size(), member.pos};
    group.members.push_back(models_.id(*model));
  }

  void refuse_again(const Group& group, const Located<Text>& member, std::size_t model) {
    const Place& first = *places_[model];
    const bool here = first.group == groups_.groups.size();
    const std::string where = here ? "this group" : "group " + in_quotes(groups_.groups[first.group].name);
    const std::string& id = models_.id(model).str();
    const std::string written =
        member.value.value == id ? "" : ", which " + in_quotes(member.value.shown()) + " means,";
    report_.error(member.pos,
                  "model " + in_quotes(id) + written + " is already a member of " + where + ", " +
                      report_.line_of(first.pos),
                  "a model is in one group once; this is group " + in_quotes(group.name));
  }

  const ModelNames& models_;
  Report& report_;
  std::vector<std::optional<Place>> places_;
  Groups groups_;
};

}  // namespace

Groups validate_groups(const GroupsDraft& draft, const ModelNames& models, Report& report) {
  GroupsValidator validator(models, report);
  for (const GroupDraft& group : draft) validator.add(group);
  return validator.finish();
}

}  // namespace paddock::config
