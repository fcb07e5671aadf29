#include "event_parts.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gpus_view.h"
#include "in_flight_view.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

void EventParts::see_requests(const RequestWatch::Difference& requests) {
  for (const RequestWatch::Seen* one : requests.changed)
    parts_.push_back(
        {"inflight", std::to_string(one->request.id), in_flight_text(one->request, one->phase, one->at)});
  for (const std::uint64_t id : requests.ended)
    parts_.push_back({"inflight", std::to_string(id), std::nullopt});
}

void EventParts::see_models(const config::Config& config, const router::Status& status,
                            const Insight& insight) {
  const bool another = std::exchange(config_, &config) != &config;
  frozen_ = status.frozen;
  shutting_down_ = status.shutting_down;
  loads_ = false;
  Json order = Json::array();
  std::map<std::string, Model> now;
  std::map<std::string_view, const router::ModelStatus*> by_id;
  for (const router::ModelStatus& one : status.models) by_id.emplace(one.id.str(), &one);
  for (const config::ModelConfig& model : config.models) {
    const std::string& id = model.id.str();
    order.push_back(id);
    const auto found = by_id.find(id);
    Model seen{found == by_id.end() ? router::ModelStatus() : *found->second, insight.fits.of(model.id)};
    const auto forecast = insight.forecasts.of(model.id);
    if (forecast && seen.status.state == router::ModelState::kStopped) seen.foreseen = forecast->sentence;
    if (seen.status.loading) loads_ = true;
    const auto before = models_.find(id);
    if (another || before == models_.end() || before->second != seen)
      parts_.push_back({"models", id, model_part(model, seen.status, insight)});
    now.emplace(id, std::move(seen));
  }
  for (const auto& [id, seen] : models_) {
    if (now.count(id) == 0) parts_.push_back({"models", id, std::nullopt});
  }
  models_ = std::move(now);
  if (another) order_ = text(order);
}

void EventParts::see_cards(const vram::Snapshot& snapshot) {
  if (snapshot.cards.empty() && cards_.empty()) return;
  // Time and RAM are always different, and so are no change.
  std::string now = cards_text(snapshot);
  if (snapshot.problem == problem_ && now == cards_) return;
  cards_ = std::move(now);
  problem_ = snapshot.problem;
  parts_.push_back({"gpus", "", gpus_text(snapshot, cards_)});
}

void EventParts::see_profile(const config::Profile* active) {
  profile_ = active == nullptr ? "null" : text(Json(active->name));
}

std::vector<feed::Part> EventParts::take() {
  const auto word = [](bool is) { return is ? "true" : "false"; };
  std::string daemon = "{\"version\":" + text(Json(version_)) + ",\"frozen\":" + word(frozen_) +
                       ",\"shutting_down\":" + word(shutting_down_) + ",\"profile\":" + profile_;
  daemon += ",\"models\":" + (order_.empty() ? std::string("[]") : order_) + "}";
  parts_.push_back({"daemon", "", std::move(daemon)});
  return std::exchange(parts_, {});
}

}  // namespace paddock::api
