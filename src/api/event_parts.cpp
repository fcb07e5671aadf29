#include "event_parts.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "gpus_view.h"
#include "in_flight_view.h"
#include "paddock/api/event_feed.h"

namespace paddock::api {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

constexpr Duration kBytesEvery = 250ms;

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

bool EventParts::see_requests(const std::vector<http::InFlight::Picture>& requests,
                              const router::Router& router, TimePoint now) {
  for (auto& [id, request] : requests_) request.here = false;
  bool differ = false;
  std::size_t count = 0;
  for (const http::InFlight::Picture& one : requests) {
    if (++count > EventFeed::kMostRequests) break;
    if (see_request(one, phase_name(one, router.state(ModelId(one.model))), now)) differ = true;
  }
  return forget_ended() || differ;
}

// True if it was not there before.
bool EventParts::see_request(const http::InFlight::Picture& one, const char* phase, TimePoint now) {
  const auto [found, fresh] = requests_.try_emplace(one.id);
  Request& known = found->second;
  known.here = true;
  // Phases are literals, and few.
  const bool moved = fresh || std::string_view(known.phase) != phase || known.stream != one.stream;
  const bool grown = known.bytes != one.bytes && now >= known.told + kBytesEvery;
  if (!moved && !grown) return false;
  known = {phase, one.bytes, one.stream, now, true};
  parts_.push_back({"inflight", std::to_string(one.id), in_flight_text(one, phase)});
  return fresh;
}

bool EventParts::forget_ended() {
  const std::size_t gone = std::erase_if(requests_, [this](const auto& entry) {
    if (!entry.second.here) parts_.push_back({"inflight", std::to_string(entry.first), std::nullopt});
    return !entry.second.here;
  });
  return gone > 0;
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
  // What is always different is no change.
  vram::Snapshot compared = snapshot;
  compared.taken = {};
  compared.ram.reset();
  std::string now = gpus_text(compared);
  if (now == cards_) return;
  cards_ = std::move(now);
  parts_.push_back({"gpus", "", gpus_text(snapshot)});
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
