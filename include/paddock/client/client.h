// Client: asks a running daemon over HTTP, for the sub-commands that talk to one.
//
// One call is one question and its answer, whole or in pieces as they come, on a connection of its own;
// nothing is asked again, and no redirect is followed, so that the key goes to nobody else. What goes wrong
// becomes one sentence for a person: what, at which address, and what to do. Nothing here throws.
//
// Not the path of requests to models: that is http's, and the two share no code. Not what the answers mean:
// they are JSON, and the callers read them.
//
// A call blocks, at most 5 s to connect and 30 s for each piece of the answer unless the options say
// otherwise. Values; a Client is const and any thread may use it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::client {

// One sentence, lower case, without a final stop; printable, whatever the daemon sent.
struct Failure {
  std::string sentence;
  std::string code{};  // the daemon's word for it, as in `start_failed`; empty: it said none
  std::string body{};  // its whole refusal as it came, where it said a code
};

// Where a daemon is: `http://HOST[:PORT]`, checked; nothing stands behind the port.
struct Address {
  std::string url = "http://127.0.0.1:8080";

  friend bool operator==(const Address&, const Address&) = default;
};

// `http://HOST[:PORT]`, IPv6 in brackets, one final slash at most. `https://` too where cpp-httplib was built
// with TLS; the certificate must be one that this machine trusts. `HOST[:PORT]` alone is http, and its port
// 8080 where none is named.
Result<Address, Failure> parse_address(std::string_view text);

// `given` is what --url says. Empty: PADDOCK_HOST, then PADDOCK_URL, its older name; all empty: the address
// where a daemon listens unless told otherwise.
Result<Address, Failure> choose_address(const std::string& given);

// PADDOCK_API_KEY, or empty. Never from the command line: everybody on a machine can read that.
std::string key_from_environment();

// Names and values as they are meant; they are encoded here.
using Query = std::vector<std::pair<std::string, std::string>>;

// Every byte but letters, digits and `-._~` becomes %XX: a name as one segment of a path.
std::string encoded(std::string_view text);

struct Options {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds read_timeout{30'000};  // for each piece of an answer
  std::size_t largest_answer = 16UL << 20;         // bytes, unpacked; of a stream: of its refusal
};

// For answers that come when something is done, however long it takes.
inline constexpr std::chrono::milliseconds kForever = std::chrono::hours(24 * 7);

// What is asked for. A body, which is JSON, makes it a POST.
struct Request {
  std::string path;  // begins with a slash and is sent as it is
  Query query{};
  std::string body{};
};

// Takes a piece of an answer; false: it has had enough, and the connection is closed.
using Take = std::function<bool(std::string_view piece)>;

class Client {
 public:
  // `key` is sent as `Authorization: Bearer`, unless it is empty.
  Client(Address address, std::string key, Options options = {});

  // The body of a 2xx answer, which is JSON. `path` begins with a slash and is sent as it is.
  Result<std::string, Failure> get(const std::string& path, const Query& query = {}) const;
  // The same, whatever it is made of.
  Result<std::string, Failure> get_text(const std::string& path) const;
  // The same of a POST without a body.
  Result<std::string, Failure> post(const std::string& path, const Query& query = {}) const;
  // Hands on the body of a 2xx answer piece by piece, on this thread. Success: it has ended, or `take` had
  // enough.
  Result<void, Failure> stream(const Request& request, const Take& take) const;

 private:
  struct Exchange;
  Result<void, Failure> attempt(Exchange& exchange) const;
  Result<void, Failure> perform(Exchange& exchange) const;
  Result<std::string, Failure> whole(Exchange exchange) const;

  Address address_;
  std::string key_;
  Options options_;
};

}  // namespace paddock::client
