#include "health/watch.h"

#include <optional>
#include <utility>

namespace paddock::process {

namespace {

// One may be a restart of the service, or a moment without a descriptor.
constexpr int kMostMisses = 3;

}  // namespace

HealthWatch::HealthWatch(boost::asio::io_context& io, const SpawnSpec& spec, const Ready& ready,
                         std::function<void()> lost)
    : io_(io),
      request_(probe_request(spec.endpoint, spec.check_path)),
      ready_(ready),
      every_(spec.watch_every),
      lost_(std::move(lost)),
      timer_(io) {
  wait();
}

HealthWatch::~HealthWatch() {
  if (attempt_) attempt_->cancel();
}

void HealthWatch::wait() {
  timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(every_));
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (!error && alive.lock()) look();
  });
}

void HealthWatch::look() {
  attempt_ = std::make_shared<Attempt>(io_, request_, std::vector{ready_.address}, ready_.port);
  attempt_->run(every_, [this](const std::optional<Ready>& result) { looked(result.has_value()); });
}

void HealthWatch::looked(bool answered) {
  attempt_ = nullptr;
  misses_ = answered ? 0 : misses_ + 1;
  if (misses_ < kMostMisses) return wait();
  const std::function<void()> lost = std::move(lost_);
  lost();
}

}  // namespace paddock::process
