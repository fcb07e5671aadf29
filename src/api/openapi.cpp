#include "openapi.h"

#include "replies.h"
#include "resources.h"

namespace paddock::api {

void add_openapi(http::RouteTable& routes, const Deps&) {
  routes.add({"GET", "/api/openapi.json", http::RouteKind::kControl,
              [](const http::Request&, http::Responder to) { to.reply(json_reply(kOpenApi)); }});
}

}  // namespace paddock::api
