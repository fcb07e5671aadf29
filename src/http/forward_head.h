// The heads that go on: a client's request as the upstream gets it, an upstream's answer as the client gets
// it. Pure text building.
//
// Both ways lose what belongs to one connection only (RFC 9110 section 7.6.1): Connection and what it names,
// Keep-Alive, Proxy-*, Upgrade, TE but for `trailers`, and the framing, which is written anew. Both carry the
// request's id in one X-Request-Id; an upstream's own name for it stays behind.
//
// What is said of the client by X-Forwarded-For, -Proto and -Host, X-Real-IP and Forwarded goes on only when
// a trusted proxy says it; else anybody could write what he likes into an upstream's log. The address of the
// connection is always added to X-Forwarded-For; X-Forwarded-Proto and -Host are ours where no proxy gave
// them. Who may read an answer is for us to say: an upstream's own CORS headers do not go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access.h"
#include "answer_filter.h"
#include "key_ring.h"
#include "paddock/router/lease.h"
#include "peers.h"
#include "request_head.h"
#include "response_head.h"

namespace paddock::http {

struct ForwardRequest {
  const RequestHead& head;
  std::string_view target;  // path and query for the upstream, without its base path
  const Remote& remote;
  const router::Upstream& upstream;
  const KeyRing& keys;                  // what opens the daemon does not go on
  bool chunked = false;                 // the body goes on with its own chunks
  std::optional<std::uint64_t> length;  // else this many bytes; none: no body
  bool identity = false;                // the answer will be read here: no content coding is asked for
  std::string_view upgrade{};           // protocols that the client asks to switch to
  const PeerServer* peer = nullptr;     // whose key replaces the client's; null: it is a model of ours
  std::string_view content_type{};      // instead of the client's own; empty: as it came
  bool expects_continue = false;        // the body follows when the upstream says so
  bool forward_auth = false;            // a key of `keys` goes on all the same
};

std::string build_request_head(const ForwardRequest& request);

// How the body of an answer is framed towards the client.
enum class ClientFraming {
  kAsIs,       // as the upstream framed it
  kChunked,    // chunks of ours around a body that ends with its connection
  kUntilClose  // bare bytes, the end of the connection is the end
};

struct ForwardResponse {
  const ResponseHead& head;
  ClientFraming framing;
  bool to_http10 = false;
  bool close = false;             // the connection ends after this answer
  std::string_view request_id{};  // empty: the upstream's own, if any
  // A filter's answer to `head`: fields that tell of the upstream's body do not go on. Null: as it came.
  const AnswerStart* filtered = nullptr;
  std::string cors{};  // lines of ours, see cors_lines()
  // Of a filter's answer, where it is known before the head goes out; `framing` is kAsIs then.
  std::optional<std::uint64_t> length{};
};

std::string build_response_head(const ForwardResponse& response);
// The 101 that begins a tunnel.
std::string build_switch_head(const ResponseHead& head);
// A 1xx answer other than 100 and 101.
std::string build_interim_head(const ResponseHead& head);

}  // namespace paddock::http
