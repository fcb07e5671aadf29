#include "paddock/page/page.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

constexpr const char* kAddresses = R"(
Talk to a model (it is loaded when it is named):
  POST /v1/chat/completions, /v1/completions, /v1/embeddings
  any  /upstream/<model>/<path>     straight through to the model's own server

See what is there:
  GET  /ui/                         the web page
  GET  /v1/models                   the models
  GET  /api/models                  the models with their state
  GET  /running                     what is loaded
  GET  /api/inflight                what is being answered
  GET  /api/metrics/activity        what was answered, and what it cost; /metrics for Prometheus
  GET  /logs, /logs/stream          the log, and the log as it grows
  GET  /logs/stream/<model>         the log of one model

Do something:
  POST /api/models/<model>/load, unload, restart, cancel
  POST /api/models/unload           unload all
  POST /api/inflight/<id>/cancel    end one request

All addresses with their answers: docs/api.md, and GET /api/openapi.json for programs.
)";

// Two boxes behind a fence. Browsers take it under this name, too.
constexpr const char* kIcon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#7a4" d="M0 13h16v3H0z"/>)"
    R"(<path fill="#c83" d="M3 6h4v7H3zM9 4h4v9H9z"/><path fill="#543" d="M0 8h16v1H0zM0 11h16v1H0z"/></svg>)";

http::Reply icon() {
  http::Reply reply;
  reply.content_type = "image/svg+xml";
  reply.body = kIcon;
  reply.headers.emplace_back("Cache-Control", "max-age=86400");
  return reply;
}

// Where llama-swap has a page about its models.
http::Reply to_front_page() {
  http::Reply reply;
  reply.status = 302;
  reply.content_type.clear();
  reply.headers.emplace_back("Location", "./");
  return reply;
}

// Browsers go on to the page; who does not reads what this is.
http::Reply front_page(std::string text) {
  http::Reply reply = text_reply(std::move(text));
  if (page::built_in().empty()) return reply;
  reply.status = 302;
  reply.headers.emplace_back("Location", "ui/");
  return reply;
}

http::Handler always(http::Reply reply) {
  return [reply = std::move(reply)](const http::Request&, http::Responder to) { to.reply(reply); };
}

http::Handler text(std::string body) {
  return [body = std::move(body)](const http::Request&, http::Responder responder) {
    responder.reply(text_reply(body));
  };
}

}  // namespace

void add_home(http::RouteTable& routes, const Deps& deps) {
  const std::string title =
      "paddock " + deps.version + ": model servers behind one address, swapped on demand\n";
  routes.add(
      {"GET", "/", http::RouteKind::kControl, always(front_page(title + kAddresses)), http::Role::kOpen});
  routes.add({"GET", "/health", http::RouteKind::kControl, text("OK"), http::Role::kOpen});
  routes.add({"GET", "/wol-health", http::RouteKind::kControl, text("OK"), http::Role::kOpen});
  routes.add({"GET", "/favicon.ico", http::RouteKind::kControl, always(icon()), http::Role::kOpen});
  routes.add({"GET", "/upstream", http::RouteKind::kControl, always(to_front_page()), http::Role::kOpen});
}

}  // namespace paddock::api
