#include "forecast_view.h"

#include <nlohmann/json.hpp>

#include "or_null.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

Json part_json(const ForecastPart& part) {
  Json json;
  json["title"] = part.title;
  json["index"] = or_null(part.index);
  json["low"] = part.low;
  json["high"] = part.high;
  json["free"] = or_null(part.free);
  json["total"] = or_null(part.total);
  return json;
}

}  // namespace

Json forecast_json(const Forecast* forecast) {
  if (forecast == nullptr) return nullptr;
  Json json = forecast_summary(forecast);
  json["devices"] = Json::array();
  for (const ForecastPart& part : forecast->devices) json["devices"].push_back(part_json(part));
  json["ram"] = forecast->ram ? part_json(*forecast->ram) : Json();
  json["notes"] = forecast->notes;
  json["load_ms"] = forecast->load ? Json(forecast->load->count()) : Json();
  return json;
}

Json forecast_summary(const Forecast* forecast) {
  if (forecast == nullptr) return nullptr;
  Json json;
  json["source"] = forecast->source;
  json["sentence"] = or_null(forecast->sentence);
  return json;
}

}  // namespace paddock::api
