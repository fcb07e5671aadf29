#include "upstream_pool.h"

#include <algorithm>

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

constexpr int kMostIdle = 2;
constexpr auto kLinger = 10ms;
// llama-server's library closes idle connections after 5 s, others sooner; 2 s less the worker's tick.
constexpr auto kIdleUnsaid = 1'700ms;
constexpr auto kIdleLongest = 60s;

bool claim_place(router::Upstream& upstream) {
  if (upstream.idle_connections.fetch_add(1, std::memory_order_relaxed) < kMostIdle) return true;
  upstream.idle_connections.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

Duration idle_time(std::optional<std::chrono::seconds> said) {
  if (!said) return kIdleUnsaid;
  return std::min<Duration>(*said - 1s, kIdleLongest);
}

}  // namespace

UpstreamPool::UpstreamPool(asio::io_context& context) : linger_(context) {}

UpstreamPool::~UpstreamPool() { clear(); }

std::unique_ptr<UpstreamConnection> UpstreamPool::take(const std::shared_ptr<router::Upstream>& upstream) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i].upstream != upstream) continue;
    auto connection = std::move(idle_[i].connection);
    drop(i);
    if (!connection->socket.quiet()) continue;
    connection->reused = true;
    return connection;
  }
  return nullptr;
}

void UpstreamPool::put(const std::shared_ptr<router::Upstream>& upstream,
                       std::unique_ptr<UpstreamConnection> connection,
                       std::optional<std::chrono::seconds> said) {
  const Duration keep = idle_time(said);
  if (keep <= Duration::zero()) return;
  const bool counted = claim_place(*upstream);
  const TimePoint expires = steady_now() + (counted ? keep : Duration(kLinger));
  idle_.push_back({upstream, std::move(connection), expires, counted});
  if (!counted) arm_linger();
}

void UpstreamPool::drop(std::size_t index) {
  if (idle_[index].counted) idle_[index].upstream->idle_connections.fetch_sub(1, std::memory_order_relaxed);
  idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(index));
}

void UpstreamPool::arm_linger() {
  if (linger_armed_) return;
  linger_armed_ = true;
  linger_.expires_after(kLinger);
  linger_.async_wait([this](error_code error) {
    if (error) return;
    linger_armed_ = false;
    expire(steady_now());
    const bool more = std::any_of(idle_.begin(), idle_.end(), [](const Idle& idle) { return !idle.counted; });
    if (more) arm_linger();
  });
}

void UpstreamPool::expire(TimePoint now) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i].expires <= now) drop(i);
  }
}

void UpstreamPool::prune(TimePoint now) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i].expires <= now || !idle_[i].connection->socket.quiet()) drop(i);
  }
}

void UpstreamPool::clear() {
  while (!idle_.empty()) drop(idle_.size() - 1);
}

}  // namespace paddock::http
