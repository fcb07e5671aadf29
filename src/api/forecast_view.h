// The JSON of a forecast, as docs/api.md shows it. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "paddock/api/forecast_desk.h"

namespace paddock::api {

// Null for null.
nlohmann::ordered_json forecast_json(const Forecast* forecast);
// Its source and sentence only, for lists.
nlohmann::ordered_json forecast_summary(const Forecast* forecast);

}  // namespace paddock::api
