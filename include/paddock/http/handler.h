// What a control endpoint sees: a Request in, one answer out through a Responder. No sockets, no coroutines.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/http/caller.h"

namespace paddock::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// A complete request of a control endpoint. Copied out of the connection; may be kept.
struct Request {
  std::string method;  // upper case; HEAD arrives as GET
  std::string target;  // as sent: path and query, percent-encoded
  std::string path;    // the path part of target, still percent-encoded
  std::string query;   // without the question mark, still percent-encoded
  Headers headers;
  std::string body;    // at most Server::Options::control_body_bytes
  std::string remote;  // numeric address of the client, as far as trusted proxies tell it
  Caller caller;

  // First header of that name (any case); empty if there is none.
  std::string_view header(std::string_view name) const;
  // First value of that name in the query, decoded; empty if there is none.
  std::string query_value(std::string_view name) const;
  bool has_query(std::string_view name) const;
  // All values of that name in their order, decoded.
  std::vector<std::string> query_values(std::string_view name) const;
};

// Percent-decoding of a path segment or query value (`plus` also turns '+' into a blank). Bad escapes stay.
std::string percent_decode(std::string_view text, bool plus = false);

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;  // more of them; framing and Date are the session's
};

// A body that comes piece by piece, for log followers and event streams. The session pulls it on its worker
// and owns it; it is destroyed when the client leaves, the source ends, or the server stops.
class ByteSource {
 public:
  enum class Pull { kData, kWait, kEnd };

  virtual ~ByteSource() = default;
  // Called once, before the first pull. `wake` may be called from any thread; it makes the session pull
  // again. It must not be called once the source is destroyed.
  virtual void start(std::function<void()> wake) = 0;
  // Appends to `out` and answers kData, or leaves it alone and answers kWait (a wake will come) or kEnd.
  virtual Pull pull(std::string& out) = 0;
  // What is sent when nothing was for some 15 s, so that nobody between takes the silence for a death; empty:
  // nothing.
  virtual std::string keep_alive() { return {}; }
};

// The one answer to a Request. Move-only; may be used on any thread; exactly one of the two is called.
// Destroying it unused answers 500, so that no client waits for ever.
class Responder {
 public:
  class Target {
   public:
    virtual ~Target() = default;
    virtual void reply(Reply reply) noexcept = 0;
    virtual void stream(Reply head, std::unique_ptr<ByteSource> source) noexcept = 0;
  };

  explicit Responder(std::shared_ptr<Target> target);
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept {
    Responder dropped(std::exchange(target_, std::move(other.target_)));
    return *this;
  }
  ~Responder();

  void reply(Reply reply);
  // `head.body` is ignored.
  void stream(Reply head, std::unique_ptr<ByteSource> source);

 private:
  std::shared_ptr<Target> target_;
};

// Called on a worker; must not block. Handlers that need the control thread take the Responder along.
using Handler = std::function<void(const Request&, Responder)>;

}  // namespace paddock::http
