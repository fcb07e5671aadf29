#include "paddock/base/wall_time.h"
#include "paddock/ollama/views.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

// One address, two products: `version` is read by Ollama's clients.
void add_version(http::RouteTable& routes, const Deps& deps) {
  const std::string body =
      ollama::version({deps.version, deps.commit, {}, rfc3339(std::chrono::system_clock::now())});
  routes.add({"GET", "/api/version", http::RouteKind::kControl,
              [body](const http::Request&, http::Responder responder) { responder.reply(json_reply(body)); },
              http::Role::kAnyKey});
}

}  // namespace paddock::api
