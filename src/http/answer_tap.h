// AnswerTap: a copy of an answer as it is passed on: its fields, secrets blackened, and its body without the
// framing, up to a limit.
//
// For the few answers that the daemon itself reads or keeps. It takes no part in the relaying: the client
// gets the same bytes at the same time. Session's worker only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "head_fields.h"
#include "paddock/http/captures.h"

namespace paddock::http {

// As a capture shows them.
inline Headers capture_headers(const HeadFields& fields) {
  Headers out;
  for (const auto& field : fields) {
    const std::string_view name = view(field.name_string());
    out.emplace_back(name, capture_value(name, view(field.value())));
  }
  return out;
}

class AnswerTap {
 public:
  explicit AnswerTap(std::size_t limit) : limit_(limit) {}

  void take_head(const HeadFields& fields) { headers_ = capture_headers(fields); }
  void take(std::string_view bytes) {
    whole_ = whole_ && bytes.size() <= limit_ - body_.size();
    if (whole_) body_ += bytes;
  }
  const std::string& body() const { return body_; }
  std::string take_body() { return std::move(body_); }
  Headers take_headers() { return std::move(headers_); }
  // False: more came than the limit, and body() is but the beginning.
  bool whole() const { return whole_; }

 private:
  const std::size_t limit_;
  Headers headers_;
  std::string body_;
  bool whole_ = true;
};

}  // namespace paddock::http
