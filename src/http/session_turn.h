// Session::Turn: one request at one destination, as others see it: in the list of those in flight, and
// captured where captures are kept. Session points to both while it lives, and to neither afterwards, however
// it ends.
#pragma once

#include <optional>
#include <utility>

#include "capture_draft.h"
#include "session.h"
#include "worker.h"

namespace paddock::http {

struct Session::Turn {
  Turn(Session& its_session, const ExchangeRequest& request, ModelId its_model)
      : session(its_session),
        model(std::move(its_model)),
        entry(session.worker_.in_flight(), facts(request)) {
    session.entry_ = &entry;
    Captures* const captures = session.worker_.shared().captures;
    if (captures == nullptr || captures->limit() == 0) return;
    session.capture_ = &capture.emplace(*captures, request, entry, model);
  }
  ~Turn() {
    session.entry_ = nullptr;
    session.capture_ = nullptr;
    session.tap_ = nullptr;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Views: what they see outlives the entry.
  InFlight::Facts facts(const ExchangeRequest& request) const {
    return {model.str(), request.head.method(), request.head.path(), session.remote_.address};
  }

  Session& session;
  const ModelId model;
  InFlight::Entry entry;
  std::optional<CaptureDraft> capture;
};

}  // namespace paddock::http
