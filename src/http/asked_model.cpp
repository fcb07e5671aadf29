#include "asked_model.h"

#include <algorithm>

#include "head_fields.h"
#include "paddock/base/text.h"
#include "paddock/http/handler.h"

namespace paddock::http {

namespace {

using Place = AskedModel::Place;

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

AskedModel refused(bool malformed, std::string problem) {
  AskedModel asked;
  asked.malformed = malformed;
  asked.problem = std::move(problem);
  return asked;
}

// `type/subtype` in lower case.
std::string media_type(const RequestHead& head) {
  const std::string_view text = value_of(head.fields(), boost::beast::http::field::content_type);
  return to_lower(trim(text.substr(0, text.find(';'))));
}

bool is_json(std::string_view type) { return type == "application/json" || type.ends_with("+json"); }

std::size_t query_at(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? target.size() : mark + 1;
}

// The pairs of `a=b&c=d`; `asked.at` counts from the beginning of `text`.
AskedModel ask_pairs(std::string_view text, Place place) {
  AskedModel asked;
  int models = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('&', from), text.size());
    const std::size_t equals = std::min(text.find('=', from), end);
    const std::string key = percent_decode(text.substr(from, equals - from), true);
    const std::size_t value = std::min(equals + 1, end);
    if (key == "model" && ++models == 1) {
      asked.place = place;
      asked.at = value;
      asked.size = end - value;
      asked.model = percent_decode(text.substr(value, end - value), true);
    }
    if (key == "stream" && place == Place::kForm) {
      const std::string_view word = text.substr(value, end - value);
      asked.stream = word == "1" || iequals(word, "true");
    }
    from = end + 1;
  }
  if (models > 1) return refused(true, "the request names `model` more than once");
  return asked;
}

AskedModel ask_json(const RequestHead& head, std::string_view body, BodyPeeker& peeker) {
  const BodyPeek peek = peeker.peek(body.data(), body.size());
  if (peek.verdict == BodyPeek::Verdict::kInvalid) return refused(true, peek.problem);
  AskedModel asked;
  if (peek.verdict == BodyPeek::Verdict::kNoModel) {
    asked = asked_in_query(head.target());
    if (asked.model.empty() && !asked.malformed) asked = refused(false, peek.problem);
  } else {
    asked.place = Place::kJson;
    asked.model = peek.model;
    asked.at = peek.model_at;
    asked.size = peek.model_size;
  }
  asked.json = true;
  asked.stream = peek.stream;
  return asked;
}

bool is_object(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

}  // namespace

BodyForm body_form(const RequestHead& head) {
  if (!head.has_body()) return BodyForm::kNone;
  const std::string type = media_type(head);
  if (type == "multipart/form-data") return BodyForm::kMultipart;
  if (type.empty() || is_json(type) || type == kForm || type == "text/plain") return BodyForm::kText;
  return asked_in_query(head.target()).model.empty() ? BodyForm::kText : BodyForm::kRaw;
}

AskedModel asked_in_query(std::string_view target) {
  const std::size_t begin = query_at(target);
  AskedModel asked = ask_pairs(target.substr(begin), Place::kQuery);
  asked.at += begin;
  if (asked.model.empty() && !asked.malformed)
    return refused(false, "the query has no `model`; name one of those that GET /v1/models lists");
  return asked;
}

AskedModel asked_without_body(const RequestHead& head) {
  AskedModel asked = asked_in_query(head.target());
  if (asked.problem.empty() || asked.malformed || head.method() != "POST") return asked;
  return refused(true, "the body is empty; it must be a JSON object with a `model`");
}

AskedModel asked_in_text(const RequestHead& head, std::string_view body, BodyPeeker& peeker) {
  const std::string type = media_type(head);
  if (is_json(type) || is_object(body)) return ask_json(head, body, peeker);
  AskedModel asked;
  if (type == kForm) asked = ask_pairs(body, Place::kForm);
  if (!asked.model.empty() || asked.malformed) return asked;
  AskedModel in_query = asked_in_query(head.target());
  if (in_query.problem.empty() || in_query.malformed) return in_query;
  if (type == kForm)
    return refused(false, "the form has no `model`; name one of those that GET /v1/models lists");
  return ask_json(head, body, peeker);
}

AskedModel asked_in_multipart(const RequestHead& head, const MultipartScanner& scanner) {
  AskedModel asked;
  if (scanner.model().empty()) {
    asked = asked_in_query(head.target());
    if (!asked.problem.empty() && !asked.malformed)
      asked.problem = "the form has no field `model`; name one of those that GET /v1/models lists";
  } else {
    asked.place = Place::kMultipart;
    asked.model = scanner.model();
    asked.at = scanner.model_at();
    asked.size = scanner.model_size();
  }
  asked.stream = scanner.stream();
  return asked;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
}

}  // namespace paddock::http
