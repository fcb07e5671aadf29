#include "validate_parts.h"

#include <algorithm>

#include "paddock/base/text.h"
#include "report.h"
#include "validate.h"

namespace paddock::config {

namespace {

using std::chrono::seconds;

std::vector<std::string> modalities(const Field<TextList>& field, Report& report) {
  std::vector<std::string> out;
  if (!field.value) return out;
  for (const Located<Text>& entry : field.value->value) {
    const std::string& word = entry.value.value;
    if (word != "text" && word != "audio" && word != "image") {
      report.error(entry.pos, "unknown capability " + in_quotes(entry.value.shown()),
                   "write text, audio or image");
    } else if (std::find(out.begin(), out.end(), word) == out.end()) {
      out.push_back(word);
    }
  }
  return out;
}

bool is_true(const Field<bool>& field) { return field.value && field.value->value; }

}  // namespace

Timeouts validate_timeouts(const TimeoutsDraft& draft, const Timeouts& defaults, Report& report) {
  const auto limit = [&](const Field<std::int64_t>& field, const char* key, seconds fallback) {
    return seconds(in_range(field, key, 0, kMaxSeconds, fallback.count(), report));
  };
  Timeouts out;
  out.connect = limit(draft.connect, "timeouts.connect", defaults.connect);
  out.keepalive = limit(draft.keepalive, "timeouts.keepalive", defaults.keepalive);
  out.response_header = limit(draft.response_header, "timeouts.responseHeader", defaults.response_header);
  out.tls_handshake = limit(draft.tls_handshake, "timeouts.tlsHandshake", defaults.tls_handshake);
  out.expect_continue = limit(draft.expect_continue, "timeouts.expectContinue", defaults.expect_continue);
  out.idle_connection = limit(draft.idle_connection, "timeouts.idleConn", defaults.idle_connection);
  return out;
}

Capabilities validate_capabilities(const CapabilitiesDraft& draft, Report& report) {
  constexpr std::int64_t kMost = 1'000'000'000;
  Capabilities out;
  out.in = modalities(draft.in, report);
  out.out = modalities(draft.out, report);
  out.tools = is_true(draft.tools);
  out.reranker = is_true(draft.reranker);
  out.context = static_cast<int>(in_range(draft.context, "capabilities.context", 0, kMost, 0, report));
  return out;
}

JsonText object_of(const Field<JsonText>& field) {
  return field.value && field.value->value != "{}" ? field.value->value : JsonText();
}

LogVerbosity validate_log_verbosity(const Field<Text>& field, LogVerbosity otherwise, Report& report) {
  if (!field.value) return otherwise;
  const std::string word = to_lower(trim(field.value->value.value));
  if (word == "auto") return LogVerbosity::kReport;
  if (word == "keep") return LogVerbosity::kKeep;
  report.error(field.value->pos, "'logVerbosity' " + in_quotes(field.value->value.shown()) + " is not known",
               "write auto or keep");
  return otherwise;
}

}  // namespace paddock::config
