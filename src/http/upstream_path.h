// Splitting `/upstream/<model>/<path>?<query>`. Pure.
#pragma once

#include <string>
#include <string_view>

#include "paddock/config/lookup.h"
#include "paddock/router/router.h"

namespace paddock::http {

struct UpstreamPath {
  const config::ModelConfig* model = nullptr;  // null: no leading segments name a model
  std::string name;          // the model as the client named it, decoded; what was tried if there is none
  std::string last_segment;  // of the name, as the client wrote it; for a relative redirect
  // What follows the name, byte for byte: empty, `?query`, or `/path?query`. Points into the target.
  std::string_view rest;
};

// The longest run of leading segments that is an id or alias wins, as written or percent-decoded; names of
// more than 16 segments are not looked for.
UpstreamPath split_upstream_path(std::string_view target, const config::Lookup& lookup);

// What a request of /upstream is to its model: paths in upstream.ignorePaths are glances, other GETs are
// looks. Pages and scrapers ask for those again and again, and a model must not stay loaded for them.
router::Use use_of(std::string_view method, std::string_view rest, const config::Lookup& lookup);

}  // namespace paddock::http
