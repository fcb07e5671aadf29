// CaptureDraft: what is kept of one request while it runs, handed to Captures when it goes. Made only where
// captures are on. Session's worker only.
#pragma once

#include "answer_tap.h"
#include "exchange.h"
#include "paddock/http/captures.h"

namespace paddock::http {

class CaptureDraft {
 public:
  CaptureDraft(Captures& captures, const ExchangeRequest& request, std::uint64_t id, const ModelId& model);
  // What has come of the answer is kept, its body only where that is whole.
  ~CaptureDraft();
  CaptureDraft(const CaptureDraft&) = delete;
  CaptureDraft& operator=(const CaptureDraft&) = delete;

  // Each try has a tap of its own.
  AnswerTap& new_tap();
  void end(const ExchangeResult& result);

 private:
  Captures& captures_;
  const CaptureParts parts_;
  Capture capture_;
  std::optional<AnswerTap> tap_;
};

}  // namespace paddock::http
