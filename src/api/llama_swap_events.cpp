#include "llama_swap_events.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "event_text.h"
#include "openai_entry.h"
#include "paddock/base/wall_time.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// As much of a log as llama-swap keeps, and of one that grows in one frame.
constexpr std::size_t kHistory = 100 << 10;
constexpr std::size_t kPiece = 32 << 10;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json name_or_null(const std::string& name) { return name.empty() ? Json() : Json(name); }

Json model_json(const config::ModelConfig& model, router::ModelState state, const EntryFacts& facts) {
  Json json;
  json["id"] = model.id.str();
  json["name"] = model.name;
  json["description"] = model.description;
  json["state"] = router::state_name(state);
  json["unlisted"] = model.unlisted;
  json["peerID"] = "";
  if (!model.aliases.empty()) json["aliases"] = model.aliases;
  const Json entry = model_entry(model, facts);
  for (const char* name : {"capabilities", "context_length"}) {
    if (entry.contains(name)) json[name] = entry[name];
  }
  return json;
}

void add_peers(const config::Config& config, Json& list) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const config::Peer& peer : config.peers) {
    for (const std::string& model : peer.models) all.emplace_back(peer.id + "/" + model, peer.id);
  }
  std::sort(all.begin(), all.end());
  for (const auto& [id, peer] : all) {
    list.push_back({{"id", id},
                    {"name", ""},
                    {"description", ""},
                    {"state", ""},
                    {"unlisted", false},
                    {"peerID", peer}});
  }
}

Json request_json(const http::InFlight::Picture& one) {
  const auto elapsed = std::chrono::system_clock::now() - one.started;
  Json json;
  json["id"] = std::to_string(one.id);
  json["timestamp"] = rfc3339(one.started);
  json["model"] = one.model;
  json["req_path"] = one.path;
  json["method"] = one.method;
  json["req_headers"] = Json::object();
  json["remote_ip"] = one.client;
  json["resp_headers"] = Json::object();
  json["resp_bytes"] = one.bytes;
  json["elapsed_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
  return json;
}

std::string operation(const char* name) { return std::string("{\"operation\":\"") + name + "\""; }

}  // namespace

LlamaSwapEvents::LlamaSwapEvents(std::shared_ptr<const Deps> deps, bool with_logs, SignOfLife::Now now)
    : kept_(std::move(deps)),
      deps_(*kept_),
      with_logs_(with_logs),
      watcher_(deps_.events.feed(), deps_.events.feed().id()),
      life_(now) {}

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
  // Until it says something, or the watcher knows that it waits: much of the state is not shown here.
  for (bool more = true; more && out.size() == before;) {
    const feed::News news = watcher_.read();
    more = !news.empty();
    if (!std::exchange(greeted_, true))
      greet(out);
    else if (more)
      add_changes(news, out);
  }
  add_logs(out);
  if (out.size() == before) return life_.add_to(out) ? Pull::kData : Pull::kWait;
  life_.said();
  return Pull::kData;
}

void LlamaSwapEvents::greet(std::string& out) {
  if (proxy_) {
    while (add_log(*proxy_, "proxy", out) && out.size() < 2 * kHistory) {
    }
    while (add_log(*upstream_, "upstream", out) && out.size() < 4 * kHistory) {
    }
  }
  add_models(out);
  const auto lookup = deps_.config.get();
  const Json ui = {{"activity", {{"session_id", lookup->config().session_id_headers}}}};
  out += llama_swap_frame("uiConfig", text(ui));
  add_profile(out);
  std::string list;
  for (http::InFlight::Picture& one : deps_.in_flight.list()) {
    list += (list.empty() ? "" : ",") + text(request_json(one));
    requests_.emplace(one.id, std::move(one));
  }
  out += llama_swap_frame("inflight",
                          operation("snapshot") + (list.empty() ? "}" : ",\"requests\":[" + list + "]}"));
}

void LlamaSwapEvents::add_changes(const feed::News& news, std::string& out) {
  const bool other_profile = deps_.profile.name() != profile_;
  if (other_profile) add_profile(out);
  const auto lookup = deps_.config.get();
  std::vector<router::ModelState> states;
  for (const config::ModelConfig& model : lookup->config().models)
    states.push_back(deps_.router.state(model.id));
  if (other_profile || lookup != config_ || states != states_) add_models(out);
  add_requests(out);
  for (const feed::Row& row : news.rows) {
    if (row.section == "activity") out += llama_swap_frame("activity", row.text);
  }
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

void LlamaSwapEvents::add_models(std::string& out) {
  config_ = deps_.config.get();
  states_.clear();
  std::vector<Json> models;
  for (const config::ModelConfig& model : config_->config().models) {
    states_.push_back(deps_.router.state(model.id));
    EntryFacts facts = entry_facts(nullptr, 0);
    facts.props = deps_.facts.of(model.id);
    models.push_back(model_json(model, states_.back(), facts));
  }
  std::sort(models.begin(), models.end(), [](const Json& a, const Json& b) {
    return a["id"].get_ref<const std::string&>() < b["id"].get_ref<const std::string&>();
  });
  Json list = Json::array();
  for (Json& model : models) list.push_back(std::move(model));
  add_peers(config_->config(), list);
  out += llama_swap_frame("modelStatus", text(list));
}

void LlamaSwapEvents::add_profile(std::string& out) {
  profile_ = deps_.profile.name();
  const Json json = {{"active", name_or_null(profile_)}};
  out += llama_swap_frame("profileChanged", text(json));
}

void LlamaSwapEvents::add_requests(std::string& out) {
  std::map<std::uint64_t, http::InFlight::Picture> now;
  for (http::InFlight::Picture& one : deps_.in_flight.list()) {
    const auto before = requests_.find(one.id);
    const bool told =
        before != requests_.end() && before->second.phase == one.phase && before->second.bytes == one.bytes;
    if (!told)
      out +=
          llama_swap_frame("inflight", operation("upsert") + ",\"request\":" + text(request_json(one)) + "}");
    now.emplace(one.id, std::move(one));
  }
  for (const auto& [id, one] : requests_) {
    if (now.count(id) == 0)
      out += llama_swap_frame("inflight", operation("remove") + ",\"id\":\"" + std::to_string(id) + "\"}");
  }
  requests_ = std::move(now);
}

}  // namespace paddock::api
