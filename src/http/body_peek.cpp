#include "body_peek.h"

#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

// A parser keeps an index of 4 bytes per body byte; after a large body that memory is given back.
constexpr std::size_t kKeptCapacity = 1 << 20;

BodyPeek refuse(BodyPeek::Verdict verdict, std::string problem) {
  BodyPeek peek;
  peek.verdict = verdict;
  peek.problem = std::move(problem);
  return peek;
}

BodyPeek invalid(simdjson::error_code error) {
  return refuse(BodyPeek::Verdict::kInvalid,
                std::string("the body is not valid JSON: ") + simdjson::error_message(error));
}

// Bytes of the string token that starts at `at`, quotes included. simdjson has checked that it closes.
std::size_t string_token_size(const char* at) {
  const char* end = at + 1;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return static_cast<std::size_t>(end - at) + 1;
}

simdjson::error_code take_model(simdjson::ondemand::value value, const char* body, BodyPeek& peek) {
  std::string_view token = value.raw_json_token();
  if (token.empty() || token.front() != '"') return simdjson::INCORRECT_TYPE;
  peek.model_at = static_cast<std::size_t>(token.data() - body);
  peek.model_size = string_token_size(token.data());
  std::string_view decoded;
  if (const auto error = value.get_string().get(decoded)) return error;
  peek.model = decoded;
  return simdjson::SUCCESS;
}

BodyPeek walk(simdjson::ondemand::document& document, const char* body) {
  simdjson::ondemand::object object;
  if (const auto error = document.get_object().get(object)) {
    if (error != simdjson::INCORRECT_TYPE) return invalid(error);
    return refuse(BodyPeek::Verdict::kInvalid, "the body must be a JSON object");
  }
  BodyPeek peek;
  int models = 0;
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return invalid(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return invalid(error);
    if (key == "stream") {
      peek.stream = field.value().raw_json_token().starts_with("true");
      continue;
    }
    if (key != "model") continue;
    if (++models > 1) return refuse(BodyPeek::Verdict::kInvalid, "the body names `model` more than once");
    if (const auto error = take_model(field.value(), body, peek)) {
      if (error != simdjson::INCORRECT_TYPE) return invalid(error);
      return refuse(BodyPeek::Verdict::kInvalid, "`model` in the body must be a string");
    }
  }
  const char* behind = nullptr;
  // At the end of the document there is no location any more.
  if (document.current_location().get(behind) == simdjson::SUCCESS)
    return refuse(BodyPeek::Verdict::kInvalid, "the body goes on after its JSON object");
  if (models == 0 || peek.model.empty()) {
    return refuse(BodyPeek::Verdict::kNoModel,
                  "the body has no `model`; name one of those that GET /v1/models lists");
  }
  peek.verdict = BodyPeek::Verdict::kOk;
  return peek;
}

}  // namespace

BodyPeek BodyPeeker::peek(const char* body, std::size_t size) {
  if (size == 0)
    return refuse(BodyPeek::Verdict::kInvalid, "the body is empty; it must be a JSON object with a `model`");
  simdjson::ondemand::document document;
  if (const auto error = parser_.iterate(body, size, size + kBodyPadding).get(document))
    return invalid(error);
  BodyPeek peek = walk(document, body);
  if (parser_.capacity() > kKeptCapacity) parser_ = simdjson::ondemand::parser();
  return peek;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace paddock::http
