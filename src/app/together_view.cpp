#include "together_view.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace paddock::app {

std::string together_json(const Together& together) {
  using Json = nlohmann::ordered_json;
  Json models = Json::array();
  for (std::size_t i = 0; i < together.models.size(); ++i) {
    Json beside = Json::array();
    for (std::size_t j = 0; j < together.models.size(); ++j) {
      if (i != j && together.pair(i, j)) beside.push_back(together.models[j].str());
    }
    Json model;
    model["id"] = together.models[i].str();
    model["pinned"] = static_cast<bool>(together.pinned[i]);
    model["beside"] = std::move(beside);
    models.push_back(std::move(model));
  }
  Json json;
  json["models"] = std::move(models);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace paddock::app
