// The name of one request in logs and in answers (`X-Request-Id`): the client's own where it sent a sane one,
// else 32 hexadecimal digits of ours, unique but no secret. Pure but for the random numbers; any thread.
#pragma once

#include <array>
#include <string_view>

namespace paddock::http {

inline constexpr std::string_view kRequestIdField = "X-Request-Id";

// 1 to 128 bytes of visible ASCII: nothing that a log line or a header could trip over.
bool is_sane_request_id(std::string_view id);

std::array<char, 32> new_request_id();

}  // namespace paddock::http
