#include "paddock/router/lease.h"

#include <poll.h>

#include <utility>

#include "gate.h"
#include "paddock/router/router.h"

namespace paddock::router {

Upstream::Upstream(ModelId model_id, Generation gen, std::string address_text, int port_number,
                   std::string host_text, std::string base, UniqueFd pidfd)
    : model(std::move(model_id)),
      generation(gen),
      address(std::move(address_text)),
      port(port_number),
      host(std::move(host_text)),
      base_path(std::move(base)),
      pidfd_(std::move(pidfd)) {}

bool Upstream::alive() const {
  if (exited_.load(std::memory_order_acquire)) return false;
  if (!pidfd_) return true;
  pollfd poll{pidfd_.get(), POLLIN, 0};
  return ::poll(&poll, 1, 0) <= 0;
}

Lease::Lease(Router* router, TicketId ticket, std::shared_ptr<Upstream> upstream)
    : router_(router), ticket_(ticket), upstream_(std::move(upstream)) {}

Lease::Lease(Gate* gate, std::shared_ptr<Upstream> upstream) : gate_(gate), upstream_(std::move(upstream)) {}

Lease::Lease(Lease&& other) noexcept
    : gate_(std::exchange(other.gate_, nullptr)),
      router_(std::exchange(other.router_, nullptr)),
      ticket_(std::exchange(other.ticket_, {})),
      upstream_(std::move(other.upstream_)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  gate_ = std::exchange(other.gate_, nullptr);
  router_ = std::exchange(other.router_, nullptr);
  ticket_ = std::exchange(other.ticket_, {});
  upstream_ = std::move(other.upstream_);
  return *this;
}

Lease::~Lease() { release(); }

void Lease::release() {
  upstream_.reset();
  if (Gate* gate = std::exchange(gate_, nullptr)) gate->leave();
  if (Router* router = std::exchange(router_, nullptr)) router->finished(ticket_);
}

}  // namespace paddock::router
