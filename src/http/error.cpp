#include "paddock/http/error.h"

#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

using Json = nlohmann::ordered_json;

const char* type_of(int status) {
  if (status == 401 || status == 403) return "authentication_error";
  if (status == 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json detail_json(const std::optional<router::FailureDetail>& detail) {
  if (!detail || detail->kind.empty()) return nullptr;
  Json json;
  json["class"] = detail->kind;
  json["exit"] = or_null(detail->exit);
  json["signal"] = or_null(detail->signal);
  json["line"] = or_null(detail->line);
  return json;
}

// A start that found its port taken, or no process table entry, may work a moment later. All other failed
// starts would fail again, and each retry of an SDK would cost another load.
bool start_may_work_later(const router::FailureDetail& detail) {
  return detail.kind == "port_taken" || detail.kind == "unknown";
}

// Places in a queue come free one by one; when, depends on how long the answers are.
constexpr int kQueueRetryS = 1;

struct Look {
  int status;
  const char* code;
  bool retry_pointless;
};

Look look_of(const router::RouteError& error) {
  using router::RejectCode;
  switch (error.code) {
    case RejectCode::kModelNotFound:
      return {404, "model_not_found", true};
    case RejectCode::kStartFailed:
      return {503, "start_failed", !start_may_work_later(error.detail)};
    case RejectCode::kStartTimeout:
      return {504, "start_timeout", true};
    case RejectCode::kUnloaded:
      // A retry would load at once what somebody has just unloaded on purpose.
      return {503, "unloaded", true};
    case RejectCode::kCancelled:
      return {499, "cancelled", true};
    case RejectCode::kShuttingDown:
      return {503, "shutting_down", false};
    case RejectCode::kQueueFull:
      return {429, "queue_full", false};
    case RejectCode::kPinned:
      return {409, "pinned", true};
    case RejectCode::kFrozen:
      return {409, "frozen", true};
    case RejectCode::kNotLoaded:
      return {409, "not_loaded", true};
    case RejectCode::kCrashLoop:
      // Until Retry-After a retry costs nothing, and then it may work.
      return {503, "crash_loop", false};
  }
  return {500, "internal_error", true};
}

}  // namespace

Reply to_reply(const ApiError& error) {
  Json inner;
  inner["message"] = error.message;
  inner["type"] = type_of(error.status);
  inner["param"] = or_null(error.param);
  inner["code"] = error.code;
  inner["detail"] = detail_json(error.detail);
  Json json;
  json["error"] = std::move(inner);

  Reply reply;
  reply.status = error.status;
  reply.headers = error.headers;
  // Messages may quote a client's bytes or a model's log, which need not be UTF-8.
  reply.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (error.retry_pointless) reply.headers.emplace_back("x-should-retry", "false");
  if (error.retry_after_s) reply.headers.emplace_back("Retry-After", std::to_string(*error.retry_after_s));
  return reply;
}

ApiError no_such_model(const std::string& name, const std::string& near) {
  ApiError error;
  error.status = 404;
  error.code = "model_not_found";
  error.param = name;
  error.message = "there is no model `" + name + "`";
  if (!near.empty()) error.message += "; did you mean `" + near + "`?";
  error.retry_pointless = true;
  return error;
}

ApiError to_api_error(const router::RouteError& error, const std::string& model) {
  const Look look = look_of(error);
  ApiError out;
  out.status = look.status;
  out.code = look.code;
  out.message = error.message;
  out.param = model;
  if (!error.detail.kind.empty()) out.detail = error.detail;
  out.retry_pointless = look.retry_pointless;
  if (error.code == router::RejectCode::kQueueFull) out.retry_after_s = kQueueRetryS;
  if (error.retry_after) out.retry_after_s = static_cast<int>(error.retry_after->count());
  return out;
}

}  // namespace paddock::http
