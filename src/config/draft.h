// Draft: what the file says, typed and with the place of everything, before any rule about values is applied.
//
// Its words are field.h's. Points into the Document and the Source through its Texts. One loading, one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "draft_blocks.h"
#include "draft_names.h"
#include "draft_routing.h"
#include "field.h"

namespace paddock::config {

struct ModelDraft {
  Located<std::string> id;
  Field<Text> cmd;       // without its comment lines
  Field<Text> cmd_stop;  // likewise
  Field<std::int64_t> stop_timeout;
  Field<bool> detached;
  Field<bool> forward_auth;
  Field<TextList> env;
  Field<Text> proxy;
  Field<Text> check_endpoint;
  Field<std::int64_t> ttl;
  Field<std::int64_t> unload_timeout;
  Field<std::int64_t> health_check_timeout;
  Field<std::int64_t> health_check_timeout_max;
  Field<std::int64_t> stall_timeout;
  Field<std::int64_t> concurrency_limit;
  Field<std::int64_t> priority;
  Field<std::int64_t> queue_limit;
  Field<bool> pin;
  Field<TextList> aliases;
  Field<Text> name;
  Field<Text> description;
  Field<bool> unlisted;
  Field<Text> use_model_name;
  Field<JsonText> metadata;
  Field<bool> send_loading_state;
  Field<Text> log_verbosity;
  Field<Text> on_disconnect;
  FiltersDraft filters;
  TimeoutsDraft timeouts;
  CompatDraft compat;
  KvCacheDraft kv_cache;
  CapabilitiesDraft capabilities;
};

struct Draft {
  Field<std::int64_t> health_check_timeout;
  Field<std::int64_t> health_check_timeout_max;
  Field<std::int64_t> stall_timeout;
  Field<std::int64_t> start_port;
  Field<std::int64_t> global_ttl;
  Field<std::int64_t> unload_timeout;
  Field<std::int64_t> shutdown_timeout;
  Field<std::int64_t> vram_release_timeout;
  Field<std::int64_t> max_connections;
  Field<std::int64_t> metrics_max_in_memory;
  Field<std::int64_t> capture_buffer;
  Field<Text> log_level;
  Field<Text> log_time_format;
  Field<Text> log_to_stdout;
  Field<Text> log_buffer;
  Field<Text> log_verbosity;
  Field<Text> state_dir;
  Field<Text> prefetch;
  Field<Text> loading_grace;
  Field<Text> max_json_body;
  Field<Text> max_body;
  Field<Text> body_memory;
  Field<Text> body_memory_total;
  Field<bool> log_requests;
  Field<bool> send_loading_state;
  Field<bool> include_aliases_in_list;
  Field<std::vector<ApiKeyDraft>> api_keys;
  CorsDraft cors;
  AdminDraft admin;
  Field<TextList> allowed_hosts;
  Field<TextList> trusted_proxies;
  KvCacheDraft kv_cache;
  StoreDraft store;
  PerformanceDraft performance;
  UiDraft ui;
  HooksDraft hooks;
  OllamaDraft ollama;
  UpstreamDraft upstream;
  std::vector<ModelDraft> models;
  RoutingDraft routing;
  std::vector<PeerDraft> peers;
  std::vector<SelectorDraft> selectors;
  std::vector<ProfileDraft> profiles;
};

}  // namespace paddock::config
