#include "forward_head.h"

#include <algorithm>

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
  const auto [begin, end] = fields.equal_range(Field::connection);
  return std::all_of(begin, end, [](const auto& field) {
    return iequals(view(field.value()), "close") || iequals(view(field.value()), "keep-alive");
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

constexpr auto keep_all = [](Field, std::string_view, std::string_view) { return false; };

std::string forwarded_for(const Fields& fields, std::string_view remote) {
  std::string list;
  const auto [begin, end] = fields.equal_range("X-Forwarded-For");
  for (auto it = begin; it != end; ++it) list.append(view(it->value())).append(", ");
  return list.append(remote);
}

bool wants_trailers(const Fields& fields) {
  const auto te = fields[Field::te];
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

}  // namespace

std::string build_request_head(const ForwardRequest& request) {
  const Fields& fields = request.head.fields();
  std::string out;
  out.reserve(1024);
  out.append(request.head.method()).append(" ").append(request.upstream.base_path).append(request.target);
  out.append(" HTTP/1.1\r\n");
  if (fields.count(Field::host) == 0) {
    append(out, "Host", request.upstream.host + ":" + std::to_string(request.upstream.port));
  }
  append_end_to_end(out, fields, [&](Field field, std::string_view name, std::string_view value) {
    return field == Field::expect || request.keys.carries_key(name, value) ||
           (request.identity && field == Field::accept_encoding) ||
           (field == Field::unknown && iequals(name, "X-Forwarded-For")) || is_request_id(field, name);
  });
  append(out, "X-Forwarded-For", forwarded_for(fields, request.remote));
  append(out, kRequestIdField, request.head.request_id());
  if (wants_trailers(fields)) out.append("TE: trailers\r\n");
  if (!request.upgrade.empty()) append_upgrade(out, request.upgrade);
  if (request.chunked)
    out.append("Transfer-Encoding: chunked\r\n");
  else if (request.length)
    append(out, "Content-Length", std::to_string(*request.length));
  return out.append("\r\n");
}

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
      return is_of_body(field) || is_ours(field, name);
    });
    if (!filtered->content_type.empty()) append(out, "Content-Type", filtered->content_type);
  } else {
    append_status_line(out, response.head);
    append_end_to_end(out, fields, [&](Field field, std::string_view name, std::string_view) {
      return is_ours(field, name);
    });
  }
  if (!response.request_id.empty()) append(out, kRequestIdField, response.request_id);
  // A HEAD's or 304's own framing says what a GET would have had; it goes on as it is.
  const bool as_is = response.framing == ClientFraming::kAsIs;
  const bool told = as_is && response.head.status() != 204 && !response.head.interim();
  const bool chunked =
      (told && fields.count(Field::transfer_encoding) > 0) || response.framing == ClientFraming::kChunked;
  if (chunked && !response.to_http10)
    out.append("Transfer-Encoding: chunked\r\n");
  else if (told && fields.count(Field::content_length) == 1)
    append(out, "Content-Length", view(fields[Field::content_length]));
  const std::string_view type = filtered ? filtered->content_type : view(fields[Field::content_type]);
  if (type.find("text/event-stream") != std::string_view::npos && fields.count("X-Accel-Buffering") == 0) {
    out.append("X-Accel-Buffering: no\r\n");
  }
  if (response.close) out.append("Connection: close\r\n");
  return out.append("\r\n");
}

std::string build_switch_head(const ResponseHead& head) {
  std::string out;
  append_status_line(out, head);
  append_end_to_end(out, head.fields(), keep_all);
  append_upgrade(out, view(head.fields()[Field::upgrade]));
  return out.append("\r\n");
}

std::string build_interim_head(const ResponseHead& head) {
  std::string out;
  append_status_line(out, head);
  append_end_to_end(out, head.fields(), keep_all);
  return out.append("\r\n");
}

}  // namespace paddock::http
