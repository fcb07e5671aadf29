// GET /api/profiles and PUT /api/profiles/active.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "paddock/base/text.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json name_or_null(const std::string& name) { return name.empty() ? Json() : Json(name); }

Json profile_json(const config::Profile& profile) {
  Json pins = Json::object();
  for (const config::Profile::Pin& pin : profile.pins) pins[pin.name] = pin.target;
  Json json;
  json["id"] = profile.name;
  json["description"] = profile.description;
  json["pins"] = std::move(pins);
  return json;
}

std::string list_body(const config::Config& config, const config::Profile* active) {
  std::vector<const config::Profile*> sorted;
  for (const config::Profile& profile : config.profiles) sorted.push_back(&profile);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  Json list = Json::array();
  for (const config::Profile* profile : sorted) list.push_back(profile_json(*profile));
  Json json;
  json["active"] = name_or_null(active ? active->name : std::string());
  json["profiles"] = std::move(list);
  return text(json);
}

// `{"name": string or null}`; null and "" are none.
Result<std::string, http::Reply> asked_for(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return invalid_request("the body must be a JSON object such as {\"name\": \"day\"}");
  const auto name = json.find("name");
  if (name == json.end())
    return invalid_request("the body has no `name`: a profile's name, or null to switch it off");
  if (name->is_null()) return std::string();
  if (!name->is_string()) return invalid_request("`name` must be a string or null");
  return name->get<std::string>();
}

http::Reply activate(const Deps& deps, const std::string& body) {
  const auto name = asked_for(body);
  if (!name) return name.error();
  const auto lookup = deps.config.get();
  const auto& all = lookup->config().profiles;
  const bool known = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == *name; });
  if (!name->empty() && !known) return not_found("there is no profile `" + printable(*name, 200) + "`");
  deps.profile.set(*name);
  Json json;
  json["active"] = name_or_null(*name);
  return json_reply(text(json));
}

}  // namespace

void add_profiles(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add({"GET", "/api/profiles", kind, [deps](const http::Request&, http::Responder to) {
                const auto lookup = deps.config.get();
                to.reply(json_reply(list_body(lookup->config(), deps.profile.in(lookup->config()))));
              }});
  routes.add({"PUT", "/api/profiles/active", kind, [deps](const http::Request& request, http::Responder to) {
                to.reply(activate(deps, request.body));
              }});
}

}  // namespace paddock::api
