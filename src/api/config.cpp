// GET and PUT /api/config, GET /api/config/file, POST /api/config/reload and /api/config/check, GET
// /api/matrix.
#include "paddock/api/config_desk.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

http::Reply too_busy() {
  http::ApiError error;
  error.status = 503;
  error.code = "busy";
  error.message = "others have asked to think about configurations, which takes a while";
  error.retry_after_s = 1;
  return http::to_reply(error);
}

ConfigDesk::Answered answer_to(http::Responder responder) {
  return [to = share(std::move(responder))](std::optional<std::string> json) {
    to->reply(json ? json_reply(std::move(*json)) : too_busy());
  };
}

ConfigDesk::Replied reply_to(http::Responder responder) {
  return [to = share(std::move(responder))](http::Reply reply) { to->reply(std::move(reply)); };
}

// The text has all secrets: no page of another origin may have it, nor ask for it.
void add_config_file(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add({"GET", "/api/config/file", kind,
              [deps](const http::Request&, http::Responder to) { deps.desk.file(reply_to(std::move(to))); },
              http::Role::kAdmin, http::Effect::kChanges});
  routes.add({"PUT", "/api/config", kind,
              [deps](const http::Request& request, http::Responder to) {
                deps.desk.write(request.body, std::string(request.header("If-Match")),
                                reply_to(std::move(to)));
              },
              http::Role::kAdmin});
}

}  // namespace

void add_config(http::RouteTable& routes, const Deps& deps) {
  add_config_file(routes, deps);
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
  routes.add({"POST", "/api/config/check", kind,
              [deps](const http::Request& request, http::Responder to) {
                deps.desk.check(request.body, answer_to(std::move(to)));
              },
              http::Role::kAdmin});
  routes.add(
      {"GET", "/api/matrix", kind,
       [deps](const http::Request&, http::Responder to) { deps.desk.together(answer_to(std::move(to))); },
       http::Role::kObserve});
}

}  // namespace paddock::api
