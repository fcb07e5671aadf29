// What follows `/api/models/` in a path: a model, and perhaps a verb as the last segment.
//
// Ids may hold slashes, raw or as %2F; only a raw slash separates the verb. So `org/m/load` and
// `org%2Fm/load` are both the verb `load` on the model `org/m`, and a model that is really called `m/load` is
// `m%2Fload`. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace paddock::api {

struct ModelPath {
  std::string model;  // decoded
  std::string verb;   // empty: there is only one segment
  std::string whole;  // all of it, decoded: the model when the last segment turns out to be no verb
};

// `rest` is still percent-encoded.
ModelPath parse_model_path(std::string_view rest);

}  // namespace paddock::api
