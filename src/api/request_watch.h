// RequestWatch: which of the requests in flight are different since it looked last.
//
// While none moves it looks at nothing. That requests come, go or enter a phase is a difference at once, that
// bytes were passed on once a second for each. Of more than EventFeed::kMostRequests it sees the
// oldest. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/http/in_flight.h"
#include "paddock/router/router.h"

namespace paddock::api {

class RequestWatch {
 public:
  struct Seen {
    http::InFlight::Picture request;
    const char* phase = "";  // of in_flight_view.h
    TimePoint at{};          // when that was seen
  };
  struct Difference {
    std::vector<const Seen*> changed;  // as they are now; valid until the next look
    std::vector<std::uint64_t> ended;
    bool others = false;  // some came or went
    bool moved = false;   // some came, went or entered a phase, be they over already
  };

  Difference look(const http::InFlight& in_flight, const router::Router& router, TimePoint now);

 private:
  struct Known {
    Seen seen;
    TimePoint told{};
    bool here = true;  // in the newest look
  };

  void see(const http::InFlight::Progress& one, const http::InFlight& in_flight, const router::Router& router,
           TimePoint now, Difference& out);
  bool update(Known& known, const http::InFlight::Progress& one, const char* phase, TimePoint now);

  std::map<std::uint64_t, Known> known_;
  std::uint64_t moves_ = 0, flow_ = 0, changes_ = 0;
  TimePoint flow_due_{};
  bool owes_ = false;  // bytes that were not told yet
};

}  // namespace paddock::api
