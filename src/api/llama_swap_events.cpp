#include "llama_swap_events.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "event_text.h"
#include "in_flight_view.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// As much of a log as llama-swap keeps, and of one that grows in one frame.
constexpr std::size_t kHistory = 100 << 10;
constexpr std::size_t kPiece = 32 << 10;

// Types of events, and what the feed calls their parts.
constexpr std::string_view kModels = "modelStatus", kProfile = "profileChanged", kRequests = "inflight";

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string operation(const char* name) { return std::string("{\"operation\":\"") + name + "\""; }

}  // namespace

LlamaSwapEvents::LlamaSwapEvents(std::shared_ptr<const Deps> deps, const feed::Feed& feed, bool with_logs,
                                 SignOfLife::Now now)
    : kept_(std::move(deps)), deps_(*kept_), with_logs_(with_logs), watcher_(feed, ""), life_(now) {}

void LlamaSwapEvents::start(std::function<void()> wake) {
  const auto begin = [](const logs::Channel& channel) {
    const std::uint64_t end = channel.end_offset();
    return std::max(channel.begin_offset(), end > kHistory ? end - kHistory : 0);
  };
  if (with_logs_) {
    proxy_.emplace(deps_.hub.proxy(), begin(deps_.hub.proxy()), wake);
    upstream_.emplace(deps_.hub.upstream(), begin(deps_.hub.upstream()), wake);
  }
  watcher_.start(std::move(wake));
}

http::ByteSource::Pull LlamaSwapEvents::pull(std::string& out) {
  const std::size_t before = out.size();
  const feed::News news = watcher_.read();
  if (!std::exchange(greeted_, true))
    greet(news, out);
  else if (news.whole)
    add_state(news, out);
  else
    add_changes(news, out);
  add_logs(out);
  if (out.size() == before) return life_.add_to(out) ? Pull::kData : Pull::kWait;
  life_.said();
  return Pull::kData;
}

void LlamaSwapEvents::greet(const feed::News& news, std::string& out) {
  if (proxy_) {
    while (add_log(*proxy_, "proxy", out) && out.size() < 2 * kHistory) {
    }
    while (add_log(*upstream_, "upstream", out) && out.size() < 4 * kHistory) {
    }
  }
  add_part(news, kModels, out);
  const auto lookup = deps_.config.get();
  const Json ui = {{"activity", {{"session_id", lookup->config().session_id_headers}}}};
  out += llama_swap_frame("uiConfig", text(ui));
  add_part(news, kProfile, out);
  add_snapshot(news, out);
}

// To a client that has missed more than is remembered.
void LlamaSwapEvents::add_state(const feed::News& news, std::string& out) {
  add_part(news, kProfile, out);
  add_part(news, kModels, out);
  add_snapshot(news, out);
  add_rows(news, out);
}

// Those that the feed knows, since it tells the end of no others; rendered anew, since how long they are
// there is in it.
void LlamaSwapEvents::add_snapshot(const feed::News& whole, std::string& out) {
  std::string list;
  for (const feed::Part& part : whole.parts) {
    if (part.section != kRequests || !part.text) continue;
    std::uint64_t id = 0;
    std::from_chars(part.key.data(), part.key.data() + part.key.size(), id);
    const auto request = deps_.in_flight.find(id);
    if (request) list += (list.empty() ? "" : ",") + llama_swap_request(*request);
  }
  out += llama_swap_frame(kRequests,
                          operation("snapshot") + (list.empty() ? "}" : ",\"requests\":[" + list + "]}"));
}

void LlamaSwapEvents::add_changes(const feed::News& news, std::string& out) {
  add_part(news, kProfile, out);
  add_part(news, kModels, out);
  for (const feed::Part& part : news.parts) {
    if (part.section != kRequests) continue;
    const std::string data = part.text ? operation("upsert") + ",\"request\":" + *part.text + "}"
                                       : operation("remove") + ",\"id\":\"" + part.key + "\"}";
    out += llama_swap_frame(kRequests, data);
  }
  add_rows(news, out);
}

void LlamaSwapEvents::add_part(const feed::News& news, std::string_view section, std::string& out) {
  for (const feed::Part& part : news.parts) {
    if (part.section == section && part.text) out += llama_swap_frame(section, *part.text);
  }
}

void LlamaSwapEvents::add_rows(const feed::News& news, std::string& out) {
  for (const feed::Row& row : news.rows) out += llama_swap_frame(row.section, row.text);
}

void LlamaSwapEvents::add_logs(std::string& out) {
  if (!proxy_) return;
  add_log(*proxy_, "proxy", out);
  add_log(*upstream_, "upstream", out);
}

bool LlamaSwapEvents::add_log(logs::Reader& reader, const char* source, std::string& out) {
  const logs::Chunk chunk = reader.read(kPiece);
  if (chunk.bytes.empty()) return false;
  const Json json = {{"data", chunk.bytes}, {"source", source}};
  out += llama_swap_frame("logData", text(json));
  return true;
}

}  // namespace paddock::api
