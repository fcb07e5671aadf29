// Place: a session's wait for a model. It carries the router's answer from the control thread to the
// session's worker and wakes the session there.
// While it lasts it can also ask how long the queue is. Worker's thread only, but for granted() and
// rejected(), which the control thread calls.
#pragma once

#include <memory>
#include <optional>

#include "event.h"
#include "loading.h"
#include "paddock/router/router.h"

namespace paddock::http {

class Place final : public router::Waiter, public std::enable_shared_from_this<Place> {
 public:
  explicit Place(asio::io_context& worker) : worker_(worker) {}

  void granted(router::Lease lease) noexcept override;
  void rejected(router::RouteError error) noexcept override;

  // Returns when the router has answered: exactly one of lease() and error() is then set.
  Task<void> wait();
  // Returns then or at `due`, whatever comes first.
  Task<void> wait_until(TimePoint due);
  // Asks the router where this request stands. Not before the router has replied may the Place be left.
  Task<Standing> ask_standing(router::Router& router, TicketId ticket);
  bool answered() const { return answered_; }
  router::Lease& lease() { return lease_; }
  const std::optional<router::RouteError>& error() const { return error_; }

 private:
  void answer();

  asio::io_context& worker_;
  Event news_;
  bool answered_ = false;
  std::optional<Standing> standing_;
  router::Lease lease_;
  std::optional<router::RouteError> error_;
};

}  // namespace paddock::http
