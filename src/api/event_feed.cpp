#include "paddock/api/event_feed.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <utility>
#include <vector>

#include "event_parts.h"
#include "paddock/base/clock.h"

namespace paddock::api {

namespace {

using namespace std::chrono_literals;

constexpr Duration kTick = 100ms;
constexpr Duration kLoads = 500ms;  // how far they are is read from files of the kernel
constexpr Duration kCards = 1s;
constexpr Duration kNudge = 5s;  // so that who has heard nothing for long is sent a sign of life

std::string random_run() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::random_device random;
  std::string run;
  for (int i = 0; i < 12; ++i) run += kDigits[random() % 16];
  return run;
}

}  // namespace

// Control thread, but for open() and feed_.
class EventFeed::Impl : public std::enable_shared_from_this<EventFeed::Impl> {
 public:
  Impl(boost::asio::io_context& control, Sources sources)
      : control_(control),
        timer_(control),
        sources_(std::move(sources)),
        feed_(random_run()),
        parts_(sources_.version) {}

  void open(std::function<void(const feed::Feed&)> opened) {
    boost::asio::post(control_, [weak = weak_from_this(), opened = std::move(opened)]() mutable {
      const std::shared_ptr<Impl> self = weak.lock();
      if (!self || self->over_) return;
      self->openers_.push_back(std::move(opened));
      if (!std::exchange(self->runs_, true)) self->look(true);
    });
  }

  void end() {
    over_ = true;
    timer_.cancel();
    openers_.clear();
  }

  feed::Feed& feed() { return feed_; }

 private:
  void look(bool anew) {
    const TimePoint now = steady_now();
    const std::shared_ptr<const config::Lookup> config = sources_.config.get();
    const std::uint64_t changes = sources_.router.changes();
    const bool requests_differ = parts_.see_requests(sources_.in_flight.list(), sources_.router, now);
    const std::uint64_t judged = sources_.fits.changes();
    const bool asks = anew || changes != changes_ || judged != judged_ || config != config_ ||
                      requests_differ || (parts_.loads() && now >= loads_due_);
    if (!asks) return publish(config, now);
    changes_ = changes;
    judged_ = judged;
    config_ = config;
    loads_due_ = now + kLoads;
    sources_.router.overview([weak = weak_from_this(), config](const router::Status& status) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (!self || self->over_) return;
      self->parts_.see_models(config->config(), status, {self->sources_.fits, self->sources_.forecasts});
      self->publish(config, steady_now());
    });
  }

  void publish(const std::shared_ptr<const config::Lookup>& config, TimePoint now) {
    parts_.see_profile(sources_.profile.in(config->config()));
    if (now >= cards_due_) {
      cards_due_ = now + kCards;
      look_at_cards();
    }
    feed_.publish(parts_.take());
    if (now >= nudge_due_) {
      nudge_due_ = now + kNudge;
      feed_.nudge();
    }
    for (const auto& opened : std::exchange(openers_, {})) opened(feed_);
    if (feed_.watchers() == 0) {
      runs_ = false;
      return;
    }
    timer_.expires_after(kTick);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (self && !self->over_ && !error) self->look(false);
    });
  }

  // What it finds goes out with a later tick.
  void look_at_cards() {
    sources_.cards.look([weak = weak_from_this()](const vram::Picture& picture) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (self && !self->over_) self->parts_.see_cards(*picture);
    });
  }

  boost::asio::io_context& control_;
  boost::asio::steady_timer timer_;
  const Sources sources_;
  feed::Feed feed_;
  EventParts parts_;
  std::vector<std::function<void(const feed::Feed&)>> openers_;
  std::shared_ptr<const config::Lookup> config_;
  std::uint64_t changes_ = 0, judged_ = 0;
  TimePoint loads_due_{}, cards_due_{}, nudge_due_{};
  bool runs_ = false;
  bool over_ = false;
};

EventFeed::EventFeed(boost::asio::io_context& control, Sources sources)
    : impl_(std::make_shared<Impl>(control, std::move(sources))) {}

EventFeed::~EventFeed() { let_go(); }

void EventFeed::let_go() { impl_->end(); }

void EventFeed::open(std::function<void(const feed::Feed&)> opened) { impl_->open(std::move(opened)); }

feed::Feed& EventFeed::feed() { return impl_->feed(); }

}  // namespace paddock::api
