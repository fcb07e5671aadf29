#include "model_verbs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "model_view.h"
#include "paddock/base/text.h"
#include "replies.h"

namespace paddock::api {

namespace {

constexpr std::array<std::string_view, 4> kVerbs = {"load", "unload", "cancel", "restart"};

// The model is shown as it is after the operation, so a second question follows the first.
router::OutcomeHandler answer_with_model(const Deps& deps, std::shared_ptr<const config::Lookup> lookup,
                                         const config::ModelConfig& model, SharedResponder to) {
  return [&router = deps.router, insight = insight_of(deps), lookup = std::move(lookup), &model,
          to](const router::Outcome& outcome) {
    if (outcome.error) return to->reply(http::to_reply(http::to_api_error(*outcome.error, model.id.str())));
    router.status([lookup, &model, insight, to](const router::Status& status) {
      to->reply(json_reply(verb_body(model, status, insight)));
    });
  };
}

http::Reply unknown_verb(std::string_view verb) {
  if (verb.empty()) {
    return not_found("POST needs a verb: /api/models/{id}/load, unload, cancel or restart");
  }
  return not_found("there is no verb `" + printable(verb, 40) +
                   "`; there are load, unload, cancel and restart");
}

}  // namespace

bool is_verb(std::string_view word) { return std::find(kVerbs.begin(), kVerbs.end(), word) != kVerbs.end(); }

http::Reply only_post(std::string_view verb) {
  http::ApiError error;
  error.status = 405;
  error.code = "method_not_allowed";
  error.message = "`" + std::string(verb) + "` changes something: use POST";
  error.headers.emplace_back("Allow", "POST");
  return http::to_reply(error);
}

void run_verb(const Deps& deps, const http::Request& request, const ModelPath& path,
              http::Responder responder) {
  if (!is_verb(path.verb)) return responder.reply(unknown_verb(path.verb));
  const auto lookup = deps.config.get();
  const auto found = find_model(*lookup, path.model);
  if (!found && path.verb == "unload") {
    return unload_removed(deps, request, std::string(path.model), found.error(),
                          json_reply("{\"model\":null}\n"), std::move(responder));
  }
  if (!found) return responder.reply(found.error());
  const config::ModelConfig& model = **found;
  const auto mode = unload_mode(request);
  if (path.verb == "unload" && !mode) return responder.reply(mode.error());

  auto done = answer_with_model(deps, lookup, model, share(std::move(responder)));
  if (path.verb == "load") return deps.router.load(model.id, std::move(done));
  if (path.verb == "restart") return deps.router.restart(model.id, std::move(done));
  if (path.verb == "cancel") return deps.router.cancel_load(model.id, std::move(done));
  deps.router.unload({model.id}, *mode, std::move(done));
}

}  // namespace paddock::api
