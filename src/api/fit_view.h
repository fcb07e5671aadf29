// The JSON of GET /api/models/{id}/fit, as docs/api.md shows it. Sizes are bytes. Pure functions; any thread.
#pragma once

#include <string>

#include "paddock/fit/judgements.h"

namespace paddock::api {

// Null: it has not been judged yet.
std::string fit_body(const ModelId& model, const fit::Judgement* judgement);
// The same without the lines of its log.
std::string fit_without_log(const ModelId& model, const fit::Judgement* judgement);

}  // namespace paddock::api
