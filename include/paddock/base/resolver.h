// Resolver turns host names into numeric addresses without blocking its caller.
//
// Literal addresses and `localhost` (127.0.0.1, then ::1, whatever /etc/hosts says) are answered without a
// thread. Other names go to getaddrinfo on at most two threads, which are started when they are first needed;
// names that wait for them are answered in their order. Not a cache.
// One thread: the io_context's. Destroying it drops the handlers that were not called yet; a getaddrinfo that
// is running cannot be stopped and its thread is left to end by itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/errands.h"
#include "paddock/base/result.h"

namespace boost::asio {
class io_context;
}

namespace paddock {

class Resolver {
 public:
  using Addresses = std::vector<std::string>;  // in the order in which to try them; not empty
  using Handler = std::function<void(const Result<Addresses, std::string>&)>;  // the error is a sentence

  explicit Resolver(boost::asio::io_context& context);

  // The answer when it needs no thread. A literal may stand in brackets.
  static std::optional<Addresses> at_once(const std::string& host);
  // Calls the handler from the io_context, never before it returned.
  void resolve(const std::string& host, Handler handler);

 private:
  Errands errands_;
};

}  // namespace paddock
