// The blocks of the file and of its models: which keys they have and of what type.
#pragma once

#include <vector>

#include "draft_blocks.h"
#include "reader.h"

namespace paddock::config {

void read_capabilities(Reader& reader, const Entry& entry, CapabilitiesDraft& capabilities);
void read_compat(Reader& reader, const Entry& entry, CompatDraft& compat);
void read_filters(Reader& reader, const Entry& entry, FiltersDraft& filters);
void read_kv_cache(Reader& reader, const Entry& entry, KvCacheDraft& kv_cache);
void read_timeouts(Reader& reader, const Entry& entry, TimeoutsDraft& timeouts);

void read_api_keys(Reader& reader, const Entry& entry, Field<std::vector<ApiKeyDraft>>& keys);
void read_admin(Reader& reader, const Entry& entry, AdminDraft& admin);
void read_cors(Reader& reader, const Entry& entry, CorsDraft& cors);
void read_hooks(Reader& reader, const Entry& entry, HooksDraft& hooks);
void read_ollama(Reader& reader, const Entry& entry, OllamaDraft& ollama);
void read_performance(Reader& reader, const Entry& entry, PerformanceDraft& performance);
void read_store(Reader& reader, const Entry& entry, StoreDraft& store);
void read_ui(Reader& reader, const Entry& entry, UiDraft& ui);
void read_upstream(Reader& reader, const Entry& entry, UpstreamDraft& upstream);

}  // namespace paddock::config
