// GET /api/gpus.
#include <nlohmann/json.hpp>

#include "gpus_view.h"
#include "or_null.h"
#include "paddock/base/wall_time.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json models_json(const std::vector<vram::Holder>& holders) {
  Json list = Json::array();
  for (const vram::Holder& holder : holders) {
    Json one;
    one["model"] = holder.model.str();
    one["generation"] = holder.generation.value;
    one["bytes"] = holder.bytes;
    one["estimated"] = holder.estimated;
    list.push_back(std::move(one));
  }
  return list;
}

Json others_json(const std::vector<gpu::Process>& processes) {
  Json list = Json::array();
  for (const gpu::Process& process : processes) {
    Json one;
    one["pid"] = process.pid;
    one["name"] = or_null(process.name);
    one["bytes"] = process.bytes;
    list.push_back(std::move(one));
  }
  return list;
}

Json card_json(const vram::Card& card) {
  const gpu::Device& device = card.device;
  Json json;
  json["index"] = device.index;
  json["name"] = or_null(device.name);
  json["uuid"] = or_null(device.uuid);
  json["pci"] = or_null(device.pci);
  json["vendor"] = or_null(device.vendor);
  json["total"] = device.total;
  json["used"] = device.used;
  json["free"] = card.free();
  json["util"] = or_null(device.util);
  json["temp"] = or_null(device.temp);
  json["power"] = or_null(device.power);
  json["models"] = models_json(card.models);
  json["others"] = others_json(card.others);
  return json;
}

Json ram_json(const std::optional<machine::Memory>& ram) {
  return ram ? Json{{"total", ram->total}, {"available", ram->available}} : Json();
}

}  // namespace

std::string gpus_text(const vram::Snapshot& snapshot) { return gpus_text(snapshot, cards_text(snapshot)); }

std::string gpus_text(const vram::Snapshot& snapshot, const std::string& cards) {
  std::string out = "{\"source\":" + text(snapshot.source);
  out += ",\"taken\":" + text(rfc3339(snapshot.taken));
  out += ",\"problem\":" + text(or_null(snapshot.problem));
  out += ",\"gpus\":" + cards;
  return out + ",\"ram\":" + text(ram_json(snapshot.ram)) + "}";
}

std::string cards_text(const vram::Snapshot& snapshot) {
  Json cards = Json::array();
  for (const vram::Card& card : snapshot.cards) cards.push_back(card_json(card));
  return text(cards);
}

void add_gpus(http::RouteTable& routes, const Deps& deps) {
  routes.add({"GET", "/api/gpus", http::RouteKind::kControl,
              [&cards = deps.cards](const http::Request&, http::Responder responder) {
                cards.look([to = share(std::move(responder))](const vram::Picture& picture) {
                  to->reply(json_reply(gpus_text(*picture) + "\n"));
                });
              },
              http::Role::kObserve});
}

}  // namespace paddock::api
