#include <nlohmann/json.hpp>

#include "replies.h"
#include "resources.h"

namespace paddock::api {

void add_version(http::RouteTable& routes, const Deps& deps) {
  nlohmann::ordered_json json;
  json["version"] = deps.version;
  json["commit"] = deps.commit;
  const std::string body = json.dump() + "\n";
  routes.add({"GET", "/api/version", http::RouteKind::kControl,
              [body](const http::Request&, http::Responder responder) { responder.reply(json_reply(body)); },
              http::Role::kAnyKey});
}

}  // namespace paddock::api
