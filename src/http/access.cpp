#include "access.h"

#include <algorithm>

#include "client_address.h"
#include "paddock/base/text.h"

namespace paddock::http {

namespace {

using Field = boost::beast::http::field;

const Caller kEverybody{};
const Caller kNobody{{}, {false, false, false}, {}};

ApiError forbidden(std::string message) {
  ApiError error;
  error.status = 403;
  error.code = "forbidden";
  error.message = std::move(message);
  error.retry_pointless = true;
  return error;
}

// So that a browser asks for the key of an address that was typed. For what a page's script asks, ours among
// them, it must not: that would come before the page's own question, and leave it without an answer.
const char* challenge(const HeadFields& fields) {
  return fields.count("X-Requested-With") > 0 ? "Bearer realm=\"paddock\"" : "Basic realm=\"paddock\"";
}

ApiError unauthorized(const HeadFields& fields) {
  ApiError error;
  error.status = 401;
  error.code = "unauthorized";
  error.message = "this server wants a key: send one of its apiKeys as 'Authorization: Bearer <key>'";
  error.retry_pointless = true;
  error.headers.emplace_back("WWW-Authenticate", challenge(fields));
  return error;
}

ApiError foreign_host(std::string_view host) {
  const std::string name = printable(bare_host(host), 100);
  return forbidden("this server has no keys and does not answer under the name `" + name +
                   "`, so that no web page can reach it under a name of its own (DNS rebinding): add `" +
                   name + "` to allowedHosts in its configuration, or give it apiKeys");
}

ApiError foreign_origin(const std::string& who) {
  if (who.empty()) {
    return forbidden(
        "a web page of another site led here, and such pages may change nothing on this server: open the "
        "address itself, or send the request from a program");
  }
  const std::string entry = who == "null" ? "*" : who;
  return forbidden("a web page of `" + who + "` sent this request, and pages of other origins may not use " +
                   "this server: add `" + entry + "` to cors.origins in its configuration to allow them");
}

ApiError wrong_role(const Caller& caller, const char* role) {
  const std::string key = caller.name.empty() ? "this key" : "the key `" + caller.name + "`";
  return forbidden(key + " does not have the role `" + role +
                   "`, which this address needs; its roles stand in apiKeys of the configuration");
}

// Null if the caller has it.
const char* missing_role(const config::Roles& roles, const Route* route) {
  if (route == nullptr) return nullptr;
  switch (route->role) {
    case Role::kOpen:
    case Role::kAnyKey:
      return nullptr;
    case Role::kInfer:
      return roles.infer ? nullptr : "infer";
    case Role::kObserve:
      return roles.observe ? nullptr : "observe";
    case Role::kUndeclared:
    case Role::kAdmin:
      break;
  }
  return roles.admin ? nullptr : "admin";
}

// The name under which the client knows us.
std::string_view own_host(const HeadFields& fields, bool from_proxy) {
  constexpr std::string_view kForwarded = "X-Forwarded-Host";
  if (from_proxy && fields.count(kForwarded) == 1) return trim(view(fields[kForwarded]));
  return value_of(fields, Field::host);
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

std::string allowed_headers(const HeadFields& fields) {
  std::string_view asked = value_of(fields, Field::access_control_request_headers);
  if (trim(asked).empty()) return "Content-Type, Authorization, Accept, X-Requested-With";
  std::string list;
  while (!asked.empty()) {
    const std::size_t comma = std::min(asked.find(','), asked.size());
    const std::string_view name = trim(asked.substr(0, comma));
    if (is_token(name)) list.append(list.empty() ? "" : ", ").append(name);
    asked.remove_prefix(std::min(comma + 1, asked.size()));
  }
  return list;
}

std::optional<ApiError> judge_key(const Caller* holder, const AccessQuestion& question) {
  if (holder == nullptr) return unauthorized(question.fields);
  const char* missing = missing_role(holder->roles, question.route);
  if (missing != nullptr) return wrong_role(*holder, missing);
  return std::nullopt;
}

}  // namespace

AccessRules::AccessRules(const config::Access& access, const std::string& bound)
    : hosts(bound, access.allowed_hosts), origins(access.cors_origins) {
  for (const std::string& text : access.trusted_proxies) {
    if (const auto range = IpRange::parse(text)) proxies.push_back(*range);
  }
}

std::optional<ApiError> judge(const AccessRules& rules, const KeyRing& keys, const AccessQuestion& question,
                              Remote& remote) {
  const HeadFields& fields = question.fields;
  remote.from_proxy = is_trusted(rules.proxies, question.ends.peer);
  remote.address = remote.from_proxy ? client_address(fields, rules.proxies, remote.peer) : remote.peer;
  const std::string_view host = own_host(fields, remote.from_proxy);
  OriginRule::Verdict origin = rules.origins.judge(fields, question.method, host);
  remote.allow_origin = std::move(origin.allow);
  const Caller* holder = keys.empty() ? &kEverybody : keys.holder(fields);
  remote.caller = holder == nullptr ? &kNobody : holder;

  const Route* route = question.route;
  if (route != nullptr && route->role == Role::kOpen && !route->changes(question.method)) return std::nullopt;
  if (origin.foreign && route != nullptr && route->changes(question.method))
    return foreign_origin(origin.who);
  if (!keys.empty()) return judge_key(holder, question);
  // Browsers always say it; HTTP/1.0 need not.
  const bool told = count_of(fields, Field::host) > 0;
  if (told && !rules.hosts.fits(value_of(fields, Field::host), question.ends.local)) {
    return foreign_host(value_of(fields, Field::host));
  }
  return std::nullopt;
}

std::string cors_lines(const Remote& remote) {
  if (remote.allow_origin.empty()) return {};
  return "Access-Control-Allow-Origin: " + remote.allow_origin + "\r\nVary: Origin\r\n";
}

Headers preflight_headers(const HeadFields& fields, const Remote& remote) {
  Headers headers;
  if (remote.allow_origin.empty()) return {{"Vary", "Origin"}};
  headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  const std::string names = allowed_headers(fields);
  if (!names.empty()) headers.emplace_back("Access-Control-Allow-Headers", names);
  headers.emplace_back("Access-Control-Max-Age", "86400");
  return headers;
}

}  // namespace paddock::http
