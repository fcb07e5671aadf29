#include "json_edit.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

using Member = JsonPlan::Member;
using Members = JsonPlan::Members;

// So often may a member be repeated that an edit is about; more is an attack on the list of its places.
constexpr std::size_t kMostRepeats = 1000;

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> names(1);
  for (std::size_t at = 0; at < path.size(); ++at) {
    const bool escape =
        path[at] == '\\' && at + 1 < path.size() && (path[at + 1] == '.' || path[at + 1] == '\\');
    if (escape)
      names.back() += path[++at];
    else if (path[at] == '.')
      names.emplace_back();
    else
      names.back() += path[at];
  }
  return names;
}

Member* find(Members& members, std::string_view name) {
  const auto same = [&](const Member& member) { return member.name == name; };
  const auto found = std::find_if(members.begin(), members.end(), same);
  return found == members.end() ? nullptr : &*found;
}

const Member* find(const Members& members, std::string_view name) {
  return find(const_cast<Members&>(members), name);
}

Member& find_or_add(Members& members, const std::string& name) {
  if (Member* found = find(members, name)) return *found;
  Member& added = members.emplace_back();
  added.name = name;
  return added;
}

using Names = std::vector<std::string>;

// Sets a member inside a value that is itself to be set.
std::string set_inside(const std::string& value, Names::const_iterator name, Names::const_iterator end,
                       const std::string& json) {
  auto document = nlohmann::ordered_json::parse(value, nullptr, false);
  nlohmann::ordered_json* at = &document;
  for (; name != end; ++name) {
    if (!at->is_object()) *at = nlohmann::ordered_json::object();
    at = &(*at)[*name];
  }
  *at = nlohmann::ordered_json::parse(json, nullptr, false);
  return document.dump();
}

bool sets_something(const Member& member) {
  return member.value || std::any_of(member.members.begin(), member.members.end(), sets_something);
}

// `"name":value` for a member that the body does not have.
std::string written(const Member& member) {
  std::string out = json_string(member.name) + ":";
  if (member.value) return out + *member.value;
  out += "{";
  for (const Member& inner : member.members) {
    if (!sets_something(inner)) continue;
    if (out.back() != '{') out += ",";
    out += written(inner);
  }
  return out + "}";
}

// One object of the body, being edited. All places are offsets in the body.
class ObjectEdit {
 public:
  ObjectEdit(simdjson::ondemand::parser& parser, const char* body, std::size_t capacity, JsonSplices& out)
      : parser_(parser), body_(body), capacity_(capacity), out_(out) {}

  void run(std::size_t at, std::size_t size, const Members& members, const std::string& path);

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // A member that the plan is about.
  struct Place {
    const Member* member;
    std::size_t key_at, value_at, end;
    std::size_t before;        // end of the member in front of it, or kNone
    std::size_t next = kNone;  // key of the member behind it
    bool removed = false;
  };

  simdjson::error_code walk(std::size_t at, std::size_t size, const Members& members);
  simdjson::error_code take(simdjson::ondemand::field& field, const Members& members);
  simdjson::error_code take_value(simdjson::ondemand::value value, std::string_view& raw);
  void choose_removed();
  std::vector<Splice> removals(const std::string& added);
  void change(const Place& place, const std::string& path);
  std::string added(const Members& members) const;
  void fail(std::string problem) {
    if (out_.problem.empty()) out_.problem = std::move(problem);
  }

  simdjson::ondemand::parser& parser_;
  const char* const body_;
  const std::size_t capacity_;  // of body_, padding included
  JsonSplices& out_;
  std::vector<Place> places_;
  std::size_t open_ = 0;          // behind the brace
  std::size_t last_end_ = kNone;  // of the last member
  bool pending_ = false;          // the last place waits for its `next`
};

simdjson::error_code ObjectEdit::take_value(simdjson::ondemand::value value, std::string_view& raw) {
  simdjson::ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type == simdjson::ondemand::json_type::object) {
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(raw)) return error;
  } else if (type == simdjson::ondemand::json_type::array) {
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    if (const auto error = array.raw_json().get(raw)) return error;
  } else {
    raw = value.raw_json_token();
  }
  // All of these reach up to the next token.
  raw = raw.substr(0, raw.find_last_not_of(" \t\r\n") + 1);
  return raw.empty() ? simdjson::TAPE_ERROR : simdjson::SUCCESS;
}

simdjson::error_code ObjectEdit::take(simdjson::ondemand::field& field, const Members& members) {
  const auto key_at = static_cast<std::size_t>(field.key().raw() - body_) - 1;
  if (std::exchange(pending_, false)) places_.back().next = key_at;
  std::string_view key, raw;
  if (const auto error = field.unescaped_key().get(key)) return error;
  const Member* const member = find(members, key);
  if (const auto error = take_value(field.value(), raw)) return error;
  const auto value_at = static_cast<std::size_t>(raw.data() - body_);
  if (member != nullptr) {
    places_.push_back({member, key_at, value_at, value_at + raw.size(), last_end_});
    pending_ = true;
  }
  last_end_ = value_at + raw.size();
  return simdjson::SUCCESS;
}

simdjson::error_code ObjectEdit::walk(std::size_t at, std::size_t size, const Members& members) {
  simdjson::ondemand::document document;
  const simdjson::padded_string_view text(body_ + at, size, capacity_ - at);
  if (const auto error = parser_.iterate(text).get(document)) return error;
  simdjson::ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  open_ = at + std::string_view(body_ + at, size).find('{') + 1;
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    if (const auto error = take(field, members)) return error;
    if (places_.size() > kMostRepeats) return simdjson::CAPACITY;
  }
  return simdjson::SUCCESS;
}

// From the end, so that the last one of a key is the one that stays.
void ObjectEdit::choose_removed() {
  std::vector<const Member*> kept;
  for (auto place = places_.rbegin(); place != places_.rend(); ++place) {
    const bool again = std::find(kept.begin(), kept.end(), place->member) != kept.end();
    place->removed = place->member->stripped || (again && sets_something(*place->member));
    if (!again) kept.push_back(place->member);
  }
}

std::string ObjectEdit::added(const Members& members) const {
  std::string out;
  for (const Member& member : members) {
    const auto is_there = [&](const Place& place) { return place.member == &member; };
    if (!sets_something(member) || std::any_of(places_.begin(), places_.end(), is_there)) continue;
    if (!out.empty()) out += ",";
    out += written(member);
  }
  return out;
}

// A removed member takes the comma behind it along; the run at the end of the object takes the one in front
// of it, and there the new members go.
std::vector<Splice> ObjectEdit::removals(const std::string& added) {
  std::vector<Splice> out;
  std::size_t tail = places_.size();
  while (tail > 0 && places_[tail - 1].removed) {
    const std::size_t next = tail < places_.size() ? places_[tail].key_at : kNone;
    if (places_[tail - 1].next != next) break;
    --tail;
  }
  for (std::size_t i = 0; i < tail; ++i) {
    const Place& place = places_[i];
    if (place.removed) out.push_back({place.key_at, place.next - place.key_at, {}});
  }
  const bool whole = tail < places_.size() && places_[tail].before == kNone;
  const std::size_t kept_end = tail < places_.size() ? places_[tail].before : last_end_;
  const bool alone = whole || last_end_ == kNone;
  const std::size_t from = !alone ? kept_end : whole ? places_[tail].key_at : open_;
  const std::size_t to = tail < places_.size() ? last_end_ : from;
  if (to > from || !added.empty())
    out.push_back({from, to - from, added.empty() || alone ? added : "," + added});
  return out;
}

void ObjectEdit::change(const Place& place, const std::string& path) {
  const Member& member = *place.member;
  if (member.value)
    return out_.splices.push_back({place.value_at, place.end - place.value_at, *member.value});
  const std::string_view value(body_ + place.value_at, place.end - place.value_at);
  if (value.front() == '{') {
    ObjectEdit inner(parser_, body_, capacity_, out_);
    return inner.run(place.value_at, value.size(), member.members, path + member.name + ".");
  }
  if (!sets_something(member)) return;
  if (value != "null")
    return fail("`" + path + member.name +
                "` in the body must be an object: this model has parameters in it");
  const std::string text = written(member);
  out_.splices.push_back({place.value_at, value.size(), text.substr(json_string(member.name).size() + 1)});
}

void ObjectEdit::run(std::size_t at, std::size_t size, const Members& members, const std::string& path) {
  const auto error = walk(at, size, members);
  if (error == simdjson::CAPACITY) return fail("the body repeats a member too often");
  if (error) return fail(std::string("the body is not valid JSON: ") + simdjson::error_message(error));
  choose_removed();
  for (Splice& splice : removals(added(members))) out_.splices.push_back(std::move(splice));
  for (const Place& place : places_) {
    if (!place.removed) change(place, path);
  }
}

}  // namespace

void JsonPlan::strip(std::string_view path) {
  const Names names = split_path(path);
  Members* members = &members_;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    Member& member = find_or_add(*members, names[i]);
    if (member.stripped || member.value) return;
    members = &member.members;
  }
  Member& member = find_or_add(*members, names.back());
  member.stripped = true;
  member.value.reset();
  member.members.clear();
}

void JsonPlan::set(std::string_view path, std::string json) {
  const Names names = split_path(path);
  Members* members = &members_;
  for (auto name = names.begin(); name + 1 != names.end(); ++name) {
    Member& member = find_or_add(*members, *name);
    if (std::exchange(member.stripped, false)) member.value = "{}";
    if (member.value) {
      member.value = set_inside(*member.value, name + 1, names.end(), json);
      return;
    }
    members = &member.members;
  }
  Member& member = find_or_add(*members, names.back());
  member.stripped = false;
  member.value = std::move(json);
  member.members.clear();
}

JsonSplices plan_splices(simdjson::ondemand::parser& parser, const char* body, std::size_t size,
                         const JsonPlan& plan) {
  JsonSplices out;
  if (plan.empty()) return out;
  ObjectEdit edit(parser, body, size + simdjson::SIMDJSON_PADDING, out);
  edit.run(0, size, plan.members(), "");
  const auto earlier = [](const Splice& a, const Splice& b) { return a.at < b.at; };
  std::stable_sort(out.splices.begin(), out.splices.end(), earlier);
  return out;
}

std::string spliced(std::string_view body, const std::vector<Splice>& splices) {
  std::string out;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    out.append(body.substr(at, splice.at - at)).append(splice.text);
    at = splice.at + splice.size;
  }
  return out.append(body.substr(at));
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace paddock::http
