// Ollama's API, as far as it asks about models and not one of them: lists, details, and what is not offered.
// Calls that a model answers are http's (session_ollama.cpp).
#include "paddock/api/api.h"
#include "paddock/ollama/names.h"
#include "paddock/ollama/views.h"

#include <chrono>

#include "command_facts.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using http::RouteKind;
using ollama::WallTime;

// When a model was changed is not known; that it came with this daemon is true.
ollama::Model model_of(const config::ModelConfig& model, WallTime since) {
  const CommandFacts facts = command_facts(model);
  const config::Capabilities can = known_capabilities(model, facts);
  ollama::Model out;
  out.id = model.id.str();
  out.modified = since;
  if (can.context > 0) out.context = can.context;
  out.tools = can.tools;
  out.vision = std::find(can.in.begin(), can.in.end(), "image") != can.in.end();
  out.embedding = facts.embeds;
  out.completion = !facts.embeds && !facts.reranks && !can.reranker;
  return out;
}

ollama::Model named(const std::string& id, WallTime since) {
  ollama::Model out;
  out.id = id;
  out.modified = since;
  return out;
}

std::vector<ollama::Model> all_models(const config::Config& config, WallTime since) {
  std::vector<ollama::Model> out;
  for (const config::ModelConfig& model : config.models) {
    if (!model.unlisted) out.push_back(model_of(model, since));
  }
  for (const config::Selector& selector : config.selectors) {
    if (!selector.unlisted) out.push_back(named(selector.id, since));
  }
  for (const config::Peer& peer : config.peers) {
    for (const std::string& model : peer.models) out.push_back(named(peer.id + "/" + model, since));
  }
  return out;
}

std::vector<ollama::Running> running(const config::Lookup& lookup, const router::Status& status,
                                     WallTime since) {
  std::vector<ollama::Running> out;
  for (const router::ModelStatus& one : status.models) {
    const config::ModelConfig* model = lookup.find(one.id.str());
    const bool up = one.state == router::ModelState::kReady || one.state == router::ModelState::kStarting;
    if (model == nullptr || !up) continue;
    ollama::Running& entry = out.emplace_back();
    entry.model = model_of(*model, since);
    if (model->ttl.count() > 0) entry.expires = std::chrono::system_clock::now() + model->ttl;
  }
  return out;
}

http::Reply refusal(int status, std::string_view sentence) {
  http::Reply reply;
  reply.status = status;
  reply.body = ollama::error(sentence);
  return reply;
}

std::optional<ollama::Model> find(const config::Lookup& lookup, std::string_view name, WallTime since) {
  for (const std::string_view one : {name, ollama::without_latest(name)}) {
    const config::Lookup::Found found = lookup.find_any(one);
    if (found.model != nullptr) return model_of(*found.model, since);
    if (found) return named(std::string(one), since);
  }
  return std::nullopt;
}

http::Reply show(const config::Lookup& lookup, const http::Request& request, WallTime since) {
  const auto name = ollama::read_show(request.body);
  if (!name) return refusal(name.error().status, name.error().sentence);
  const std::optional<ollama::Model> model = find(lookup, *name, since);
  if (!model) return refusal(404, "model '" + *name + "' not found");
  return json_reply(ollama::show(*model));
}

// What is there only while the configuration offers it.
http::Handler offered(const Deps& deps, std::function<void(const http::Request&, http::Responder)> handler) {
  return [deps, handler = std::move(handler)](const http::Request& request, http::Responder to) {
    if (deps.config.get()->config().ollama) return handler(request, std::move(to));
    to.reply(refusal(404, "Ollama's API is switched off here (ollama.enabled)"));
  };
}

void add_missing(http::RouteTable& routes, const Deps& deps) {
  const auto handler = offered(deps, [](const http::Request& request, http::Responder to) {
    to.reply(refusal(501, ollama::not_offered(request.path)));
  });
  for (const char* path : {"/api/pull", "/api/push", "/api/create", "/api/copy", "/api/blobs/*"}) {
    routes.add({"POST", path, RouteKind::kControl, handler});
  }
  routes.add({"GET", "/api/blobs/*", RouteKind::kControl, handler});
  routes.add({"DELETE", "/api/delete", RouteKind::kControl, handler});
}

}  // namespace

void add_ollama(http::RouteTable& routes, const Deps& deps) {
  const WallTime since = std::chrono::system_clock::now();
  routes.add({"GET", "/api/tags", RouteKind::kControl,
              offered(deps, [deps, since](const http::Request&, http::Responder to) {
                to.reply(json_reply(ollama::tags(all_models(deps.config.get()->config(), since))));
              })});
  routes.add({"POST", "/api/show", RouteKind::kControl,
              offered(deps, [deps, since](const http::Request& request, http::Responder to) {
                to.reply(show(*deps.config.get(), request, since));
              })});
  routes.add({"GET", "/api/ps", RouteKind::kControl,
              offered(deps, [deps, since](const http::Request&, http::Responder to) {
                deps.router.status([lookup = deps.config.get(), since,
                                    shared = share(std::move(to))](const router::Status& status) {
                  shared->reply(json_reply(ollama::ps(running(*lookup, status, since))));
                });
              })});
  for (const char* path : {"/api/chat", "/api/generate", "/api/embed", "/api/embeddings"}) {
    routes.add({"POST", path, RouteKind::kOllama, nullptr});
  }
  add_missing(routes, deps);
}

}  // namespace paddock::api
