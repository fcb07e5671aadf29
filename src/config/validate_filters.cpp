#include <algorithm>
#include <unordered_map>
#include <utility>

#include "paddock/base/text.h"
#include "report.h"
#include "validate_parts.h"

namespace paddock::config {

namespace {

constexpr const char* kUseModelName = "'useModelName' changes the name that the server is asked for";

// The names of the list, with their offsets in the text.
struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

std::vector<Word> split_at_commas(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const std::string_view word = trim(text.substr(from, end - from));
    if (!word.empty()) words.push_back({word, static_cast<std::size_t>(word.data() - text.data())});
    from = end + 1;
  }
  return words;
}

bool is_blank(const Field<Text>& field) { return !field.value || trim(field.value->value.value).empty(); }

std::vector<std::string> strip_params(const FiltersDraft& draft, Report& report) {
  const Field<Text>& chosen = is_blank(draft.strip_params) ? draft.old_strip_params : draft.strip_params;
  if (&chosen == &draft.strip_params && !is_blank(draft.old_strip_params)) {
    report.warning(draft.old_strip_params.key,
                   "'strip_params' is the old name of 'stripParams', which counts");
  }
  std::vector<std::string> names;
  if (!chosen.value) return names;
  const Text& text = chosen.value->value;
  bool told = false;
  for (const Word& word : split_at_commas(text.value)) {
    if (word.text != "model") {
      names.emplace_back(word.text);
    } else if (!std::exchange(told, true)) {
      report.warning(text.at(word.offset), "'model' is never stripped", kUseModelName);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<Filters::Param> params(const std::vector<ParamDraft>& drafts, Report& report) {
  std::vector<Filters::Param> out;
  for (const ParamDraft& draft : drafts) {
    if (draft.name.value.empty()) {
      report.error(draft.name.pos, "a parameter's name is empty");
    } else if (draft.name.value == "model") {
      report.warning(draft.name.pos, "'model' is never set by a filter", kUseModelName);
    } else {
      out.push_back({draft.name.value, draft.value});
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::vector<Filters::ById> params_by_id(const std::vector<ParamsByIdDraft>& drafts, Report& report) {
  std::vector<Filters::ById> out;
  std::unordered_map<std::string_view, SourcePos> seen;
  for (const ParamsByIdDraft& draft : drafts) {
    const Located<std::string>& name = draft.name;
    if (name.value.empty()) report.error(name.pos, "a name in 'setParamsByID' is empty");
    const auto [first, is_new] = seen.try_emplace(name.value, name.pos);
    if (!is_new) {
      report.error(name.pos,
                   "'setParamsByID': " + in_quotes(draft.shown) + " is already given in " +
                       report.line_of(first->second),
                   "with their macros replaced, both keys are the same");
    }
    out.push_back({name.value, params(draft.params, report)});
  }
  return out;
}

}  // namespace

Filters validate_filters(const FiltersDraft& draft, Report& report) {
  Filters filters;
  filters.strip_params = strip_params(draft, report);
  filters.set_params = params(draft.set_params, report);
  filters.set_params_by_id = params_by_id(draft.set_params_by_id, report);
  return filters;
}

}  // namespace paddock::config
