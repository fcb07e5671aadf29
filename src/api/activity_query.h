// What GET /api/metrics/activity is asked, as the store's question. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"
#include "paddock/http/handler.h"
#include "paddock/store/activity.h"

namespace paddock::api {

// The error is a sentence.
Result<store::PageQuery, std::string> read_page_query(const http::Request& request);

// RFC 3339, `2026-01-31T12:00:00.5+01:00`; the years 1 to 9999, as near as the clock can tell them.
std::optional<store::WallTime> read_time(std::string_view text);

}  // namespace paddock::api
