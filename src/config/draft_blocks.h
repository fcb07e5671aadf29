// The blocks of the Draft: mappings of fixed keys inside the file or inside a model. Where there is a `key`,
// it is the place of the block's own key, {0, 0} if it is not given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "field.h"
#include "paddock/config/values.h"

namespace paddock::config {

struct TimeoutsDraft {
  SourcePos key;
  Field<std::int64_t> connect;
  Field<std::int64_t> keepalive;
  Field<std::int64_t> response_header;
  Field<std::int64_t> tls_handshake;
  Field<std::int64_t> expect_continue;
  Field<std::int64_t> idle_connection;
};

struct CompatDraft {
  Field<bool> ignore_websockets;
};

struct CapabilitiesDraft {
  Field<TextList> in;
  Field<TextList> out;
  Field<bool> tools;
  Field<bool> reranker;
  Field<std::int64_t> context;
};

struct ParamDraft {
  Located<std::string> name;
  JsonText value;
};

struct ParamsByIdDraft {
  Located<std::string> name;  // after macros
  std::string shown;          // what a message may say of it
  std::vector<ParamDraft> params;
};

struct FiltersDraft {
  SourcePos key;
  Field<Text> strip_params;
  Field<Text> old_strip_params;  // `strip_params`, which counts if the other is empty
  std::vector<ParamDraft> set_params;
  std::vector<ParamsByIdDraft> set_params_by_id;
};

struct KvCacheDraft {
  Field<Text> save;
  Field<Text> dir;
  Field<std::int64_t> min_tokens;
  Field<Text> max_disk;
  Field<Text> max_age;
  Field<Text> timeout;
};

struct StoreDraft {
  SourcePos key;        // of `store`; {0, 0} if it is not given, or null
  bool broken = false;  // no mapping, which has been reported
  Field<Text> path;
};

struct PerformanceDraft {
  Field<bool> disabled;
  Field<Text> every;
};

struct ActivityDraft {
  Field<TextList> session_id;
};

struct UiDraft {
  ActivityDraft activity;
};

struct OnStartupDraft {
  Field<TextList> preload;
};

struct HooksDraft {
  OnStartupDraft on_startup;
};

struct OllamaDraft {
  Field<bool> enabled;
};

// One entry of `apiKeys`, a text or a mapping. `broken`: it could not be read, which has been reported.
struct ApiKeyDraft {
  SourcePos pos;
  bool broken = false;
  Field<Text> key;
  Field<Text> name;
  Field<TextList> roles;
  Field<TextList> models;
};

struct CorsDraft {
  Field<TextList> origins;
};

struct AdminDraft {
  Field<bool> config_write;
};

struct UpstreamDraft {
  Field<TextList> ignore_paths;
};

}  // namespace paddock::config
