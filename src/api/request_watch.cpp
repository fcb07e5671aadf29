#include "request_watch.h"

#include <string_view>
#include <utility>

#include "in_flight_view.h"
#include "paddock/api/event_feed.h"

namespace paddock::api {

namespace {

using http::InFlight;

constexpr Duration kBytesEvery = std::chrono::seconds(1);

}  // namespace

RequestWatch::Difference RequestWatch::look(const InFlight& in_flight, const router::Router& router,
                                            TimePoint now) {
  const std::uint64_t moves = in_flight.moves(), flow = in_flight.flow(), changes = router.changes();
  // Whether one that waits waits for a load is its model's state.
  const bool moved = moves != moves_ || (changes != changes_ && !known_.empty());
  Difference out;
  out.moved = moves != moves_;
  if (!moved && (flow == flow_ || now < flow_due_)) return out;
  for (auto& [id, known] : known_) known.here = false;
  owes_ = false;
  for (const InFlight::Progress& one : in_flight.progress(EventFeed::kMostRequests))
    see(one, in_flight, router, now, out);
  std::erase_if(known_, [&out](const auto& entry) {
    if (!entry.second.here) out.ended.push_back(entry.first);
    return !entry.second.here;
  });
  if (!out.ended.empty()) out.others = true;
  moves_ = moves;
  changes_ = changes;
  flow_due_ = now + kBytesEvery;
  if (!owes_) flow_ = flow;
  return out;
}

void RequestWatch::see(const InFlight::Progress& one, const InFlight& in_flight, const router::Router& router,
                       TimePoint now, Difference& out) {
  auto found = known_.find(one.id);
  const bool fresh = found == known_.end();
  if (fresh) {
    auto request = in_flight.find(one.id);
    if (!request) return;  // over meanwhile
    found = known_.emplace(one.id, Known{{std::move(*request), "", {}}}).first;
    out.others = true;
  }
  Known& known = found->second;
  known.here = true;
  const char* const phase = phase_name(one.phase, router.state(ModelId(known.seen.request.model)));
  if (update(known, one, phase, now)) out.changed.push_back(&known.seen);
}

// True if it is to be told.
bool RequestWatch::update(Known& known, const InFlight::Progress& one, const char* phase, TimePoint now) {
  InFlight::Picture& request = known.seen.request;
  // Phases are literals, and few; a fresh one has none.
  const bool moved = std::string_view(known.seen.phase) != phase || request.stream != one.stream;
  const bool grown = request.flow.bytes != one.flow.bytes;
  if (!moved && !grown) return false;
  if (!moved && now < known.told + kBytesEvery) {
    owes_ = true;
    return false;
  }
  request.phase = one.phase;
  request.flow = one.flow;
  request.stream = one.stream;
  known.seen.phase = phase;
  known.seen.at = now;
  known.told = now;
  return true;
}

}  // namespace paddock::api
