// GET /api/captures and one of them, in llama-swap's shape.
#include <nlohmann/json.hpp>

#include "paddock/base/text.h"
#include "paddock/http/captures.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "/api/captures/";

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0);
    for (std::size_t i = 0; i < 4; ++i) out += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

Json body_json(const std::optional<std::string>& body) { return body ? Json(base64(*body)) : Json(); }

// Repeated ones as one, as HTTP allows.
Json headers_json(const http::Headers& headers) {
  Json json = Json::object();
  for (const auto& [name, value] : headers) {
    const auto found = json.find(name);
    if (found == json.end())
      json[name] = value;
    else
      *found = found->get<std::string>() + ", " + value;
  }
  return json;
}

std::string list_body(const http::Captures& captures) {
  Json list = Json::array();
  for (const auto& one : captures.list()) {
    Json entry;
    entry["id"] = one->id;
    entry["model"] = one->model;
    entry["method"] = one->method;
    entry["path"] = one->path;
    entry["status"] = one->status > 0 ? Json(one->status) : Json();
    entry["bytes"] = one->bytes();
    list.push_back(std::move(entry));
  }
  Json json;
  json["captures"] = std::move(list);
  return text(json);
}

std::string one_body(const http::Capture& capture) {
  Json json;
  json["id"] = capture.id;
  json["req_path"] = capture.path;
  json["req_headers"] = headers_json(capture.request_headers);
  json["req_body"] = body_json(capture.request_body);
  json["resp_headers"] = headers_json(capture.answer_headers);
  json["resp_body"] = body_json(capture.answer_body);
  return text(json);
}

http::Reply get_one(const http::Captures& captures, std::string_view word) {
  const auto id = number(word);
  if (!id) return invalid_request("`" + printable(word, 40) + "` is not the number of a capture");
  const auto capture = captures.find(*id);
  return capture ? json_reply(one_body(*capture)) : not_found("there is no capture " + std::to_string(*id));
}

}  // namespace

void add_captures(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  const http::Captures& captures = deps.captures;
  routes.add(
      {"GET", "/api/captures", kind,
       [&captures](const http::Request&, http::Responder to) { to.reply(json_reply(list_body(captures))); },
       http::Role::kAdmin});
  routes.add({"GET", std::string(kPrefix) + "*", kind,
              [&captures](const http::Request& request, http::Responder to) {
                to.reply(get_one(captures, std::string_view(request.path).substr(kPrefix.size())));
              },
              http::Role::kAdmin});
}

}  // namespace paddock::api
