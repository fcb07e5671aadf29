#include "parse_names.h"

#include "parse_blocks.h"
#include "report.h"

namespace paddock::config {

namespace {

constexpr Key<PeerDraft> kPeerKeys[] = {
    {"proxy", &value<&PeerDraft::proxy>},
    {"models", &value<&PeerDraft::models>},
    {"apiKey", &value<&PeerDraft::api_key>},
    {"forwardAuth", &value<&PeerDraft::forward_auth>},
    {"filters", &part<&PeerDraft::filters, read_filters>},
    {"timeouts", &part<&PeerDraft::timeouts, read_timeouts>},
};

constexpr Key<SelectorSettingsDraft> kSettingsKeys[] = {
    {"spillover", &value<&SelectorSettingsDraft::spillover>},
};

void read_settings(Reader& reader, const Entry& entry, SelectorSettingsDraft& settings) {
  read_block<SelectorSettingsDraft>(reader, entry, kSettingsKeys, settings);
}

void read_metadata(Reader& reader, const Entry& entry, Field<JsonText>& metadata) {
  reader.read_object(entry, metadata);
}

constexpr Key<SelectorDraft> kSelectorKeys[] = {
    {"strategy", &value<&SelectorDraft::strategy>},
    {"targets", &value<&SelectorDraft::targets>},
    {"failover", &value<&SelectorDraft::failover>},
    {"settings", &part<&SelectorDraft::settings, read_settings>},
    {"name", &value<&SelectorDraft::name>},
    {"description", &value<&SelectorDraft::description>},
    {"unlisted", &value<&SelectorDraft::unlisted>},
    {"metadata", &part<&SelectorDraft::metadata, read_metadata>},
};

std::optional<PinDraft> read_pin(Reader& reader, const Entry& entry) {
  PinDraft pin{{entry.key->text, reader.pos(*entry.key)}, std::nullopt};
  if (entry.value->kind == Node::Kind::kNull) return pin;
  if (entry.value->kind != Node::Kind::kScalar) {
    reader.error(*entry.value, "the target of pin " + in_quotes(entry.key->text) + " must be text, not " +
                                   kind_name(*entry.value));
    return std::nullopt;
  }
  std::optional<Text> target = reader.expand(*entry.value);
  if (!target) return std::nullopt;
  pin.target = Located<Text>{std::move(*target), reader.pos(*entry.value)};
  return pin;
}

void read_pins(Reader& reader, const Entry& entry, Field<std::vector<PinDraft>>& pins) {
  pins.key = reader.pos(*entry.key);
  const Node* mapping = reader.mapping(entry, "write it as a mapping of names to targets");
  pins.broken = mapping == nullptr && entry.value->kind != Node::Kind::kNull;
  if (mapping == nullptr) return;
  pins.value = Located<std::vector<PinDraft>>{{}, reader.pos(*mapping)};
  for (const Entry& one : mapping->entries) {
    std::optional<PinDraft> pin = read_pin(reader, one);
    pins.broken = pins.broken || !pin;
    if (pin) pins.value->value.push_back(std::move(*pin));
  }
}

constexpr Key<ProfileDraft> kProfileKeys[] = {
    {"description", &value<&ProfileDraft::description>},
    {"pins", &part<&ProfileDraft::pins, read_pins>},
};

void read_profile(Reader& reader, const Entry& entry, ProfileDraft& profile) {
  if (entry.value->kind != Node::Kind::kSequence) {
    profile.broken = !read_block<ProfileDraft>(reader, entry, kProfileKeys, profile);
    return;
  }
  profile.broken = true;
  reader.error(*entry.value, "profile " + in_quotes(entry.key->text) + " is a list, which is the old form",
               "write 'pins:' and below it a mapping of names to targets");
}

void read_peer(Reader& reader, const Entry& entry, PeerDraft& peer) {
  peer.broken = !read_block<PeerDraft>(reader, entry, kPeerKeys, peer);
}

void read_selector(Reader& reader, const Entry& entry, SelectorDraft& selector) {
  selector.broken = !read_block<SelectorDraft>(reader, entry, kSelectorKeys, selector);
}

template <class T>
void read_each(Reader& reader, const Entry& entry, std::vector<T>& out,
               void (*read)(Reader&, const Entry&, T&)) {
  const Node* all = reader.mapping(entry);
  if (all == nullptr) return;
  for (const Entry& one : all->entries) {
    T draft;
    draft.id = {one.key->text, reader.pos(*one.key)};
    read(reader, one, draft);
    out.push_back(std::move(draft));
  }
}

}  // namespace

void read_peers(Reader& reader, const Entry& entry, std::vector<PeerDraft>& peers) {
  read_each(reader, entry, peers, &read_peer);
}

void read_selectors(Reader& reader, const Entry& entry, std::vector<SelectorDraft>& selectors) {
  read_each(reader, entry, selectors, &read_selector);
}

void read_profiles(Reader& reader, const Entry& entry, std::vector<ProfileDraft>& profiles) {
  read_each(reader, entry, profiles, &read_profile);
}

}  // namespace paddock::config
