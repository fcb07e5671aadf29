#include "name_table.h"

#include "paddock/base/text.h"

namespace paddock::config {

namespace {

// A guess costs time with every name.
constexpr std::size_t kMaxGuesses = 300;
constexpr std::size_t kLongestGuess = 100;

}  // namespace

NameTable::NameTable(const Draft& draft, Report& report) : report_(report) {
  for (const ModelDraft& model : draft.models) ids_.emplace(model.id.value, model.id.pos);
  for (const ModelDraft& model : draft.models) {
    if (!model.aliases.value) continue;
    for (const Located<Text>& alias : model.aliases.value->value) add_alias(model, alias);
  }
  for (const ModelDraft& model : draft.models) {
    for (const ParamsByIdDraft& params : model.filters.set_params_by_id) add_params_name(model, params);
  }
  for (const SelectorDraft& selector : draft.selectors) add_selector(selector);
  for (const ProfileDraft& profile : draft.profiles) {
    if (!profile.pins.value) continue;
    for (const PinDraft& pin : profile.pins.value->value) pins_.emplace(pin.name.value, pin.name.pos);
  }
  for (const PeerDraft& peer : draft.peers) add_peer(peer);
  collect_names(draft);
}

std::string NameTable::in_line(SourcePos pos) const { return "in " + report_.line_of(pos); }

void NameTable::add_alias(const ModelDraft& model, const Located<Text>& alias) {
  const std::string& name = alias.value.value;
  if (name.empty()) return report_.error(alias.pos, "an alias is empty");
  if (name == model.id.value) {
    report_.warning(alias.pos, "alias " + in_quotes(alias.value.shown()) + " is the id of the model itself");
  } else if (const auto id = ids_.find(name); id != ids_.end()) {
    report_.warning(alias.pos, "alias " + in_quotes(alias.value.shown()) + " is the id of the model " +
                                   in_line(id->second) + ", which wins");
  }
  const auto [first, is_new] = aliases_.try_emplace(name, Alias{alias.pos, model.id.value});
  if (is_new) return;
  report_.error(alias.pos, "alias " + in_quotes(alias.value.shown()) + " is already given " +
                               in_line(first->second.pos));
}

// It becomes an alias, for without that no request could ask for it.
void NameTable::add_params_name(const ModelDraft& model, const ParamsByIdDraft& params) {
  const Located<std::string>& name = params.name;
  if (name.value.empty() || name.value == model.id.value) return;
  const std::string what = "'setParamsByID': " + in_quotes(params.shown);
  if (const auto id = ids_.find(name.value); id != ids_.end()) {
    return report_.error(name.pos, what + " is the id of the model " + in_line(id->second),
                         "its own filters set its parameters");
  }
  const auto [first, is_new] = aliases_.try_emplace(name.value, Alias{name.pos, model.id.value});
  if (is_new || first->second.model == model.id.value) return;
  report_.error(name.pos, what + " is already an alias of model " + in_quotes(first->second.model) + ", " +
                              in_line(first->second.pos));
}

// What already has the name; empty if nothing has.
std::string NameTable::holder_of(std::string_view name) const {
  if (const auto id = ids_.find(name); id != ids_.end()) return "the id of the model " + in_line(id->second);
  if (const auto alias = aliases_.find(name); alias != aliases_.end()) {
    return "an alias of model " + in_quotes(alias->second.model) + ", " + in_line(alias->second.pos);
  }
  if (const auto selector = selectors_.find(name); selector != selectors_.end()) {
    return "the selector " + in_line(selector->second);
  }
  return {};
}

void NameTable::add_selector(const SelectorDraft& selector) {
  const std::string& name = selector.id.value;
  if (const std::string holder = holder_of(name); !holder.empty()) {
    report_.error(selector.id.pos, "selector " + in_quotes(name) + " is also " + holder,
                  "give the selector another name");
  }
  selectors_.emplace(name, selector.id.pos);
}

void NameTable::add_peer(const PeerDraft& peer) {
  if (!peer.models.value) return;
  for (const Located<Text>& model : peer.models.value->value) {
    if (!model.value.value.empty()) add_peer_model(peer, model);
  }
}

void NameTable::add_peer_model(const PeerDraft& peer, const Located<Text>& model) {
  const auto [bare, is_new_bare] = bare_.try_emplace(model.value.value, Bare{peer.id.value, false});
  if (!is_new_bare && bare->second.peer != peer.id.value) bare->second.ambiguous = true;

  const std::string name = peer.id.value + "/" + model.value.value;
  const std::string what = "the peer's model " + in_quotes(peer.id.value + "/" + model.value.shown());
  const auto [first, is_new] = peers_.try_emplace(name, PeerModel{model.pos, peer.id.value});
  if (!is_new) {
    if (first->second.peer == peer.id.value) return;
    return report_.error(model.pos,
                         what + " may also be that of peer " + in_quotes(first->second.peer) + ", " +
                             in_line(first->second.pos),
                         "give one of the two peers another name");
  }
  std::string holder = holder_of(name);
  if (const auto pin = pins_.find(name); holder.empty() && pin != pins_.end()) {
    holder = "the name of the pin " + in_line(pin->second);
  }
  if (!holder.empty()) {
    report_.error(model.pos, what + " is also " + holder, "give the peer another name, or change the other");
  }
}

NameTable::Target NameTable::find(std::string_view name) const {
  if (const auto id = ids_.find(name); id != ids_.end()) return {Kind::kModel, std::string(name)};
  if (const auto alias = aliases_.find(name); alias != aliases_.end()) {
    return {Kind::kModel, std::string(alias->second.model)};
  }
  if (selectors_.count(name) != 0) return {Kind::kSelector, std::string(name)};
  if (peers_.count(std::string(name)) != 0) return {Kind::kPeer, std::string(name)};
  const auto bare = bare_.find(name);
  if (bare == bare_.end()) return {};
  if (bare->second.ambiguous) return {Kind::kAmbiguous, std::string(name)};
  return {Kind::kPeer, std::string(bare->second.peer) + "/" + std::string(name)};
}

void NameTable::collect_names(const Draft& draft) {
  const auto add = [this](const std::string& name) {
    if (names_.size() < kMaxGuesses) names_.push_back(name);
  };
  for (const ModelDraft& model : draft.models) {
    add(model.id.value);
    if (model.aliases.value) {
      for (const Located<Text>& alias : model.aliases.value->value) add(alias.value.value);
    }
    for (const ParamsByIdDraft& params : model.filters.set_params_by_id) add(params.name.value);
  }
  for (const SelectorDraft& selector : draft.selectors) add(selector.id.value);
  for (const PeerDraft& peer : draft.peers) {
    if (!peer.models.value) continue;
    for (const Located<Text>& model : peer.models.value->value) add(peer.id.value + "/" + model.value.value);
  }
}

std::string NameTable::guess(std::string_view wrong) const {
  if (report_.full() || wrong.size() > kLongestGuess) return {};
  const std::optional<std::string_view> near = nearest(wrong, names_);
  return near ? "did you mean " + in_quotes(*near) + "?" : "";
}

}  // namespace paddock::config
