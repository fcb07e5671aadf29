// GET /api/events/v2, and llama-swap's GET /api/events.
#include <memory>
#include <string>

#include "event_source.h"
#include "llama_swap_events.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

http::Reply stream_head() {
  http::Reply head;
  head.content_type = "text/event-stream";
  head.headers = {{"X-Content-Type-Options", "nosniff"},
                  {"X-Accel-Buffering", "no"},  // nginx would hold events back
                  {"Cache-Control", "no-cache"}};
  return head;
}

// What a browser that connects again has seen is newer than what the address says.
std::string seen_by(const http::Request& request) {
  const std::string_view last = request.header("last-event-id");
  return last.empty() ? request.query_value("after") : std::string(last);
}

void get_state(const Deps& deps, const http::Request& request, http::Responder responder) {
  deps.events.open([seen = seen_by(request), to = share(std::move(responder))](const feed::Feed& feed) {
    to->stream(stream_head(), std::make_unique<EventSource>(feed, seen));
  });
}

}  // namespace

void add_events(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add(
      {"GET", "/api/events/v2", kind,
       [deps](const http::Request& request, http::Responder to) { get_state(deps, request, std::move(to)); },
       http::Role::kObserve});
  const auto kept = std::make_shared<const Deps>(deps);
  routes.add({"GET", "/api/events", kind,
              [kept](const http::Request& request, http::Responder responder) {
                const bool with_logs = request.caller.roles.admin;
                const auto to = share(std::move(responder));
                kept->events.open_llama_swap([kept, with_logs, to](const feed::Feed& feed) {
                  to->stream(stream_head(), std::make_unique<LlamaSwapEvents>(kept, feed, with_logs));
                });
              },
              http::Role::kObserve});
}

}  // namespace paddock::api
