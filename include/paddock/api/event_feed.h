// EventFeed: the state that GET /api/events/v2 shows, and the one that llama-swap's GET /api/events does, as
// versioned parts that are up to date while somebody watches.
//
// Ten times a second it looks whether something has changed, and then renders what did: models and their
// launches, requests in flight (the oldest kMostRequests of them, their bytes four times a second), and what
// concerns the whole daemon; the cards once a second. Each is rendered once, whoever watches, and looked at
// only if something has moved. Whoever watches is told no more often. A state with no watcher is let be; who
// comes back later is told what is different by then. What others have to tell is appended. open(),
// open_llama_swap(), append() and feed() are thread-safe. Construct and destroy it on the control thread; the
// sources outlive it, watchers need not.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "paddock/api/forecast_desk.h"
#include "paddock/config/current.h"
#include "paddock/feed/feed.h"
#include "paddock/fit/judgements.h"
#include "paddock/http/active_profile.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/upstream_facts.h"
#include "paddock/router/router.h"
#include "paddock/vram/cards.h"

namespace boost::asio {
class io_context;
}

namespace paddock::api {

class EventFeed {
 public:
  static constexpr std::size_t kMostRequests = 256;

  struct Sources {
    const config::Current& config;
    router::Router& router;
    const http::InFlight& in_flight;
    const http::ActiveProfile& profile;
    const http::UpstreamFacts& facts;
    const fit::Judgements& fits;
    const ForecastDesk& forecasts;
    vram::Cards& cards;
    std::string version;  // of this build
  };

  EventFeed(boost::asio::io_context& control, Sources sources);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  // Calls `opened` on the control thread once the state is that of now, or never if the daemon ends before.
  // It makes its Watcher there: as long as one is there, the state stays that of now.
  void open(std::function<void(const feed::Feed&)> opened);
  // The same of llama-swap's state: llama_swap_state.h says what its parts are.
  void open_llama_swap(std::function<void(const feed::Feed&)> opened);

  // The daemon ends: nobody is told of anything any more.
  void let_go();

  // For both states.
  void append(feed::Row row);

  feed::Feed& feed();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::api
