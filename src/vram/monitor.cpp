#include "paddock/vram/monitor.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <mutex>
#include <utility>

namespace paddock::vram {

namespace {

constexpr Duration kKept = std::chrono::hours(1);

}  // namespace

// The timer and looks hold it weakly, as they may come when it is gone.
class Monitor::Impl final : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, Cards& cards, MonitorOptions options)
      : cards_(cards), timer_(control), options_(options) {}

  void begin() {
    timer_.cancel();
    if (options_.disabled) return;
    timer_.expires_after(options_.every);
    timer_.async_wait([self = weak_from_this()](boost::system::error_code error) {
      const auto alive = self.lock();
      if (!error && alive) alive->look();
    });
  }

  void set(MonitorOptions options) {
    {
      const std::lock_guard lock(mutex_);
      if (options == options_) return;
      options_ = options;
      samples_.clear();
    }
    ++era_;
    before_.clear();
    begin();
  }

  std::optional<Samples> samples(std::optional<std::chrono::system_clock::time_point> after) const {
    const std::lock_guard lock(mutex_);
    if (options_.disabled) return std::nullopt;
    Samples out;
    for (const auto& sample : samples_) {
      if (!after || sample->taken > *after) out.push_back(sample);
    }
    return out;
  }

 private:
  void look() {
    begin();
    cards_.look([self = weak_from_this(), era = era_](Picture picture) {
      const auto alive = self.lock();
      if (alive && alive->era_ == era) alive->add(std::move(picture));
    });
  }

  void add(Picture picture) {
    auto sample = std::make_shared<Sample>();
    sample->taken = std::chrono::system_clock::now();
    sample->stats = machine::read_stats();
    sample->busy = machine::busy_percent(before_, sample->stats.cores);
    sample->cards = std::move(picture);
    before_ = sample->stats.cores;
    const std::lock_guard lock(mutex_);
    samples_.push_back(std::move(sample));
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(kKept / options_.every, 1));
    while (samples_.size() > most) samples_.pop_front();
  }

  Cards& cards_;
  boost::asio::steady_timer timer_;
  std::vector<machine::CoreTime> before_;
  std::uint64_t era_ = 0;  // of the options
  mutable std::mutex mutex_;
  MonitorOptions options_;
  std::deque<std::shared_ptr<const Sample>> samples_;
};

Monitor::Monitor(boost::asio::io_context& control, Cards& cards, MonitorOptions options)
    : impl_(std::make_shared<Impl>(control, cards, options)) {
  impl_->begin();
}

Monitor::~Monitor() = default;

void Monitor::set(MonitorOptions options) { impl_->set(options); }

std::optional<Samples> Monitor::samples(std::optional<std::chrono::system_clock::time_point> after) const {
  return impl_->samples(after);
}

}  // namespace paddock::vram
