// The parameters of GET /api/logs and its stream as a query, or the refusal. They are bounded as openapi.json
// says. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "paddock/base/result.h"
#include "paddock/config/lookup.h"
#include "paddock/http/handler.h"
#include "paddock/logs/search.h"

namespace paddock::api {

// Ids and launches are exact in a double.
inline constexpr std::uint64_t kMostLogId = (std::uint64_t{1} << 53) - 1;

Result<logs::Query, http::Reply> log_query(const http::Request& request, const config::Lookup& lookup);

// RFC 3339 with `T` and `Z` or an offset, to the millisecond; a day that the month does not have is one of
// the next. Any year from 0000 to 9999.
std::optional<logs::Millis> log_time(std::string_view text);

}  // namespace paddock::api
