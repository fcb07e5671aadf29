#include "paddock/http/routes.h"

#include <utility>

namespace paddock::http {

namespace {

bool is_prefix(const Route& route) { return route.path.ends_with("/*"); }

bool matches_path(const Route& route, std::string_view path) {
  if (!is_prefix(route)) return route.path == path;
  return path.starts_with(std::string_view(route.path).substr(0, route.path.size() - 1));
}

bool answers(const Route& route, std::string_view method) {
  if (route.method == "*" || route.method == method) return true;
  return route.method == "GET" && method == "HEAD";
}

bool more_specific(const Route& a, const Route& b) {
  if (is_prefix(a) != is_prefix(b)) return is_prefix(b);
  return a.path.size() > b.path.size();
}

void add_allowed(std::string& allow, const Route& route) {
  const std::string methods = route.method == "GET" ? "GET, HEAD" : route.method;
  if (allow.find(methods) != std::string::npos) return;
  if (!allow.empty()) allow += ", ";
  allow += methods;
}

}  // namespace

bool Route::changes(std::string_view with_method) const {
  if (kind != RouteKind::kControl || effect == Effect::kChanges) return true;
  return with_method != "GET" && with_method != "HEAD";
}

void RouteTable::add(Route route) { routes_.push_back(std::move(route)); }

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path) const {
  Match match;
  std::string allow;
  for (const Route& route : routes_) {
    if (!matches_path(route, path)) continue;
    if (!answers(route, method)) {
      add_allowed(allow, route);
    } else if (!match.route || more_specific(route, *match.route)) {
      match.route = &route;
    }
  }
  if (!match.route) match.allow = std::move(allow);
  return match;
}

}  // namespace paddock::http
