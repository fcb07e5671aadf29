#include "parse_blocks.h"

namespace paddock::config {

namespace {

constexpr Key<CapabilitiesDraft> kCapabilitiesKeys[] = {
    {"in", &value<&CapabilitiesDraft::in>},           {"out", &value<&CapabilitiesDraft::out>},
    {"tools", &value<&CapabilitiesDraft::tools>},     {"reranker", &value<&CapabilitiesDraft::reranker>},
    {"context", &value<&CapabilitiesDraft::context>},
};

constexpr Key<CompatDraft> kCompatKeys[] = {
    {"ignoreWebsockets", &value<&CompatDraft::ignore_websockets>},
};

constexpr Key<TimeoutsDraft> kTimeoutsKeys[] = {
    {"connect", &value<&TimeoutsDraft::connect>},
    {"keepalive", &value<&TimeoutsDraft::keepalive>},
    {"responseHeader", &value<&TimeoutsDraft::response_header>},
    {"tlsHandshake", &value<&TimeoutsDraft::tls_handshake>},
    {"expectContinue", &value<&TimeoutsDraft::expect_continue>},
    {"idleConn", &value<&TimeoutsDraft::idle_connection>},
};

constexpr Key<OnStartupDraft> kOnStartupKeys[] = {
    {"preload", &value<&OnStartupDraft::preload>},
};

void read_on_startup(Reader& reader, const Entry& entry, OnStartupDraft& on_startup) {
  read_block<OnStartupDraft>(reader, entry, kOnStartupKeys, on_startup);
}

constexpr Key<HooksDraft> kHooksKeys[] = {
    {"on_startup", &part<&HooksDraft::on_startup, read_on_startup>},
};

constexpr Key<PerformanceDraft> kPerformanceKeys[] = {
    {"disabled", &value<&PerformanceDraft::disabled>},
    {"every", &value<&PerformanceDraft::every>},
};

constexpr Key<KvCacheDraft> kKvCacheKeys[] = {
    {"save", &value<&KvCacheDraft::save>},
    {"dir", &value<&KvCacheDraft::dir>},
    {"minTokens", &value<&KvCacheDraft::min_tokens>},
    {"maxDisk", &value<&KvCacheDraft::max_disk>},
    {"maxAge", &value<&KvCacheDraft::max_age>},
    {"timeout", &value<&KvCacheDraft::timeout>},
};

constexpr Key<StoreDraft> kStoreKeys[] = {
    {"path", &value<&StoreDraft::path>},
};

constexpr Key<ActivityDraft> kActivityKeys[] = {
    {"session_id", &value<&ActivityDraft::session_id>},
};

void read_activity(Reader& reader, const Entry& entry, ActivityDraft& activity) {
  read_block<ActivityDraft>(reader, entry, kActivityKeys, activity);
}

constexpr Key<UiDraft> kUiKeys[] = {
    {"activity", &part<&UiDraft::activity, read_activity>},
};

constexpr Key<OllamaDraft> kOllamaKeys[] = {
    {"enabled", &value<&OllamaDraft::enabled>},
};

constexpr Key<UpstreamDraft> kUpstreamKeys[] = {
    {"ignorePaths", &value<&UpstreamDraft::ignore_paths>},
};

}  // namespace

void read_capabilities(Reader& reader, const Entry& entry, CapabilitiesDraft& capabilities) {
  read_block<CapabilitiesDraft>(reader, entry, kCapabilitiesKeys, capabilities);
}

void read_compat(Reader& reader, const Entry& entry, CompatDraft& compat) {
  read_block<CompatDraft>(reader, entry, kCompatKeys, compat);
}

void read_kv_cache(Reader& reader, const Entry& entry, KvCacheDraft& kv_cache) {
  read_block<KvCacheDraft>(reader, entry, kKvCacheKeys, kv_cache);
}

void read_timeouts(Reader& reader, const Entry& entry, TimeoutsDraft& timeouts) {
  timeouts.key = reader.pos(*entry.key);
  read_block<TimeoutsDraft>(reader, entry, kTimeoutsKeys, timeouts);
}

void read_hooks(Reader& reader, const Entry& entry, HooksDraft& hooks) {
  read_block<HooksDraft>(reader, entry, kHooksKeys, hooks);
}

void read_ollama(Reader& reader, const Entry& entry, OllamaDraft& ollama) {
  read_block<OllamaDraft>(reader, entry, kOllamaKeys, ollama);
}

void read_performance(Reader& reader, const Entry& entry, PerformanceDraft& performance) {
  read_block<PerformanceDraft>(reader, entry, kPerformanceKeys, performance);
}

void read_store(Reader& reader, const Entry& entry, StoreDraft& store) {
  if (entry.value->kind == Node::Kind::kNull) return;
  store.key = reader.pos(*entry.key);
  store.broken = !read_block<StoreDraft>(reader, entry, kStoreKeys, store);
}

void read_ui(Reader& reader, const Entry& entry, UiDraft& ui) {
  read_block<UiDraft>(reader, entry, kUiKeys, ui);
}

void read_upstream(Reader& reader, const Entry& entry, UpstreamDraft& upstream) {
  read_block<UpstreamDraft>(reader, entry, kUpstreamKeys, upstream);
}

}  // namespace paddock::config
