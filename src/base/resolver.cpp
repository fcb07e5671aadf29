#include "paddock/base/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "paddock/base/text.h"

namespace paddock {

namespace asio = boost::asio;

namespace {

constexpr int kThreads = 2;

Result<Resolver::Addresses, std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) return "`" + printable(host) + "` has no address: " + ::gai_strerror(error) + ".";
  Resolver::Addresses addresses;
  for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) addresses.emplace_back(text);
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return "`" + printable(host) + "` has no address.";
  return addresses;
}

}  // namespace

Resolver::Resolver(asio::io_context& context) : errands_(context, kThreads) {}

std::optional<Resolver::Addresses> Resolver::at_once(const std::string& host) {
  if (iequals(host, "localhost")) return Addresses{"127.0.0.1", "::1"};
  std::string literal = host;
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']') {
    literal = literal.substr(1, literal.size() - 2);
  }
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(literal, error);
  if (error) return std::nullopt;
  return Addresses{address.to_string()};
}

void Resolver::resolve(const std::string& host, Handler handler) {
  if (std::optional<Addresses> known = at_once(host)) {
    return errands_.later([handler = std::move(handler), known = std::move(*known)] { handler(known); });
  }
  errands_.run(
      [host, handler = std::move(handler)] { return [handler, found = look_up(host)] { handler(found); }; });
}

}  // namespace paddock
