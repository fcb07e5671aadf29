// The JSON of models and launches, as docs/api.md shows it. A model's environment is never part of it: that
// is where secrets are. Pure functions; any thread. Texts that are not UTF-8 are mended, not refused.
#pragma once

#include <string>

#include "paddock/api/api.h"
#include "paddock/api/forecast_desk.h"
#include "paddock/config/config.h"
#include "paddock/fit/judgements.h"
#include "paddock/router/status.h"

namespace paddock::api {

// Where it is known whether models fit: what became of their launches, and what is foreseen.
struct Insight {
  const fit::Judgements& fits;
  const ForecastDesk& forecasts;
};
Insight insight_of(const Deps& deps);

// `{"models": [Model]}` in the order of the file.
std::string models_body(const config::Config& config, const router::Status& status, const Insight& insight);
// Model.
std::string model_body(const config::ModelConfig& model, const router::Status& status,
                       const Insight& insight);
// Model, without the end of a line.
std::string model_part(const config::ModelConfig& model, const router::ModelStatus& status,
                       const Insight& insight);
// `{"model": Model}`, the answer of every verb.
std::string verb_body(const config::ModelConfig& model, const router::Status& status, const Insight& insight);
// `{"launches": [Launch]}`, the newest first.
std::string launches_body(const config::ModelConfig& model, const router::Status& status);
// The same without the last lines of each: log text is for admins.
std::string launches_without_log(const config::ModelConfig& model, const router::Status& status);

}  // namespace paddock::api
