#include "paddock/http/upstream_facts.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

using Json = nlohmann::json;

// An object's member; null if there is none.
const Json& member(const Json& json, const char* name) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto found = json.find(name);
  return found == json.end() ? kNull : *found;
}

bool is_true(const Json& json) { return json.is_boolean() && json.get<bool>(); }

}  // namespace

std::optional<UpstreamProps> read_props(std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  const Json& settings = member(json, "default_generation_settings");
  if (!settings.is_object()) return std::nullopt;
  UpstreamProps props;
  const Json& context = member(settings, "n_ctx");
  const bool sane = context.is_number_unsigned() &&
                    context.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<int>::max()};
  if (sane) props.context = context.get<int>();
  const Json& modalities = member(json, "modalities");
  props.vision = is_true(member(modalities, "vision"));
  props.audio = is_true(member(modalities, "audio"));
  return props;
}

void UpstreamFacts::set(const ModelId& model, const UpstreamProps& props) {
  const std::lock_guard lock(mutex_);
  const auto known = props_.find(model);
  if (known != props_.end() && known->second == props) return;
  props_[model] = props;
  changes_.fetch_add(1, std::memory_order_relaxed);
}

void UpstreamFacts::forget(const ModelId& model) {
  const std::lock_guard lock(mutex_);
  if (props_.erase(model) > 0) changes_.fetch_add(1, std::memory_order_relaxed);
}

std::optional<UpstreamProps> UpstreamFacts::of(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = props_.find(model);
  if (found == props_.end()) return std::nullopt;
  return found->second;
}

}  // namespace paddock::http
