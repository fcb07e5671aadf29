// The answers that more than one resource gives. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/api/api.h"
#include "paddock/base/result.h"
#include "paddock/config/lookup.h"
#include "paddock/http/error.h"
#include "paddock/http/handler.h"
#include "paddock/router/router.h"

namespace paddock::api {

// Callbacks are std::functions and must be copyable; a Responder is not.
using SharedResponder = std::shared_ptr<http::Responder>;
SharedResponder share(http::Responder responder);

http::Reply json_reply(std::string body);
http::Reply text_reply(std::string body);

http::Reply invalid_request(std::string message, std::string model = {});
http::Reply not_found(std::string message);

// The model that `name` (id or alias, already decoded) stands for, or the refusal: model_missing when the
// name is empty, else model_not_found with the near match in its message.
Result<const config::ModelConfig*, http::Reply> find_model(const config::Lookup& lookup,
                                                           std::string_view name);

// Unloads what may still run under this name though the configuration has it no more; `refusal` if nothing
// does.
void unload_removed(const Deps& deps, const http::Request& request, const std::string& name,
                    http::Reply refusal, http::Reply answer, http::Responder responder);

// Digits and nothing else.
std::optional<std::uint64_t> number(std::string_view text);

// `?mode=drain` (also when absent) or `?mode=now`; nothing else.
Result<router::UnloadMode, http::Reply> unload_mode(const http::Request& request);

}  // namespace paddock::api
