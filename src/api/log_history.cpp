#include "replies.h"
#include "resources.h"

namespace paddock::api {

void add_log_history(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/logs", http::RouteKind::kControl,
              [&hub = deps.hub](const http::Request&, http::Responder responder) {
                http::Reply reply = text_reply(hub.combined().tail_lines(hub.options().shared_bytes));
                reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
                responder.reply(std::move(reply));
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
