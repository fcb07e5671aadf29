#include "secret_paths.h"
#include "paddock/config/mask.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;
using Paths = std::vector<std::string>;

std::string in_view(const std::string& path) {
  // Costs are written by names of variables and shown by models.
  constexpr std::string_view kCosts = "matrix.evict_costs";
  if (const std::size_t at = path.find(kCosts); at != std::string::npos && path.rfind("models.", 0) != 0) {
    return "routing.router.settings." + std::string(kCosts);
  }
  constexpr std::string_view kLegacyStrip = ".strip_params";
  if (path.starts_with("matrix.") || path.starts_with("groups.")) return "routing.router.settings." + path;
  if (path.ends_with(kLegacyStrip)) {
    return path.substr(0, path.size() - kLegacyStrip.size()) + ".stripParams";
  }
  return path;
}

// `apiKeys.0` and `apiKeys.0.key` are never shown; that they are secret hides nothing beside them.
bool is_key_itself(const std::string& path) {
  constexpr std::string_view kKeys = "apiKeys.";
  if (!path.starts_with(kKeys)) return false;
  const std::string_view rest = std::string_view(path).substr(kKeys.size());
  return rest.find('.') == std::string_view::npos || rest.ends_with(".key");
}

// What models take over from the top of the file is as secret there.
void add_inherited(const Json& root, const std::string& path, Paths& secrets) {
  const std::string own = path == "globalTTL" ? "ttl" : path;
  static constexpr std::string_view kInherited[] = {
      "ttl",          "unloadTimeout", "sendLoadingState", "healthCheckTimeout", "healthCheckTimeoutMax",
      "stallTimeout", "logVerbosity"};
  const bool is_inherited =
      own.starts_with("kvCache.") ||
      std::find(std::begin(kInherited), std::end(kInherited), own) != std::end(kInherited);
  if (!is_inherited) return;
  const auto models = root.find("models");
  if (models == root.end()) return;
  for (const auto& [id, model] : models->items()) secrets.push_back("models." + id + "." + own);
}

// A stop command takes its time over from the model.
void add_stop_timeout(const std::string& path, Paths& secrets) {
  constexpr std::string_view kSource = ".unloadTimeout";
  if (path.starts_with("models.") && path.ends_with(kSource)) {
    secrets.push_back(path.substr(0, path.size() - kSource.size()) + ".cmdStopTimeout");
  }
}

bool is_secret(const std::string& path, const Paths& secrets) {
  return std::binary_search(secrets.begin(), secrets.end(), path);
}

// Whether a secret lies below `path`.
bool holds_secret(const std::string& path, const Paths& secrets) {
  const auto below = [&](const std::string& start) {
    const auto found = std::lower_bound(secrets.begin(), secrets.end(), start);
    return found != secrets.end() && found->starts_with(start);
  };
  return below(path + ".") || below(path + "[");
}

void mask_below(Json& value, const std::string& path, const Paths& secrets) {
  if (is_secret(path, secrets) || (!value.is_object() && holds_secret(path, secrets))) {
    if (value.is_array()) {
      for (Json& item : value) item = config::kMask;
    } else {
      value = config::kMask;
    }
  } else if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      mask_below(member, path.empty() ? key : path + "." + key, secrets);
    }
  }
}

}  // namespace

void mask_paths(Json& root, const Paths& secret_paths) {
  if (secret_paths.empty()) return;
  Paths secrets;
  for (const std::string& path : secret_paths) {
    if (is_key_itself(path)) continue;
    secrets.push_back(in_view(path));
    add_inherited(root, path, secrets);
  }
  for (std::size_t i = 0, own = secrets.size(); i < own; ++i)
    add_stop_timeout(std::string(secrets[i]), secrets);
  std::sort(secrets.begin(), secrets.end());
  mask_below(root, "", secrets);
}

}  // namespace paddock::app
