#include "paddock/api/event_feed.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <utility>
#include <vector>

#include "event_parts.h"
#include "llama_swap_state.h"
#include "paddock/base/clock.h"

namespace paddock::api {

namespace {

using namespace std::chrono_literals;

constexpr Duration kTick = 100ms;
constexpr Duration kLoads = 500ms;  // how far they are is read from files of the kernel
constexpr Duration kUses =
    1s;  // since when models are idle; requests through gates are no change of the router
constexpr TimePoint kNever = TimePoint::max();
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

// Control thread, but for what posts to it, and for the feeds.
class EventFeed::Impl : public std::enable_shared_from_this<EventFeed::Impl> {
 public:
  using Opened = std::function<void(const feed::Feed&)>;
  using Openers = std::vector<Opened>;

  Impl(boost::asio::io_context& control, Sources sources)
      : control_(control),
        timer_(control),
        sources_(std::move(sources)),
        feed_(random_run()),
        llama_swap_feed_(random_run()),
        parts_(sources_.version),
        llama_swap_(
            {sources_.config, sources_.router, sources_.in_flight, sources_.profile, sources_.facts}) {}

  void open(Opened opened) { join(&Impl::openers_, std::move(opened)); }
  void open_llama_swap(Opened opened) { join(&Impl::llama_swap_openers_, std::move(opened)); }

  void end() {
    over_ = true;
    timer_.cancel();
    openers_.clear();
    llama_swap_openers_.clear();
  }

  void append(feed::Row row) {
    llama_swap_feed_.append(row);
    feed_.append(std::move(row));
  }

  feed::Feed& feed() { return feed_; }

 private:
  void join(Openers Impl::*openers, Opened opened) {
    boost::asio::post(control_, [weak = weak_from_this(), openers, opened = std::move(opened)]() mutable {
      const std::shared_ptr<Impl> self = weak.lock();
      if (!self || self->over_) return;
      ((*self).*openers).push_back(std::move(opened));
      if (!std::exchange(self->runs_, true)) self->look();
    });
  }

  bool wanted() const { return !openers_.empty() || feed_.watchers() > 0; }
  bool llama_swap_wanted() const { return !llama_swap_openers_.empty() || llama_swap_feed_.watchers() > 0; }

  void look() {
    if (llama_swap_wanted()) {
      llama_swap_feed_.publish(llama_swap_.look(steady_now()));
      for (const Opened& opened : std::exchange(llama_swap_openers_, {})) opened(llama_swap_feed_);
    }
    const bool was_wanted = std::exchange(wanted_, wanted());
    wanted_ ? look_at_all(!was_wanted) : rest(steady_now());
  }

  void look_at_all(bool anew) {
    const TimePoint now = steady_now();
    const std::shared_ptr<const config::Lookup> config = sources_.config.get();
    const std::uint64_t changes = sources_.router.changes();
    const RequestWatch::Difference requests = requests_.look(sources_.in_flight, sources_.router, now);
    parts_.see_requests(requests);
    if (requests.moved && uses_due_ == kNever) uses_due_ = now + kUses;
    const std::uint64_t judged = sources_.fits.changes();
    const bool asks = anew || changes != changes_ || judged != judged_ || config != config_ ||
                      requests.others || now >= uses_due_ || (parts_.loads() && now >= loads_due_);
    if (!asks) return publish(config, now);
    changes_ = changes;
    judged_ = judged;
    config_ = config;
    loads_due_ = now + kLoads;
    if (now >= uses_due_) uses_due_ = kNever;
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
    for (const Opened& opened : std::exchange(openers_, {})) opened(feed_);
    rest(now);
  }

  void rest(TimePoint now) {
    if (now >= nudge_due_) {
      nudge_due_ = now + kNudge;
      feed_.nudge();
      llama_swap_feed_.nudge();
    }
    if (!wanted() && !llama_swap_wanted()) {
      wanted_ = runs_ = false;
      return;
    }
    timer_.expires_after(kTick);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (self && !self->over_ && !error) self->look();
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
  feed::Feed feed_, llama_swap_feed_;
  EventParts parts_;
  RequestWatch requests_;  // of what parts_ has
  LlamaSwapState llama_swap_;
  Openers openers_, llama_swap_openers_;
  std::shared_ptr<const config::Lookup> config_;
  std::uint64_t changes_ = 0, judged_ = 0;
  TimePoint loads_due_{}, cards_due_{}, nudge_due_{}, uses_due_ = kNever;
  bool runs_ = false;
  bool wanted_ = false;  // at the last look
  bool over_ = false;
};

EventFeed::EventFeed(boost::asio::io_context& control, Sources sources)
    : impl_(std::make_shared<Impl>(control, std::move(sources))) {}

EventFeed::~EventFeed() { let_go(); }

void EventFeed::let_go() { impl_->end(); }

void EventFeed::open(std::function<void(const feed::Feed&)> opened) { impl_->open(std::move(opened)); }

void EventFeed::open_llama_swap(std::function<void(const feed::Feed&)> opened) {
  impl_->open_llama_swap(std::move(opened));
}

void EventFeed::append(feed::Row row) { impl_->append(std::move(row)); }

feed::Feed& EventFeed::feed() { return impl_->feed(); }

}  // namespace paddock::api
