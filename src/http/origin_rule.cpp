#include "origin_rule.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

using Field = boost::beast::http::field;

constexpr std::string_view kSite = "Sec-Fetch-Site";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// The host of an http or https origin, without the scheme's usual port; empty for any other.
std::string place_of(std::string_view origin, std::string_view& usual_port) {
  std::string lower = to_lower(origin);
  if (lower.starts_with(kHttp)) {
    usual_port = ":80";
    lower.erase(0, kHttp.size());
  } else if (lower.starts_with(kHttps)) {
    usual_port = ":443";
    lower.erase(0, kHttps.size());
  } else {
    return {};
  }
  return lower;
}

std::string without(std::string text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
  return text;
}

// The scheme is not compared: a proxy in front may speak https where we speak http.
bool is_same_place(std::string_view origin, std::string_view own_host) {
  std::string_view usual;
  const std::string place = place_of(origin, usual);
  return !place.empty() && without(place, usual) == without(to_lower(own_host), usual);
}

std::string_view origin_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

bool is_own_site(std::string_view site) {
  return site.empty() || iequals(site, "same-origin") || iequals(site, "none");
}

}  // namespace

std::string OriginRule::allowance(std::string_view origin) const {
  const std::string lower = to_lower(origin);
  if (std::find(allowed_.begin(), allowed_.end(), lower) != allowed_.end() && lower != "*") return lower;
  return std::find(allowed_.begin(), allowed_.end(), "*") == allowed_.end() ? "" : "*";
}

OriginRule::Verdict OriginRule::judge_origin(std::string_view origin, bool is_own) const {
  Verdict verdict;
  verdict.allow = allowance(origin);
  if (is_own || !verdict.allow.empty()) return verdict;
  verdict.foreign = true;
  verdict.who = printable(origin, 200);
  return verdict;
}

OriginRule::Verdict OriginRule::judge(const HeadFields& fields, std::string_view method,
                                      std::string_view own_host) const {
  const std::string_view site = trim(view(fields[kSite]));
  if (count_of(fields, Field::origin) > 0) {
    const std::string_view origin = trim(value_of(fields, Field::origin));
    const bool is_own =
        count_of(fields, Field::origin) == 1 && is_own_site(site) && is_same_place(origin, own_host);
    return judge_origin(origin, is_own);
  }
  const bool reads = method == "GET" || method == "HEAD";
  if (site.empty() && reads && count_of(fields, Field::referer) > 0) {
    const std::string_view page = origin_of_url(value_of(fields, Field::referer));
    Verdict verdict = judge_origin(page, is_same_place(page, own_host));
    verdict.allow.clear();  // nobody asked for it
    return verdict;
  }
  Verdict verdict;
  verdict.foreign = !is_own_site(site) && allowance("").empty();
  return verdict;
}

}  // namespace paddock::http
