// GET /api/inflight and POST /api/inflight/{id}/cancel.
#include <string>

#include "in_flight_view.h"
#include "paddock/base/text.h"
#include "paddock/http/in_flight.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using http::InFlight;

constexpr std::string_view kPrefix = "/api/inflight/";
constexpr std::string_view kCancel = "/cancel";

void get_list(const Deps& deps, http::Responder responder) {
  const TimePoint now = steady_now();
  std::string list;
  for (const InFlight::Picture& one : deps.in_flight.list()) {
    if (!list.empty()) list += ',';
    list += in_flight_text(one, phase_name(one.phase, deps.router.state(ModelId(one.model))), now);
  }
  responder.reply(json_reply("{\"inflight\":[" + list + "]}\n"));
}

http::Reply cancel(InFlight& in_flight, std::string_view path) {
  std::string_view rest = path.substr(kPrefix.size());
  if (!rest.ends_with(kCancel)) return not_found("POST needs a verb: /api/inflight/{id}/cancel");
  rest.remove_suffix(kCancel.size());
  const auto id = number(rest);
  if (!id) return invalid_request("`" + printable(rest, 40) + "` is not the number of a request");
  if (!in_flight.cancel(*id)) return not_found("request " + std::to_string(*id) + " is not in flight");
  return json_reply("{\"msg\":\"ok\"}\n");
}

}  // namespace

void add_in_flight(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add({"GET", "/api/inflight", kind,
              [deps](const http::Request&, http::Responder to) { get_list(deps, std::move(to)); },
              http::Role::kObserve});
  routes.add({"POST", std::string(kPrefix) + "*", kind,
              [&in_flight = deps.in_flight](const http::Request& request, http::Responder to) {
                to.reply(cancel(in_flight, request.path));
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
