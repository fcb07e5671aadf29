#include "fit_view.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "forecast_view.h"
#include "or_null.h"
#include "paddock/base/wall_time.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

void add_amounts(Json& json, const fit::Amounts& amounts) {
  json["weights"] = amounts.weights;
  json["kv"] = amounts.kv;
  json["state"] = amounts.state;
  json["compute"] = amounts.compute;
  json["output"] = amounts.output;
  json["other"] = amounts.other;
  json["sum"] = amounts.total();
}

Json device_json(const fit::Device& device) {
  Json json;
  json["name"] = device.name;
  json["title"] = or_null(device.title);
  json["pci"] = or_null(device.pci);
  json["card"] = or_null(device.card);
  json["remote"] = device.is_remote;
  json["total"] = or_null(device.total);
  json["free"] = or_null(device.free);
  add_amounts(json, device.holds);
  return json;
}

Json pool_json(const fit::Pool& pool) {
  return {{"size", pool.size},
          {"cells", pool.cells},
          {"layers", pool.layers},
          {"k_type", pool.k_type},
          {"v_type", pool.v_type}};
}

Json layers_json(const std::optional<fit::Layers>& layers) {
  if (!layers) return nullptr;
  return {{"on_devices", layers->on_devices}, {"all", layers->all}};
}

Json ram_json(const fit::Judgement& judgement) {
  Json json;
  add_amounts(json, judgement.verdict.ram);
  json["prompt_cache"] = judgement.report.prompt_cache;
  const fit::Bytes limit = judgement.report.prompt_cache_limit;
  json["prompt_cache_limit"] = limit > 0 ? Json(limit) : Json();
  return json;
}

// What the log adds up to on that card; nothing: it does not name it.
std::optional<fit::Bytes> logged_on(int index, const fit::Judgement& judgement) {
  std::optional<fit::Bytes> sum;
  for (const fit::Device& device : judgement.verdict.devices) {
    if (device.card == "GPU " + std::to_string(index)) sum = sum.value_or(0) + device.holds.total();
  }
  return sum;
}

// Of a launch that is gone the driver says nothing.
Json processes_json(const ModelId& model, const fit::Judgement& judgement, const vram::Snapshot& cards) {
  Json list = Json::array();
  for (const vram::Card& card : cards.cards) {
    for (const vram::Holder& holder : card.models) {
      if (holder.model != model || holder.generation != judgement.launch) continue;
      const auto logged = logged_on(card.device.index, judgement);
      Json one;
      one["card"] = "GPU " + std::to_string(card.device.index);
      one["bytes"] = holder.bytes;
      one["estimated"] = holder.estimated;
      one["beyond_log"] = logged && holder.bytes > *logged ? Json(holder.bytes - *logged) : Json();
      list.push_back(std::move(one));
    }
  }
  return list;
}

void add_judgement(Json& json, const fit::Judgement& judgement, const std::vector<std::string>& proof) {
  const fit::Verdict& verdict = judgement.verdict;
  json["verdict"] = fit::name_of(verdict.word);
  json["sentence"] = verdict.sentence;
  json["complete"] = judgement.report.unread == 0;
  json["launch"] = judgement.launch.value;
  json["judged"] = rfc3339(judgement.time);
  json["build"] = or_null(judgement.report.build);
  json["devices"] = Json::array();
  for (const fit::Device& device : verdict.devices) json["devices"].push_back(device_json(device));
  json["ram"] = ram_json(judgement);
  json["layers"] = layers_json(judgement.report.layers);
  json["context"] = or_null(judgement.report.context);
  json["context_before_cut"] = or_null(verdict.context_before_cut);
  json["kv_pools"] = Json::array();
  for (const fit::Pool& pool : judgement.report.pools) json["kv_pools"].push_back(pool_json(pool));
  json["proof"] = proof;
  json["advice"] = or_null(verdict.advice);
  json["warning"] = or_null(judgement.warning);
}

void add_nothing(Json& json) {
  json["verdict"] = nullptr;
  json["sentence"] = "It has not been loaded yet";
  for (const char* key : {"complete", "launch", "judged", "build"}) json[key] = nullptr;
  json["devices"] = Json::array();
  for (const char* key : {"ram", "layers", "context", "context_before_cut"}) json[key] = nullptr;
  for (const char* key : {"kv_pools", "proof"}) json[key] = Json::array();
  json["advice"] = json["warning"] = nullptr;
}

std::string body(const ModelId& model, const fit::Judgement* judgement, const std::vector<std::string>& proof,
                 const Forecast* forecast, const vram::Snapshot* cards) {
  Json json;
  json["model"] = model.str();
  if (judgement != nullptr) {
    add_judgement(json, *judgement, proof);
  } else {
    add_nothing(json);
  }
  json["processes"] =
      judgement != nullptr && cards != nullptr ? processes_json(model, *judgement, *cards) : Json::array();
  json["forecast"] = forecast_json(forecast);
  // Lines of a log need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string fit_body(const ModelId& model, const fit::Judgement* judgement, const Forecast* forecast,
                     const vram::Snapshot* cards) {
  return body(model, judgement, judgement == nullptr ? std::vector<std::string>() : judgement->verdict.proof,
              forecast, cards);
}

std::string fit_without_log(const ModelId& model, const fit::Judgement* judgement, const Forecast* forecast,
                            const vram::Snapshot* cards) {
  return body(model, judgement, {}, forecast, cards);
}

}  // namespace paddock::api
