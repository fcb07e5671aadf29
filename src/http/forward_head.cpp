#include "forward_head.h"

#include <algorithm>

#include "client_address.h"
#include "paddock/base/text.h"
#include "request_id.h"

namespace paddock::http {

using Field = boost::beast::http::field;
using Fields = HeadFields;

namespace {

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_hop_by_hop(Field name) {
  switch (name) {
    case Field::connection:
    case Field::proxy_authenticate:
    case Field::proxy_authentication_info:
    case Field::proxy_authorization:
    case Field::proxy_connection:
    case Field::keep_alive:
    case Field::te:
    case Field::upgrade:
    case Field::transfer_encoding:
    case Field::content_length:
      return true;
    default:
      return false;
  }
}

// True if a Connection header names this field.
bool named_by_connection(const Fields& fields, std::string_view name) {
  const auto [begin, end] = fields.equal_range(Field::connection);
  for (auto it = begin; it != end; ++it) {
    std::string_view list = view(it->value());
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (iequals(trim(list.substr(0, comma)), name)) return true;
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return false;
}

// Only names that some connection option could mean; `close` and `keep-alive` are the usual ones.
bool connection_is_plain(const Fields& fields) {
  return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return field.name() != Field::connection || iequals(view(field.value()), "close") ||
           iequals(view(field.value()), "keep-alive");
  });
}

// Every field that goes on unchanged.
template <class Skip>
void append_end_to_end(std::string& out, const Fields& fields, Skip skip) {
  const bool plain = connection_is_plain(fields);
  for (const auto& field : fields) {
    const std::string_view name = view(field.name_string());
    if (is_hop_by_hop(field.name()) || skip(field.name(), name, view(field.value()))) continue;
    // Host belongs to every request; a client must not be able to name it away.
    const bool may_stay = plain || field.name() == Field::host;
    if (!may_stay && named_by_connection(fields, name)) continue;
    append(out, name, view(field.value()));
  }
}

bool is_request_id(Field field, std::string_view name) {
  return field == Field::unknown && iequals(name, kRequestIdField);
}

constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr std::string_view kForwardedProto = "X-Forwarded-Proto";
constexpr std::string_view kForwardedHost = "X-Forwarded-Host";

// What a proxy tells of the client.
bool is_about_client(std::string_view name) {
  return iequals(name, kForwardedProto) || iequals(name, kForwardedHost) || iequals(name, "X-Real-IP") ||
         iequals(name, "Forwarded");
}

void append_forwarded(std::string& out, const Fields& fields, const Remote& remote) {
  const std::string before = remote.from_proxy ? forwarded_for(fields) : std::string();
  append(out, kForwardedFor, before.empty() ? remote.peer : before + ", " + remote.peer);
  if (!remote.from_proxy || fields.count(kForwardedProto) == 0) {
    append(out, kForwardedProto, remote.secure ? "https" : "http");
  }
  const auto host = value_of(fields, Field::host);
  const bool told = remote.from_proxy && fields.count(kForwardedHost) > 0;
  if (!told && !host.empty()) append(out, kForwardedHost, host);
}

bool is_cors(std::string_view name) {
  constexpr std::string_view kStart = "access-control-";
  return name.size() > kStart.size() && iequals(name.substr(0, kStart.size()), kStart);
}

constexpr auto skip_cors = [](Field, std::string_view name, std::string_view) { return is_cors(name); };

bool wants_trailers(const Fields& fields) {
  const auto te = value_of(fields, Field::te);
  return to_lower(view(te)).find("trailers") != std::string::npos;
}

// What tells of a body that the client will not get.
bool is_of_body(Field name) {
  switch (name) {
    case Field::content_type:
    case Field::content_encoding:
    case Field::content_md5:
    case Field::content_range:
    case Field::accept_ranges:
    case Field::digest:
    case Field::etag:
    case Field::last_modified:
    case Field::trailer:
      return true;
    default:
      return false;
  }
}

void append_status_line(std::string& out, const AnswerStart& start) {
  const auto status = boost::beast::http::int_to_status(static_cast<unsigned>(start.status));
  out.append("HTTP/1.1 ").append(std::to_string(start.status)).append(" ");
  out.append(view(boost::beast::http::obsolete_reason(status))).append("\r\n");
}

void append_status_line(std::string& out, const ResponseHead& head) {
  out.append("HTTP/1.1 ")
      .append(std::to_string(head.status()))
      .append(" ")
      .append(head.reason())
      .append("\r\n");
}

void append_upgrade(std::string& out, std::string_view protocol) {
  append(out, "Connection", "Upgrade");
  append(out, "Upgrade", protocol);
}

// Standard ports are not said.
std::string authority(const router::Upstream& upstream) {
  const bool is_ipv6 = upstream.host.find(':') != std::string::npos;
  std::string host = is_ipv6 ? "[" + upstream.host + "]" : upstream.host;
  const bool standard = upstream.port == (upstream.uses_tls() ? 443 : 80);
  return standard ? host : host + ":" + std::to_string(upstream.port);
}

bool is_fetch_field(std::string_view name) {
  constexpr std::string_view kStart = "sec-fetch-";
  return name.size() > kStart.size() && iequals(name.substr(0, kStart.size()), kStart);
}

// What concerns this server and its clients and not another one: credentials, and who they are.
bool stays_here(const PeerServer& peer, Field field, std::string_view name) {
  const bool is_key = field == Field::authorization || iequals(name, "x-api-key");
  if (is_key) return !peer.forward_auth || !peer.api_key.empty();
  const bool is_of_page = field == Field::origin || field == Field::referer || is_fetch_field(name);
  return field == Field::cookie || is_of_page || is_about_client(name) || iequals(name, kForwardedFor);
}

void append_key(std::string& out, const std::string& key) {
  if (key.empty()) return;
  append(out, "Authorization", "Bearer " + key);
  append(out, "x-api-key", key);
}

}  // namespace

std::string build_request_head(const ForwardRequest& request) {
  const Fields& fields = request.head.fields();
  std::string out;
  out.reserve(1024);
  out.append(request.head.method()).append(" ").append(request.upstream.base_path).append(request.target);
  out.append(" HTTP/1.1\r\n");
  const PeerServer* const peer = request.peer;
  // A peer's server goes by its own name.
  if (count_of(fields, Field::host) == 0 || peer != nullptr) append(out, "Host", authority(request.upstream));
  append_end_to_end(out, fields, [&](Field field, std::string_view name, std::string_view value) {
    if (peer != nullptr && (field == Field::host || stays_here(*peer, field, name))) return true;
    const bool opens_us = !request.forward_auth && request.keys.carries_key(name, value);
    return field == Field::expect || opens_us || (request.identity && field == Field::accept_encoding) ||
           iequals(name, kForwardedFor) || (!request.content_type.empty() && field == Field::content_type) ||
           (!request.remote.from_proxy && is_about_client(name)) || is_request_id(field, name);
  });
  if (!request.content_type.empty()) append(out, "Content-Type", request.content_type);
  if (peer != nullptr)
    append_key(out, peer->api_key);
  else
    append_forwarded(out, fields, request.remote);
  append(out, kRequestIdField, request.head.request_id());
  if (wants_trailers(fields)) out.append("TE: trailers\r\n");
  if (!request.upgrade.empty()) append_upgrade(out, request.upgrade);
  if (request.expects_continue) out.append("Expect: 100-continue\r\n");
  if (request.chunked)
    out.append("Transfer-Encoding: chunked\r\n");
  else if (request.length)
    append(out, "Content-Length", std::to_string(*request.length));
  return out.append("\r\n");
}

namespace {

// A proxy that gathered such an answer would keep its reader waiting.
bool comes_in_pieces(std::string_view type) {
  return type.find("text/event-stream") != std::string_view::npos ||
         type.find("application/x-ndjson") != std::string_view::npos;
}

}  // namespace

std::string build_response_head(const ForwardResponse& response) {
  const Fields& fields = response.head.fields();
  std::string out;
  out.reserve(512);
  const AnswerStart* const filtered = response.filtered;
  const auto is_ours = [&](Field field, std::string_view name) {
    return !response.request_id.empty() && is_request_id(field, name);
  };
  if (filtered != nullptr) {
    append_status_line(out, *filtered);
    append_end_to_end(out, fields, [&](Field field, std::string_view name, std::string_view) {
      return is_of_body(field) || is_ours(field, name) || is_cors(name);
    });
    if (!filtered->content_type.empty()) append(out, "Content-Type", filtered->content_type);
  } else {
    append_status_line(out, response.head);
    append_end_to_end(out, fields, [&](Field field, std::string_view name, std::string_view) {
      return is_ours(field, name) || is_cors(name);
    });
  }
  if (!response.request_id.empty()) append(out, kRequestIdField, response.request_id);
  out.append(response.cors);
  // A HEAD's or 304's own framing says what a GET would have had; it goes on as it is.
  const bool as_is = response.framing == ClientFraming::kAsIs;
  const bool told = as_is && response.head.status() != 204 && !response.head.interim();
  const bool chunked =
      (told && count_of(fields, Field::transfer_encoding) > 0) || response.framing == ClientFraming::kChunked;
  if (response.length)
    append(out, "Content-Length", std::to_string(*response.length));
  else if (chunked && !response.to_http10)
    out.append("Transfer-Encoding: chunked\r\n");
  else if (told && count_of(fields, Field::content_length) == 1)
    append(out, "Content-Length", value_of(fields, Field::content_length));
  const std::string_view type = filtered ? filtered->content_type : value_of(fields, Field::content_type);
  if (comes_in_pieces(type) && fields.count("X-Accel-Buffering") == 0) {
    out.append("X-Accel-Buffering: no\r\n");
  }
  if (response.close) out.append("Connection: close\r\n");
  return out.append("\r\n");
}

std::string build_switch_head(const ResponseHead& head) {
  std::string out;
  append_status_line(out, head);
  append_end_to_end(out, head.fields(), skip_cors);
  append_upgrade(out, value_of(head.fields(), Field::upgrade));
  return out.append("\r\n");
}

std::string build_interim_head(const ResponseHead& head) {
  std::string out;
  append_status_line(out, head);
  append_end_to_end(out, head.fields(), skip_cors);
  return out.append("\r\n");
}

}  // namespace paddock::http
