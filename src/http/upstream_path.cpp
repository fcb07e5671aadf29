#include "upstream_path.h"

#include <algorithm>
#include <vector>

#include "paddock/http/handler.h"

namespace paddock::http {

namespace {

constexpr std::string_view kPrefix = "/upstream/";
constexpr std::size_t kMostSegments = 16;

// Ends of the first leading segments of `path`.
std::vector<std::size_t> segment_ends(std::string_view path) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < path.size() && ends.size() < kMostSegments;) {
    at = std::min(path.find('/', at), path.size());
    ends.push_back(at);
    ++at;
  }
  return ends;
}

}  // namespace

UpstreamPath split_upstream_path(std::string_view target, const config::Lookup& lookup) {
  UpstreamPath result;
  const std::string_view behind = target.substr(std::min(kPrefix.size(), target.size()));
  const std::string_view path = behind.substr(0, behind.find('?'));
  const std::vector<std::size_t> ends = segment_ends(path);
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    const std::string_view raw = path.substr(0, *end);
    result.name = percent_decode(raw);
    result.model = lookup.find(result.name);
    if (result.model == nullptr) continue;
    const std::size_t slash = raw.rfind('/');
    result.last_segment = raw.substr(slash == std::string_view::npos ? 0 : slash + 1);
    result.rest = behind.substr(*end);
    return result;
  }
  return result;
}

router::Use use_of(std::string_view method, std::string_view rest, const config::Lookup& lookup) {
  if (lookup.ignores(percent_decode(rest.substr(0, rest.find('?'))))) return router::Use::kGlance;
  const bool reads = method == "GET" || method == "HEAD" || method == "OPTIONS";
  return reads ? router::Use::kLook : router::Use::kWork;
}

}  // namespace paddock::http
