// The Draft of peers, selectors and profiles. `broken` means that the whole entry could not be read, which
// has been reported.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "draft_blocks.h"

namespace paddock::config {

struct PeerDraft {
  Located<std::string> id;
  bool broken = false;
  Field<Text> proxy;
  Field<TextList> models;
  Field<Text> api_key;
  Field<bool> forward_auth;
  FiltersDraft filters;
  TimeoutsDraft timeouts;
};

struct SelectorSettingsDraft {
  Field<std::int64_t> spillover;
};

struct SelectorDraft {
  Located<std::string> id;
  bool broken = false;
  Field<Text> strategy;
  Field<TextList> targets;
  Field<TextList> failover;
  SelectorSettingsDraft settings;
  Field<Text> name;
  Field<Text> description;
  Field<bool> unlisted;
  Field<JsonText> metadata;
};

struct PinDraft {
  Located<std::string> name;
  std::optional<Located<Text>> target;  // none: null
};

struct ProfileDraft {
  Located<std::string> id;
  bool broken = false;
  Field<Text> description;
  Field<std::vector<PinDraft>> pins;
};

}  // namespace paddock::config
