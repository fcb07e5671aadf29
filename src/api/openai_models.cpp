#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "openai_entry.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

bool is_loaded(const config::ModelConfig& model, const router::Status& status) {
  const router::ModelStatus* found = status.find(model.id);
  return found != nullptr && found->state != router::ModelState::kStopped;
}

// A listed name and the model behind it.
struct Listed {
  std::string name;
  const config::ModelConfig* model = nullptr;
};

// Sorted by name. An alias that is the id of another model would never lead here, so it is no name.
std::vector<Listed> listed(const config::Lookup& lookup, const http::Caller& caller) {
  const config::Config& config = lookup.config();
  std::vector<Listed> names;
  for (const config::ModelConfig& model : config.models) {
    if (model.unlisted || !caller.may_use(model.id.str())) continue;
    names.push_back({model.id.str(), &model});
    if (!config.include_aliases_in_list) continue;
    for (const std::string& alias : model.aliases) {
      if (alias != model.id.str() && lookup.find(alias) == &model) names.push_back({alias, &model});
    }
  }
  std::sort(names.begin(), names.end(), [](const Listed& a, const Listed& b) { return a.name < b.name; });
  return names;
}

std::string body(const config::Lookup& lookup, const http::Caller& caller, const router::Status& status) {
  const std::time_t now = std::time(nullptr);
  OrderedJson data = OrderedJson::array();
  for (const Listed& one : listed(lookup, caller)) {
    const EntryFacts facts{is_loaded(*one.model, status), now};
    const bool is_id = one.name == one.model->id.str();
    data.push_back(is_id ? model_entry(*one.model, facts) : alias_entry(*one.model, one.name, facts));
  }
  OrderedJson json;
  json["data"] = std::move(data);
  json["object"] = "list";
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

void get(const Deps& deps, const http::Request& request, http::Responder responder) {
  deps.router.status([lookup = deps.config.get(), caller = request.caller,
                      to = share(std::move(responder))](const router::Status& status) {
    to->reply(json_reply(body(*lookup, caller, status)));
  });
}

}  // namespace

void add_openai_models(http::RouteTable& routes, const Deps& deps) {
  const http::Handler handler = [deps](const http::Request& request, http::Responder to) {
    get(deps, request, std::move(to));
  };
  routes.add({"GET", "/v1/models", http::RouteKind::kControl, handler, http::Role::kInfer});
  routes.add({"GET", "/models", http::RouteKind::kControl, handler, http::Role::kInfer});
}

}  // namespace paddock::api
