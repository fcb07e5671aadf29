#include "validate_names.h"

#include <algorithm>
#include <unordered_set>

#include "endpoint.h"
#include "paddock/base/text.h"
#include "validate_parts.h"

namespace paddock::config {

namespace {

std::string peer_proxy(const PeerDraft& draft, Report& report) {
  if (!draft.proxy.value) {
    if (!draft.proxy.broken) {
      report.error(draft.id.pos, "peer " + in_quotes(draft.id.value) + " has no 'proxy'",
                   "give the URL of the other server");
    }
    return {};
  }
  const Text& text = draft.proxy.value->value;
  if (const std::optional<UrlTrouble> trouble = check_peer_url(text.value)) {
    report.error(text.at(trouble->offset), "'proxy': " + trouble->message, trouble->hint);
  }
  return text.value;
}

std::vector<std::string> peer_models(const PeerDraft& draft, Report& report) {
  std::vector<std::string> models;
  if (!draft.models.value || draft.models.value->value.empty()) {
    if (!draft.models.broken) {
      report.error(draft.models.given() ? draft.models.key : draft.id.pos,
                   "peer " + in_quotes(draft.id.value) + " has no 'models'", "list at least one");
    }
    return models;
  }
  std::unordered_set<std::string_view> seen;
  for (const Located<Text>& model : draft.models.value->value) {
    if (trim(model.value.value).empty()) report.error(model.pos, "a peer's model has no name");
    if (seen.insert(model.value.value).second) models.push_back(model.value.value);
  }
  return models;
}

std::string peer_key(const Field<Text>& field, Report& report) {
  if (!field.value) return {};
  const std::string& key = field.value->value.value;
  if (find_unfit_byte(key)) {
    report.error(field.value->pos, "'apiKey' holds a blank or a control byte", "a header cannot carry it");
  }
  return key;
}

Peer validate_peer(const PeerDraft& draft, Report& report) {
  Peer peer;
  if (trim(draft.id.value).empty()) report.error(draft.id.pos, "a peer's name is empty");
  peer.id = draft.id.value;
  peer.pos = draft.id.pos;
  peer.filters = validate_filters(draft.filters, report);
  peer.timeouts = validate_timeouts(draft.timeouts, peer.timeouts, report);
  if (draft.broken) return peer;
  peer.proxy = peer_proxy(draft, report);
  peer.models = peer_models(draft, report);
  peer.api_key = peer_key(draft.api_key, report);
  peer.forward_auth = draft.forward_auth.value && draft.forward_auth.value->value;
  if (peer.forward_auth && !peer.api_key.empty()) {
    report.warning(draft.forward_auth.key, "'forwardAuth' does not count beside 'apiKey'",
                   "the peer gets the key of this file");
  }
  return peer;
}

Profile::Pin validate_pin(const PinDraft& draft, const NameTable& names, Report& report) {
  using Kind = NameTable::Kind;
  if (trim(draft.name.value).empty()) report.error(draft.name.pos, "a pin's name is empty");
  Profile::Pin pin{draft.name.value, {}};
  if (!draft.target || draft.target->value.value.empty()) return pin;
  pin.target = draft.target->value.value;
  const NameTable::Target target = names.find(pin.target);
  if (target.kind == Kind::kAmbiguous) {
    report.error(draft.target->pos,
                 in_quotes(draft.target->value.shown()) + " is a model of more than one peer",
                 "write it as <peer>/<model>");
  } else if (target.kind == Kind::kNothing) {
    report.error(draft.target->pos,
                 "pin " + in_quotes(pin.name) + " leads to " + in_quotes(draft.target->value.shown()) +
                     ", which is neither a model nor a selector",
                 names.guess(pin.target));
  }
  return pin;
}

Profile validate_profile(const ProfileDraft& draft, const NameTable& names, Report& report) {
  Profile profile;
  profile.name = draft.id.value;
  profile.pos = draft.id.pos;
  if (trim(profile.name).empty()) report.error(profile.pos, "a profile's name is empty");
  if (draft.description.value) profile.description = draft.description.value->value.value;
  if (draft.pins.value) {
    for (const PinDraft& pin : draft.pins.value->value) {
      profile.pins.push_back(validate_pin(pin, names, report));
    }
  }
  if (profile.pins.empty() && !draft.broken && !draft.pins.broken) {
    report.error(draft.pins.given() ? draft.pins.key : profile.pos,
                 "profile " + in_quotes(profile.name) + " has no 'pins'", "give at least one");
  }
  return profile;
}

}  // namespace

std::vector<Peer> validate_peers(const Draft& draft, Report& report) {
  std::vector<Peer> peers;
  for (const PeerDraft& peer : draft.peers) peers.push_back(validate_peer(peer, report));
  return peers;
}

std::vector<Profile> validate_profiles(const Draft& draft, const NameTable& names, Report& report) {
  std::vector<Profile> profiles;
  for (const ProfileDraft& profile : draft.profiles) {
    profiles.push_back(validate_profile(profile, names, report));
  }
  return profiles;
}

}  // namespace paddock::config
