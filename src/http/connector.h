// Connector: one way to an upstream. It finds the addresses of a name, tries them in turn, and speaks TLS
// where the upstream wants it; the way within timeouts.connect, TLS within timeouts.tlsHandshake.
// Session's worker only; must outlive run(). abort() may be called while run() is suspended, and ends it.
#pragma once

#include <memory>
#include <string>

#include "client_link.h"
#include "event.h"
#include "paddock/base/resolver.h"
#include "paddock/config/values.h"
#include "paddock/router/lease.h"
#include "upstream_pool.h"

namespace paddock::http {

class Worker;

class Connector {
 public:
  // `link` lends its deadline.
  Connector(Worker& worker, ClientLink& link, const router::Upstream& upstream,
            const config::Timeouts& timeouts = {})
      : worker_(worker), link_(link), upstream_(upstream), timeouts_(timeouts) {}

  // Null: why() says why, in words that go behind "cannot be connected to: ".
  Task<std::unique_ptr<UpstreamConnection>> run();
  const std::string& why() const { return why_; }
  void abort();

 private:
  struct Search;

  Task<bool> find_addresses();
  Task<bool> try_all(const Resolver::Addresses& addresses);
  Task<bool> reach(const std::string& address, Duration limit);
  Task<bool> secure();
  static std::string said(const error_code& error, const char* limit);

  Worker& worker_;
  ClientLink& link_;
  const router::Upstream& upstream_;
  const config::Timeouts timeouts_;
  std::unique_ptr<UpstreamConnection> connection_;
  std::shared_ptr<Search> search_;  // while a name is looked up
  Resolver::Addresses addresses_;
  TimePoint give_up_;
  std::string why_;
  bool refused_ = false;  // it was reached, but is not whom we want; another address is none either
  bool aborted_ = false;
};

}  // namespace paddock::http
