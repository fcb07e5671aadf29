// GET /api/inflight and POST /api/inflight/{id}/cancel.
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "paddock/base/text.h"
#include "paddock/base/wall_time.h"
#include "paddock/http/in_flight.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;
using http::InFlight;

constexpr std::string_view kPrefix = "/api/inflight/";
constexpr std::string_view kCancel = "/cancel";

// A worker knows that its request waits; what for, the router knows.
const char* phase_name(const InFlight::Picture& one, const router::Status& status) {
  switch (one.phase) {
    case InFlight::Phase::kSending:
      return "sending";
    case InFlight::Phase::kAnswering:
      return "answering";
    case InFlight::Phase::kWaiting:
      break;
  }
  const router::ModelStatus* model = status.find(ModelId(one.model));
  return model && model->state == router::ModelState::kStarting ? "loading" : "waiting";
}

std::string body(const std::vector<InFlight::Picture>& requests, const router::Status& status) {
  Json list = Json::array();
  for (const InFlight::Picture& one : requests) {
    Json entry;
    entry["id"] = one.id;
    entry["model"] = one.model;
    entry["method"] = one.method;
    entry["path"] = one.path;
    entry["started"] = rfc3339(one.started);
    entry["phase"] = phase_name(one, status);
    entry["client"] = one.client;
    entry["bytes"] = one.bytes;
    entry["stream"] = one.stream;
    list.push_back(std::move(entry));
  }
  Json json;
  json["inflight"] = std::move(list);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

void get_list(const Deps& deps, http::Responder responder) {
  deps.router.status(
      [&in_flight = deps.in_flight, to = share(std::move(responder))](const router::Status& status) {
        to->reply(json_reply(body(in_flight.list(), status)));
      });
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
              [deps](const http::Request&, http::Responder to) { get_list(deps, std::move(to)); }});
  routes.add({"POST", std::string(kPrefix) + "*", kind,
              [&in_flight = deps.in_flight](const http::Request& request, http::Responder to) {
                to.reply(cancel(in_flight, request.path));
              }});
}

}  // namespace paddock::api
