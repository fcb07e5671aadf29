// GET /api/config and POST /api/config/reload.
#include "paddock/api/config_desk.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

void add_config(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add(
      {"GET", "/api/config", kind,
       [deps](const http::Request&, http::Responder to) { to.reply(json_reply(deps.desk.description())); },
       http::Role::kAdmin});
  routes.add({"POST", "/api/config/reload", kind,
              [deps](const http::Request&, http::Responder responder) {
                deps.desk.reload([to = share(std::move(responder))](ConfigDesk::Reloaded reloaded) {
                  http::Reply reply = json_reply(std::move(reloaded.report));
                  if (!reloaded.applied) reply.status = 400;
                  to->reply(std::move(reply));
                });
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
