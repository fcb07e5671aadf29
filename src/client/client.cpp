#include "paddock/client/client.h"

#include <httplib.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "address.h"
#include "answer.h"
#include "paddock/base/text.h"
#include "target.h"

namespace paddock::client {

namespace {

constexpr const char* kNameIt = "name the daemon's address with --url or PADDOCK_URL";

// What a header can hold; anything else could end it and begin another.
bool is_sendable(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string seconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

Failure no_tls(const std::string& url) {
  return {"no safe connection to " + url +
          ": its certificate is not one that this machine trusts for it; add that, or use http://"};
}

Failure no_answer(const std::string& url, httplib::Error error, const Options& options) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
      return {"nothing answers at " + url + "; start paddock there, or " + kNameIt};
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
      return no_tls(url);
    default:
      return {"the connection to " + url + " broke off, or nothing came for " +
              seconds(options.read_timeout) + "; try again, and look into the daemon's log if it stays so"};
  }
}

Failure too_large(const std::string& url, std::size_t limit) {
  return {"the answer of " + url + " is larger than " + std::to_string(limit) +
          " bytes; is it paddock? If not, " + kNameIt};
}

// Not by the library's own reading of a URL: that takes no IPv6 address with letters.
std::unique_ptr<httplib::ClientImpl> connection_to(const Place& place) {
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
  if (place.tls) return std::make_unique<httplib::SSLClient>(place.host, place.port);
#endif
  return std::make_unique<httplib::ClientImpl>(place.host, place.port);
}

}  // namespace

Client::Client(Address address, std::string key, Options options)
    : address_(std::move(address)), key_(std::move(key)), options_(options) {}

Result<std::string, Failure> Client::get(const std::string& path, const Query& query) const {
  if (!is_sendable(key_)) {
    return Failure{"PADDOCK_API_KEY holds a blank or another character that no key has; set it again"};
  }
  // The library throws where a reply or the machine is odd enough.
  try {
    return exchange(path, target_of(path, query));
  } catch (const std::exception& error) {
    return Failure{"asking " + address_.url + " failed: " + printable(error.what())};
  }
}

Result<std::string, Failure> Client::exchange(const std::string& path, const std::string& target) const {
  const auto http = connection_to(place_of(address_));
  http->set_connection_timeout(options_.connect_timeout);
  http->set_read_timeout(options_.read_timeout);
  http->set_write_timeout(options_.read_timeout);
  httplib::Headers headers{{"Accept", "application/json"}};
  if (!key_.empty()) headers.emplace("Authorization", "Bearer " + key_);
  std::string body;
  bool fits = true;
  const auto keep = [&](const char* data, std::size_t size) {
    fits = size <= options_.largest_answer - body.size();
    if (fits) body.append(data, size);
    return fits;
  };
  const httplib::Result result = http->Get(target, headers, keep);
  if (!fits) return too_large(address_.url, options_.largest_answer);
  if (!result) return no_answer(address_.url, result.error(), options_);
  return judge({address_.url, path, !key_.empty()}, {result->status, std::move(body)});
}

}  // namespace paddock::client
