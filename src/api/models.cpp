// GET /api/models and all below it; the verbs are in model_verbs.cpp.
#include <functional>

#include "fit_view.h"
#include "model_path.h"
#include "model_verbs.h"
#include "model_view.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

constexpr std::string_view kPrefix = "/api/models/";

void get_models(const Deps& deps, http::Responder responder) {
  deps.router.overview([lookup = deps.config.get(), insight = insight_of(deps),
                        to = share(std::move(responder))](const router::Status& status) {
    to->reply(json_reply(models_body(lookup->config(), status, insight)));
  });
}

using View = std::function<std::string(const config::ModelConfig&, const router::Status&)>;

void get_view(const Deps& deps, std::string_view name, const View& view, http::Responder responder) {
  const auto lookup = deps.config.get();
  const auto model = find_model(*lookup, name);
  if (!model) return responder.reply(model.error());
  // The lookup owns the model.
  deps.router.status([lookup, model = *model, view, to = share(std::move(responder))](
                         const router::Status& status) { to->reply(json_reply(view(*model, status))); });
}

// Proof is log text, which is for admins.
void get_fit(const Deps& deps, const http::Request& request, std::string_view name,
             http::Responder responder) {
  const auto lookup = deps.config.get();
  const auto model = find_model(*lookup, name);
  if (!model) return responder.reply(model.error());
  const ModelId& id = (*model)->id;
  const auto judgement = deps.fits.of(id);
  const bool is_stopped = deps.router.state(id) == router::ModelState::kStopped;
  const auto forecast = is_stopped ? deps.forecasts.of(id) : deps.forecasts.of_launch(id);
  const auto view = request.caller.roles.admin ? fit_body : fit_without_log;
  deps.cards.look([lookup, &id, judgement, forecast, view,
                   to = share(std::move(responder))](const vram::Picture& picture) {
    to->reply(json_reply(view(id, judgement.get(), forecast.get(), picture.get())));
  });
}

void get_below(const Deps& deps, const http::Request& request, http::Responder responder) {
  const ModelPath path = parse_model_path(std::string_view(request.path).substr(kPrefix.size()));
  if (path.verb == "launches")
    return get_view(deps, path.model, request.caller.roles.admin ? launches_body : launches_without_log,
                    std::move(responder));
  if (path.verb == "fit") return get_fit(deps, request, path.model, std::move(responder));
  if (is_verb(path.verb) && !deps.config.get()->find(path.whole))
    return responder.reply(only_post(path.verb));
  const auto view = [insight = insight_of(deps)](const config::ModelConfig& model,
                                                 const router::Status& status) {
    return model_body(model, status, insight);
  };
  get_view(deps, path.whole, view, std::move(responder));
}

void post_below(const Deps& deps, const http::Request& request, http::Responder responder) {
  const ModelPath path = parse_model_path(std::string_view(request.path).substr(kPrefix.size()));
  run_verb(deps, request, path, std::move(responder));
}

}  // namespace

void add_models(http::RouteTable& routes, const Deps& deps) {
  using http::RouteKind;
  routes.add({"GET", "/api/models", RouteKind::kControl,
              [deps](const http::Request&, http::Responder to) { get_models(deps, std::move(to)); },
              http::Role::kObserve});
  routes.add(
      {"GET", "/api/models/*", RouteKind::kControl,
       [deps](const http::Request& request, http::Responder to) { get_below(deps, request, std::move(to)); },
       http::Role::kObserve});
  routes.add(
      {"POST", "/api/models/*", RouteKind::kControl,
       [deps](const http::Request& request, http::Responder to) { post_below(deps, request, std::move(to)); },
       http::Role::kAdmin});
}

}  // namespace paddock::api
