// Any bytes behind `/upstream/`: the name and the rest are together the target, and the name means the model.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "paddock/http/handler.h"
#include "upstream_path.h"

namespace {

using paddock::config::Lookup;

const std::string kPrefix = "/upstream/";

Lookup make_lookup() {
  auto config = std::make_shared<paddock::config::Config>();
  for (const char* id : {"m", "m/long", "org/model", "a b", "50%", "m//x", "/", "?"})
    config->models.emplace_back().id = paddock::ModelId(id);
  config->models.front().aliases = {"one/two/three", "\xc3\xa9"};
  return Lookup(std::move(config));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Lookup lookup = make_lookup();
  const std::string target = kPrefix + std::string(reinterpret_cast<const char*>(data), size);
  const auto path = paddock::http::split_upstream_path(target, lookup);
  if (path.model == nullptr) {
    if (!path.rest.empty()) std::abort();
    return 0;
  }
  if (lookup.find(path.name) != path.model) std::abort();
  if (!path.rest.empty() && path.rest.front() != '/' && path.rest.front() != '?') std::abort();
  if (!target.ends_with(path.rest)) std::abort();
  const std::string raw = target.substr(kPrefix.size(), target.size() - kPrefix.size() - path.rest.size());
  if (raw.find('?') != std::string::npos || paddock::http::percent_decode(raw) != path.name) std::abort();
  if (!raw.ends_with(path.last_segment) || path.last_segment.find('/') != std::string::npos) std::abort();
  return 0;
}
