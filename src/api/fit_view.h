// The JSON of GET /api/models/{id}/fit, as docs/api.md shows it. Sizes are bytes. Pure functions; any thread.
#pragma once

#include <string>

#include "paddock/api/forecast_desk.h"
#include "paddock/fit/judgements.h"
#include "paddock/vram/cards.h"

namespace paddock::api {

// Null judgement: it has not been judged yet. Null forecast: nobody has looked yet. The snapshot says what
// the processes of the launch that was judged hold; null: nobody was asked.
std::string fit_body(const ModelId& model, const fit::Judgement* judgement,
                     const Forecast* forecast = nullptr, const vram::Snapshot* cards = nullptr);
// The same without the lines of its log.
std::string fit_without_log(const ModelId& model, const fit::Judgement* judgement,
                            const Forecast* forecast = nullptr, const vram::Snapshot* cards = nullptr);

}  // namespace paddock::api
