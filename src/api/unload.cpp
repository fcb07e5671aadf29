// llama-swap's three ways to unload, with its answers. Ours is POST /api/models/{id}/unload.
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

void unload(const Deps& deps, const http::Request& request, std::vector<ModelId> models, http::Reply answer,
            http::Responder responder) {
  const auto mode = unload_mode(request);
  if (!mode) return responder.reply(mode.error());
  const std::string name = models.empty() ? std::string() : models.front().str();
  deps.router.unload(std::move(models), *mode,
                     [name, answer, to = share(std::move(responder))](const router::Outcome& outcome) {
                       if (!outcome.error) return to->reply(answer);
                       to->reply(http::to_reply(http::to_api_error(*outcome.error, name)));
                     });
}

void unload_one(const Deps& deps, const http::Request& request, http::Responder responder) {
  constexpr std::string_view kPrefix = "/api/models/unload/";
  const std::string name = http::percent_decode(std::string_view(request.path).substr(kPrefix.size()));
  const auto lookup = deps.config.get();
  const auto model = find_model(*lookup, name);
  if (!model)
    return unload_removed(deps, request, name, model.error(), text_reply("OK"), std::move(responder));
  unload(deps, request, {(*model)->id}, text_reply("OK"), std::move(responder));
}

}  // namespace

void add_unload(http::RouteTable& routes, const Deps& deps) {
  using http::RouteKind;
  routes.add({"POST", "/api/models/unload", RouteKind::kControl,
              [deps](const http::Request& request, http::Responder to) {
                unload(deps, request, {}, json_reply("{\"msg\":\"ok\"}\n"), std::move(to));
              },
              http::Role::kAdmin});
  routes.add(
      {"POST", "/api/models/unload/*", RouteKind::kControl,
       [deps](const http::Request& request, http::Responder to) { unload_one(deps, request, std::move(to)); },
       http::Role::kAdmin});
  routes.add({"GET", "/unload", RouteKind::kControl,
              [deps](const http::Request& request, http::Responder to) {
                unload(deps, request, {}, text_reply("OK"), std::move(to));
              },
              http::Role::kAdmin, http::Effect::kChanges});
}

}  // namespace paddock::api
