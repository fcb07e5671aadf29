#include "paddock/page/page.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

// As with llama-swap: a browser is sent to the page, which shows logs, and whatever else asks gets the text.
bool is_for_page(const http::Request& request) {
  return !page::built_in().empty() && request.header("accept").find("text/html") != std::string_view::npos;
}

http::Reply to_page() {
  http::Reply reply;
  reply.status = 302;
  reply.content_type.clear();
  reply.headers = {{"Location", "ui/"}, {"Vary", "Accept"}};
  return reply;
}

}  // namespace

void add_log_history(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/logs", http::RouteKind::kControl,
              [&hub = deps.hub](const http::Request& request, http::Responder responder) {
                if (is_for_page(request)) return responder.reply(to_page());
                http::Reply reply = text_reply(hub.combined().tail_lines(hub.options().shared_bytes));
                reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
                responder.reply(std::move(reply));
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
