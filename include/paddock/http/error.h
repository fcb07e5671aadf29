// The one shape of every error that paddock itself sends:
// {"error": {"message", "type", "param", "code", "detail"}}. Documented in docs/api.md. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "paddock/http/handler.h"
#include "paddock/router/router.h"

namespace paddock::http {

struct ApiError {
  int status = 500;
  std::string code;     // `model_not_found`, ...
  std::string message;  // a sentence
  std::string param;    // the model; empty becomes null
  std::optional<router::FailureDetail> detail;
  bool retry_pointless = false;      // sends `x-should-retry: false`; official SDKs retry 5xx otherwise
  std::optional<int> retry_after_s;  // sends `Retry-After`
  Headers headers;                   // more of them
};

// `type` follows from the status: invalid_request_error, rate_limit_error, server_error, ...
Reply to_reply(const ApiError& error);

// 404 `model_not_found`; `near` is a hint, empty if there is none.
ApiError no_such_model(const std::string& name, const std::string& near = {});

// How the router's refusals look to a client.
ApiError to_api_error(const router::RouteError& error, const std::string& model);

}  // namespace paddock::http
