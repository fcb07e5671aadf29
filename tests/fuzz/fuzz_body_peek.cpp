// Any bytes as a request's body: no read beyond the padding, and never another model than the one that a
// whole JSON parser sees.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "body_peek.h"

namespace {

using nlohmann::json;
using paddock::http::BodyPeek;
using paddock::http::BodyPeeker;
using Verdict = BodyPeek::Verdict;

struct Reference {
  json document;   // discarded if the body is no JSON
  int models = 0;  // keys `model` of the outermost object
  int depth = 0;
};

Reference parse(std::string_view body) {
  Reference reference;
  const auto look = [&](int depth, json::parse_event_t event, json& value) {
    reference.depth = std::max(reference.depth, depth);
    if (depth == 1 && event == json::parse_event_t::key && value == "model") ++reference.models;
    return true;
  };
  reference.document = json::parse(body, look, false);
  return reference;
}

void check_place(std::string_view body, const BodyPeek& found) {
  if (found.model_at + found.model_size > body.size()) std::abort();
  const json value = json::parse(body.substr(found.model_at, found.model_size), nullptr, false);
  if (!value.is_string() || value != found.model) std::abort();
}

void check_splice(std::string_view body, const BodyPeek& found, json document) {
  const std::string name = "an\"other";
  std::string spliced(body.substr(0, found.model_at));
  spliced.append(paddock::http::json_string(name)).append(body.substr(found.model_at + found.model_size));
  document["model"] = name;
  if (json::parse(spliced, nullptr, false) != document) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static BodyPeeker peeker;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto bytes = std::make_unique<char[]>(size + paddock::http::kBodyPadding);
  body.copy(bytes.get(), size);
  const BodyPeek found = peeker.peek(bytes.get(), size);
  if (found.problem.empty() != (found.verdict == Verdict::kOk)) std::abort();
  if (found.verdict == Verdict::kOk) check_place(body, found);

  // The reference takes a zero byte for the end, and skips a byte order mark: it says nothing about these.
  if (body.find('\0') != std::string_view::npos || body.starts_with("\xef\xbb\xbf")) return 0;
  const Reference reference = parse(body);
  if (reference.document.is_discarded()) return 0;
  const json& document = reference.document;
  if (found.verdict == Verdict::kOk) {
    if (reference.models != 1 || document.at("model") != found.model) std::abort();
    check_splice(body, found, document);
    return 0;
  }
  const bool named = document.is_object() && reference.models == 1 && document.at("model").is_string() &&
                     !document.at("model").get_ref<const std::string&>().empty();
  if (named && reference.depth < 500) std::abort();
  return 0;
}
