// GET /v1/models and one of them, in OpenAI's form.
#include <ctime>
#include <string>

#include "listing.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

std::string text(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

http::Reply list_reply(const ListingFacts& facts) {
  OrderedJson json;
  json["data"] = listing(facts);
  json["object"] = "list";
  return json_reply(text(json));
}

http::Reply one_reply(const ListingFacts& facts, const std::string& name) {
  if (const auto entry = listed(facts, name)) return json_reply(text(*entry));
  // A guess would name models that do not exist for this caller.
  const bool sees_all = facts.caller.models.empty();
  if (const auto model = find_model(facts.lookup, name); !model && sees_all) return model.error();
  return http::to_reply(http::no_such_model(name));
}

// `name` empty: the list.
void get(const Deps& deps, const http::Request& request, std::string name, http::Responder responder) {
  deps.router.status([lookup = deps.config.get(), &profile = deps.profile, &props = deps.facts,
                      name = std::move(name), caller = request.caller,
                      to = share(std::move(responder))](const router::Status& status) {
    const ListingFacts facts{*lookup,           status, props, caller, profile.in(lookup->config()),
                             std::time(nullptr)};
    to->reply(name.empty() ? list_reply(facts) : one_reply(facts, name));
  });
}

void add_under(http::RouteTable& routes, const Deps& deps, const std::string& path) {
  const auto kind = http::RouteKind::kControl;
  routes.add(
      {"GET", path, kind,
       [deps](const http::Request& request, http::Responder to) { get(deps, request, {}, std::move(to)); },
       http::Role::kInfer});
  const std::size_t prefix = path.size() + 1;
  routes.add({"GET", path + "/*", kind,
              [deps, prefix](const http::Request& request, http::Responder to) {
                get(deps, request, http::percent_decode(std::string_view(request.path).substr(prefix)),
                    std::move(to));
              },
              http::Role::kInfer});
}

}  // namespace

void add_openai_models(http::RouteTable& routes, const Deps& deps) {
  add_under(routes, deps, "/v1/models");
  add_under(routes, deps, "/models");
}

}  // namespace paddock::api
