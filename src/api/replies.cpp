#include "replies.h"

#include <charconv>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::api {

namespace {

http::Reply client_error(int status, std::string code, std::string message, std::string model) {
  http::ApiError error;
  error.status = status;
  error.code = std::move(code);
  error.message = std::move(message);
  error.param = std::move(model);
  error.retry_pointless = true;
  return http::to_reply(error);
}

}  // namespace

SharedResponder share(http::Responder responder) {
  return std::make_shared<http::Responder>(std::move(responder));
}

http::Reply json_reply(std::string body) {
  http::Reply reply;
  reply.body = std::move(body);
  return reply;
}

http::Reply text_reply(std::string body) {
  http::Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(body);
  return reply;
}

http::Reply invalid_request(std::string message, std::string model) {
  return client_error(400, "invalid_request", std::move(message), std::move(model));
}

http::Reply not_found(std::string message) { return client_error(404, "not_found", std::move(message), {}); }

Result<const config::ModelConfig*, http::Reply> find_model(const config::Lookup& lookup,
                                                           std::string_view name) {
  if (name.empty()) return client_error(400, "model_missing", "the request names no model", {});
  if (const config::ModelConfig* model = lookup.find(name)) return model;
  std::string message = "there is no model `" + printable(name, 200) + "`";
  const std::string near = lookup.nearest_name(name);
  if (!near.empty()) message += "; did you mean `" + near + "`?";
  return client_error(404, "model_not_found", std::move(message), std::string(name));
}

void unload_removed(const Deps& deps, const http::Request& request, const std::string& name,
                    http::Reply refusal, http::Reply answer, http::Responder responder) {
  const auto mode = unload_mode(request);
  if (name.empty() || !mode) return responder.reply(name.empty() ? refusal : mode.error());
  deps.router.unload(
      {ModelId(name)}, *mode,
      [refusal = std::move(refusal), answer = std::move(answer), to = share(std::move(responder))](
          const router::Outcome& outcome) { to->reply(outcome.error ? refusal : answer); });
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

Result<router::UnloadMode, http::Reply> unload_mode(const http::Request& request) {
  const std::string mode = request.query_value("mode");
  if (mode == "drain" || !request.has_query("mode")) return router::UnloadMode::kDrain;
  if (mode == "now") return router::UnloadMode::kNow;
  return invalid_request("mode is `" + printable(mode, 40) +
                         "`; it must be `drain` (running requests finish first) or `now` (they are cut)");
}

}  // namespace paddock::api
