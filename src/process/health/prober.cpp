#include "health/prober.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace paddock::process {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr Duration kAttemptDeadline = 2s;
constexpr Duration kResolveAgain = 1s;

}  // namespace

Duration probe_interval(Duration since_spawn) {
  return std::clamp<Duration>(since_spawn / 50, Duration(5ms), Duration(250ms));
}

Prober::Prober(asio::io_context& io, Resolver& resolver, const SpawnSpec& spec, TimePoint spawned, Done done)
    : io_(io),
      resolver_(resolver),
      endpoint_(spec.endpoint),
      check_path_(spec.check_path),
      spawned_(spawned),
      done_(std::move(done)),
      timer_(io),
      alive_(std::make_shared<Prober*>(this)) {
  resolve();
}

Prober::~Prober() {
  if (attempt_) attempt_->cancel();
}

void Prober::resolve() {
  resolver_.resolve(endpoint_.host, [alive = std::weak_ptr(alive_)](const auto& addresses) {
    if (const auto self = alive.lock()) (*self)->resolved(addresses);
  });
}

void Prober::resolved(const Result<Resolver::Addresses, std::string>& addresses) {
  if (!addresses) return at(steady_now() + kResolveAgain, [](Prober& self) { self.resolve(); });
  addresses_ = *addresses;
  if (!check_path_.empty()) return attempt();
  const Done done = std::move(done_);
  done(Ready{addresses_.front(), endpoint_.port});
}

void Prober::attempt() {
  attempt_started_ = steady_now();
  attempt_ =
      std::make_shared<Attempt>(io_, probe_request(endpoint_, check_path_), addresses_, endpoint_.port);
  attempt_->run(kAttemptDeadline, [this](const std::optional<Ready>& result) { attempted(result); });
}

void Prober::attempted(const std::optional<Ready>& result) {
  attempt_ = nullptr;
  if (result) {
    const Done done = std::move(done_);
    return done(*result);
  }
  // Through the timer even when it is due, so that attempts do not nest.
  at(attempt_started_ + probe_interval(attempt_started_ - spawned_), [](Prober& self) { self.attempt(); });
}

template <class Then>
void Prober::at(TimePoint time, Then then) {
  timer_.expires_at(time);
  timer_.async_wait([alive = std::weak_ptr(alive_), then](boost::system::error_code error) {
    const auto self = alive.lock();
    if (self && !error) then(**self);
  });
}

}  // namespace paddock::process
