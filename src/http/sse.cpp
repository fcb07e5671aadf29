#include "sse.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

using Json = nlohmann::ordered_json;

// An error page is quoted, not delivered.
constexpr std::size_t kQuoted = 500;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

const char* anthropic_type(int status) {
  switch (status) {
    case 400:
    case 422:
      return "invalid_request_error";
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    default:
      return "api_error";
  }
}

// `error` is the object inside OpenAI's `error`, with a `message` at least.
std::string event_of(StreamApi api, int status, Json error) {
  if (api == StreamApi::kOpenAi) return "data: " + dump(Json{{"error", std::move(error)}}) + "\n\n";
  Json json = {{"type", "error"}};
  if (api == StreamApi::kAnthropic) {
    error["type"] = anthropic_type(status);
  } else {
    json["code"] = error.value("code", Json());
    json["message"] = error.value("message", Json());
    json["param"] = error.value("param", Json());
    // Where the stream stands is not known here; its readers want a number.
    json["sequence_number"] = 0;
  }
  // The official clients of the Responses API raise what has an `error`.
  json["error"] = std::move(error);
  return "event: error\ndata: " + dump(json) + "\n\n";
}

// The `error` object of an engine's answer, or null.
Json own_error(std::string_view body) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return nullptr;
  const auto found = json.find("error");
  if (found == json.end()) return nullptr;
  if (found->is_string()) return Json{{"message", *found}};
  const bool says = found->is_object() && found->contains("message");
  return says ? std::move(*found) : Json();
}

}  // namespace

StreamApi stream_api_of(std::string_view path) {
  if (path.ends_with("/messages")) return StreamApi::kAnthropic;
  if (path.ends_with("/responses")) return StreamApi::kResponses;
  return StreamApi::kOpenAi;
}

bool answers_in_events(std::string_view path) {
  return path.ends_with("/completions") || path.ends_with("/messages") || path.ends_with("/responses");
}

std::string error_event(StreamApi api, const ApiError& error) {
  Json json = Json::parse(to_reply(error).body);
  return event_of(api, error.status, std::move(json["error"]));
}

std::string error_event(StreamApi api, const std::string& model, int status, std::string_view body) {
  Json own = own_error(body);
  if (!own.is_null()) return event_of(api, status, std::move(own));
  ApiError error;
  error.status = status < 400 ? 502 : status;
  error.code = "upstream_answer";
  error.param = model;
  const std::string text(trim(body.substr(0, kQuoted)));
  error.message = "the server of model `" + model + "` answered " + std::to_string(status) +
                  " and no event stream" + (text.empty() ? "" : ": " + text);
  return error_event(api, error);
}

bool is_event_stream(std::string_view content_type) {
  return iequals(trim(content_type.substr(0, content_type.find(';'))), "text/event-stream");
}

void EventBoundary::feed(std::string_view piece) {
  const std::size_t got = std::min<std::size_t>(piece.size(), sizeof tail_);
  std::copy(tail_ + got, tail_ + sizeof tail_, tail_);
  std::copy(piece.end() - static_cast<std::ptrdiff_t>(got), piece.end(), tail_ + sizeof tail_ - got);
}

bool EventBoundary::here() const {
  const auto is_end = [](char c) { return c == '\n' || c == '\r'; };
  // CR LF is one line end and not two.
  if (tail_[1] == '\r' && tail_[2] == '\n') return is_end(tail_[0]);
  return is_end(tail_[1]) && is_end(tail_[2]);
}

}  // namespace paddock::http
