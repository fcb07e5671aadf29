// Any bytes as a body to be edited: the first byte chooses what to do, the rest is the body. Splices never
// overlap, and where a whole JSON parser can read the body it finds in the result what was set and not what
// was stripped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "body_peek.h"
#include "json_edit.h"

namespace {

using nlohmann::json;
using paddock::http::BodyPeek;
using paddock::http::BodyPeeker;
using paddock::http::JsonPlan;
using paddock::http::JsonSplices;
using Path = std::vector<std::string>;

struct Rule {
  const char* text;
  Path path;
  const char* value;  // null: stripped
};

const Rule kRules[] = {
    {"a", {"a"}, nullptr},        {"b.c", {"b", "c"}, nullptr},     {"d", {"d"}, "[1]"},
    {"b.e", {"b", "e"}, "\"x\""}, {"b.f.g", {"b", "f", "g"}, "{}"}, {"h\\.i", {"h.i"}, "null"},
    {"j.k", {"j", "k"}, nullptr}, {"l", {"l"}, "{\"m\":1}"},
};

const json* find(const json& document, const Path& path) {
  const json* at = &document;
  for (const std::string& name : path) {
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

void check_result(const json& document, unsigned choice) {
  if (!document.is_object()) std::abort();
  for (unsigned i = 0; i < std::size(kRules); ++i) {
    if ((choice >> i & 1) == 0) continue;
    const json* found = find(document, kRules[i].path);
    if (kRules[i].value == nullptr && found != nullptr) std::abort();
    if (kRules[i].value != nullptr && (found == nullptr || *found != json::parse(kRules[i].value)))
      std::abort();
  }
}

JsonPlan plan_of(unsigned choice) {
  JsonPlan plan;
  for (unsigned i = 0; i < std::size(kRules); ++i) {
    if ((choice >> i & 1) == 0) continue;
    if (kRules[i].value == nullptr)
      plan.strip(kRules[i].text);
    else
      plan.set(kRules[i].text, kRules[i].value);
  }
  return plan;
}

void check_order(const JsonSplices& found, std::size_t size) {
  std::size_t at = 0;
  for (const auto& splice : found.splices) {
    if (splice.at < at || splice.size > size || splice.at > size - splice.size) std::abort();
    at = splice.at + splice.size;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static BodyPeeker peeker;
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto bytes = std::make_unique<char[]>(body.size() + paddock::http::kBodyPadding);
  body.copy(bytes.get(), body.size());
  if (peeker.peek(bytes.get(), body.size()).verdict == BodyPeek::Verdict::kInvalid) return 0;
  const JsonSplices found = peeker.plan(bytes.get(), body.size(), plan_of(choice));
  if (!found.problem.empty()) return 0;
  check_order(found, body.size());
  // The reference takes a zero byte for the end, and skips a byte order mark: it says nothing about these.
  if (body.find('\0') != std::string_view::npos || body.starts_with("\xef\xbb\xbf")) return 0;
  if (json::parse(body, nullptr, false).is_discarded()) return 0;
  const json result = json::parse(paddock::http::spliced(body, found.splices), nullptr, false);
  if (result.is_discarded()) std::abort();
  check_result(result, choice);
  return 0;
}
