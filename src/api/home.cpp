#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

constexpr const char* kAddresses = R"(
Talk to a model (it is loaded when it is named):
  POST /v1/chat/completions, /v1/completions, /v1/embeddings
  any  /upstream/<model>/<path>     straight through to the model's own server

See what is there:
  GET  /v1/models                   the models
  GET  /api/models                  the models with their state
  GET  /running                     what is loaded
  GET  /logs, /logs/stream          the log, and the log as it grows
  GET  /logs/stream/<model>         the log of one model

Do something:
  POST /api/models/<model>/load, unload, restart, cancel
  POST /api/models/unload           unload all

All addresses with their answers are described in docs/api.md.
)";

http::Handler text(std::string body) {
  return [body = std::move(body)](const http::Request&, http::Responder responder) {
    responder.reply(text_reply(body));
  };
}

}  // namespace

void add_home(http::RouteTable& routes, const Deps& deps) {
  const std::string title =
      "paddock " + deps.version + ": model servers behind one address, swapped on demand\n";
  routes.add({"GET", "/", http::RouteKind::kControl, text(title + kAddresses), http::Role::kOpen});
  routes.add({"GET", "/health", http::RouteKind::kControl, text("OK"), http::Role::kOpen});
  routes.add({"GET", "/wol-health", http::RouteKind::kControl, text("OK"), http::Role::kOpen});
}

}  // namespace paddock::api
