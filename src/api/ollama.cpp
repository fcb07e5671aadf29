// Ollama's API, as far as it asks about models and not one of them: lists, details, and what is not offered.
// Calls that a model answers are http's (session_ollama.cpp).
#include "paddock/api/api.h"
#include "paddock/ollama/names.h"
#include "paddock/ollama/views.h"

#include <chrono>

#include "known_capabilities.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using http::RouteKind;
using ollama::WallTime;

// When a model was changed is not known; that it came with this daemon is true.
ollama::Model model_of(const config::Lookup& lookup, const config::ModelConfig& model, WallTime since) {
  const config::CommandFacts& facts = lookup.command(model);
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

std::vector<ollama::Model> all_models(const config::Lookup& lookup, const http::Caller& caller,
                                      WallTime since) {
  const config::Config& config = lookup.config();
  std::vector<ollama::Model> out;
  for (const config::ModelConfig& model : config.models) {
    if (!model.unlisted && caller.may_use(model.id.str())) out.push_back(model_of(lookup, model, since));
  }
  for (const config::Selector& selector : config.selectors) {
    if (!selector.unlisted && caller.may_use(selector.id)) out.push_back(named(selector.id, since));
  }
  for (const config::Peer& peer : config.peers) {
    for (const std::string& model : peer.models) {
      const std::string id = peer.id + "/" + model;
      if (caller.may_use(id)) out.push_back(named(id, since));
    }
  }
  return out;
}

std::vector<ollama::Running> running(const config::Lookup& lookup, const router::Status& status,
                                     const http::Caller& caller, WallTime since) {
  std::vector<ollama::Running> out;
  for (const router::ModelStatus& one : status.models) {
    const config::ModelConfig* model = lookup.find(one.id.str());
    const bool up = one.state == router::ModelState::kReady || one.state == router::ModelState::kStarting;
    if (model == nullptr || !up || !caller.may_use(one.id.str())) continue;
    ollama::Running& entry = out.emplace_back();
    entry.model = model_of(lookup, *model, since);
    if (model->ttl.count() > 0) entry.expires = std::chrono::system_clock::now() + model->ttl;
    if (one.unloads) entry.expires = wall_time(*one.unloads);
  }
  return out;
}

http::Reply refusal(int status, std::string_view sentence) {
  http::Reply reply;
  reply.status = status;
  reply.body = ollama::error(sentence);
  return reply;
}

std::optional<ollama::Model> find(const config::Lookup& lookup, const http::Caller& caller,
                                  std::string_view name, WallTime since) {
  for (const std::string_view one : {name, ollama::without_latest(name)}) {
    const config::Lookup::Found found = lookup.find_any(one);
    if (found.model != nullptr && caller.may_use(found.model->id.str()))
      return model_of(lookup, *found.model, since);
    if (found.selector != nullptr && caller.may_use(found.selector->id))
      return named(found.selector->id, since);
    if (found.peer == nullptr) continue;
    const std::string id = found.peer->id + "/" + std::string(found.peer_model);
    if (caller.may_use(id)) return named(id, since);
  }
  return std::nullopt;
}

http::Reply show(const config::Lookup& lookup, const http::Request& request, WallTime since) {
  const auto name = ollama::read_show(request.body);
  if (!name) return refusal(name.error().status, name.error().sentence);
  const std::optional<ollama::Model> model = find(lookup, request.caller, *name, since);
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
    routes.add({"POST", path, RouteKind::kControl, handler, http::Role::kAdmin});
  }
  routes.add({"GET", "/api/blobs/*", RouteKind::kControl, handler, http::Role::kAdmin});
  routes.add({"DELETE", "/api/delete", RouteKind::kControl, handler, http::Role::kAdmin});
}

}  // namespace

void add_ollama(http::RouteTable& routes, const Deps& deps) {
  const WallTime since = std::chrono::system_clock::now();
  routes.add({"GET", "/api/tags", RouteKind::kControl,
              offered(deps,
                      [deps, since](const http::Request& request, http::Responder to) {
                        const auto lookup = deps.config.get();
                        to.reply(json_reply(ollama::tags(all_models(*lookup, request.caller, since))));
                      }),
              http::Role::kInfer});
  routes.add({"POST", "/api/show", RouteKind::kControl,
              offered(deps,
                      [deps, since](const http::Request& request, http::Responder to) {
                        to.reply(show(*deps.config.get(), request, since));
                      }),
              http::Role::kInfer, http::Effect::kByKind});
  routes.add({"GET", "/api/ps", RouteKind::kControl,
              offered(deps,
                      [deps, since](const http::Request& request, http::Responder to) {
                        deps.router.status([lookup = deps.config.get(), since, caller = request.caller,
                                            shared = share(std::move(to))](const router::Status& status) {
                          shared->reply(json_reply(ollama::ps(running(*lookup, status, caller, since))));
                        });
                      }),
              http::Role::kInfer});
  for (const char* path : {"/api/chat", "/api/generate", "/api/embed", "/api/embeddings"}) {
    routes.add({"POST", path, RouteKind::kOllama, nullptr, http::Role::kInfer});
  }
  add_missing(routes, deps);
}

}  // namespace paddock::api
