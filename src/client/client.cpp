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

constexpr const char* kNameIt = "name the daemon's address with --url or PADDOCK_HOST";

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

// One question, and where its answer goes.
struct Client::Exchange {
  Request request;
  const char* method = "GET";
  Wanted wanted = Wanted::kJson;
  const Take* take = nullptr;  // of a 2xx answer; null: it is kept
  int status = 0;
  std::string kept{};
  bool fits = true;     // into what may be kept
  bool enough = false;  // the taker's word

  bool is_good() const { return status >= 200 && status < 300; }
  bool receive(std::string_view piece, std::size_t limit) {
    if (take != nullptr && is_good()) return !(enough = !(*take)(piece));
    fits = piece.size() <= limit - kept.size();
    if (fits) kept.append(piece);
    return fits;
  }
};

Result<std::string, Failure> Client::get(const std::string& path, const Query& query) const {
  return whole({{path, query}});
}

Result<std::string, Failure> Client::get_text(const std::string& path) const {
  return whole({{path}, "GET", Wanted::kText});
}

Result<std::string, Failure> Client::post(const std::string& path, const Query& query) const {
  return whole({{path, query}, "POST"});
}

Result<void, Failure> Client::stream(const Request& request, const Take& take) const {
  Exchange exchange{request, request.body.empty() ? "GET" : "POST", Wanted::kText, &take};
  if (auto done = attempt(exchange); !done) return done;
  if (exchange.is_good()) return {};
  const Question question{address_.url, request.path, !key_.empty(), Wanted::kText};
  return judge(question, {exchange.status, std::move(exchange.kept)}).error();
}

Result<std::string, Failure> Client::whole(Exchange exchange) const {
  if (auto done = attempt(exchange); !done) return done.error();
  const Question question{address_.url, exchange.request.path, !key_.empty(), exchange.wanted};
  return judge(question, {exchange.status, std::move(exchange.kept)});
}

Result<void, Failure> Client::attempt(Exchange& exchange) const {
  if (!is_sendable(key_)) {
    return Failure{"PADDOCK_API_KEY holds a blank or another character that no key has; set it again"};
  }
  // The library throws where a reply or the machine is odd enough.
  try {
    return perform(exchange);
  } catch (const std::exception& error) {
    return Failure{"asking " + address_.url + " failed: " + printable(error.what())};
  }
}

Result<void, Failure> Client::perform(Exchange& exchange) const {
  const auto http = connection_to(place_of(address_));
  http->set_connection_timeout(options_.connect_timeout);
  http->set_read_timeout(options_.read_timeout);
  http->set_write_timeout(options_.read_timeout);
  httplib::Request request;
  request.method = exchange.method;
  request.path = target_of(exchange.request.path, exchange.request.query);
  request.body = exchange.request.body;
  request.headers.emplace("Accept", exchange.wanted == Wanted::kJson ? "application/json" : "*/*");
  if (!request.body.empty()) request.headers.emplace("Content-Type", "application/json");
  if (!key_.empty()) request.headers.emplace("Authorization", "Bearer " + key_);
  request.response_handler = [&](const httplib::Response& head) {
    exchange.status = head.status;
    return true;
  };
  // Newer versions of the library count in another type.
  request.content_receiver = [&](const char* data, std::size_t size, auto, auto) {
    return exchange.receive({data, size}, options_.largest_answer);
  };
  const httplib::Result result = http->send(request);
  if (exchange.enough) return {};
  if (!exchange.fits) return too_large(address_.url, options_.largest_answer);
  if (!result) return no_answer(address_.url, result.error(), options_);
  exchange.status = result->status;
  return {};
}

}  // namespace paddock::client
