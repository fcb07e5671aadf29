// Session::Turn: one request at one destination, as others see it: in the list of those in flight, captured
// where captures are kept, and listed when it has ended. Session points to all of it while it lives, and to
// nothing afterwards, however it ends.
#pragma once

#include <optional>
#include <utility>

#include "capture_draft.h"
#include "request_meter.h"
#include "session.h"
#include "tunnel.h"
#include "worker.h"

namespace paddock::http {

struct Session::Turn {
  Turn(Session& its_session, const ExchangeRequest& request, ModelId its_model)
      : session(its_session),
        model(std::move(its_model)),
        entry(session.worker_.in_flight(), facts(request)) {
    session.entry_ = &entry;
    const Shared& shared = session.worker_.shared();
    const bool captured = shared.captures != nullptr && shared.captures->limit() > 0;
    const bool listed = shared.requests != nullptr && is_work(request);
    if (!captured && !listed) return;
    const std::uint64_t id = shared.requests != nullptr ? shared.requests->next_id() : entry.id();
    if (captured) session.capture_ = &capture.emplace(*shared.captures, request, id, model);
    if (listed) session.meter_ = &meter.emplace(*shared.requests, id, request, model);
  }
  ~Turn() {
    session.entry_ = nullptr;
    session.capture_ = nullptr;
    session.meter_ = nullptr;
    session.tap_ = nullptr;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Pages, and what they open by themselves, are no work.
  static bool is_work(const ExchangeRequest& request) {
    return request.use == router::Use::kWork && upgrade_of(request.head).empty();
  }
  // Views: what they see outlives the entry.
  InFlight::Facts facts(const ExchangeRequest& request) const {
    return {model.str(), request.head.method(), request.head.path(), session.remote_.address, &request.head};
  }
  void tell(int priority, std::string_view selector) {
    if (meter) meter->tell(priority, selector);
  }
  // It is over here, but for what its client is told of a failure.
  void end(const ExchangeResult& result) {
    if (meter) meter->end(result, session.gone_, entry.cancelled, session.worker_.context());
  }

  Session& session;
  const ModelId model;
  InFlight::Entry entry;
  std::optional<CaptureDraft> capture;
  std::optional<RequestMeter> meter;
};

}  // namespace paddock::http
