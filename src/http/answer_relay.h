// AnswerRelay passes the body of one answer from an upstream to a client, piece by piece as it comes.
//
// The next piece is read only after the last one was written, so memory is one buffer and a slow client slows
// its upstream and nobody else. The upstream's framing goes through untouched where the client can read it;
// an HTTP/1.0 client gets the bare bytes, and a body that ends with its connection gets chunks around it.
// With a filter (answer_filter.h) the client gets what that makes of the body, in chunks of ours or bare.
// Only a proper end becomes a proper end.
// Session's worker only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/container/small_vector.hpp>

#include "answer_filter.h"
#include "answer_meter.h"
#include "answer_tap.h"
#include "chunk_scanner.h"
#include "client_link.h"
#include "forward_head.h"
#include "paddock/http/in_flight.h"
#include "response_head.h"
#include "sse.h"
#include "upstream_pool.h"

namespace paddock::http {

class Worker;

enum class AnswerEnd {
  kComplete,
  kUpstreamBroke,  // the answer ended early or its framing broke
  kClientGone,
  kDrained,  // the client left, and the answer was read to its end for nobody
};

struct RelayOptions {
  router::Awaited* awaited = nullptr;
  InFlight::Entry* entry = nullptr;  // told of progress; null: nobody looks
  // Its death tells a stump from a whole where the end of the connection is the end of the body. Null:
  // unknown.
  const router::Upstream* upstream = nullptr;
  AnswerTap* tap = nullptr;      // gets a copy of the upstream's body; null: nobody does
  AnswerMeter* meter = nullptr;  // looks at it; likewise
  AnswerFilter* filter = nullptr;
  std::string* hold = nullptr;  // with a filter: what it makes is put there, and nothing is written
  bool events =
      false;           // the body is an event stream that is read by nobody on the way: takes_event() is kept
  bool drain = false;  // goes on reading when the client has left
};

class AnswerRelay {
 public:
  AnswerRelay(Worker& worker, UpstreamConnection& upstream, ClientLink& link, RelayOptions options = {});

  // Writes `head_text`, which may be empty, then the body. `framing` and `length` are the upstream's. With a
  // filter `client` is kChunked or kUntilClose.
  Task<AnswerEnd> run(const std::string& head_text, Framing framing, std::uint64_t length,
                      ClientFraming client);
  // True if bytes or an end were seen before; then a close is never a stale connection.
  std::uint64_t body_bytes() const { return body_bytes_; }

  AnswerFilter* filter() const { return options_.filter; }
  // After kUpstreamBroke: whether one more event may be put behind what the client has: it has whole chunks
  // and whole events only, and no length was promised.
  bool takes_event() const;
  // Writes `text` as the client's body is framed, without an end.
  Task<bool> write_more(std::string_view text);
  // Why the body broke: a phrase that goes on from `the server`.
  std::string why_broken() const;

 private:
  enum class Progress { kMore, kDone, kBad };

  Task<bool> read_more();
  Task<bool> write();
  Progress take_piece();
  Progress take_plain();
  Progress take_filtered();
  Progress take_length();
  Progress take_chunks();
  Progress take_all();
  Progress take_payload();
  void show(std::string_view bytes);
  void tell_entry() const;
  bool ended_whole() const;
  void end_until_close();
  void push_chunk(std::string_view data);
  std::string& filtered();
  void push_filtered(bool last);

  Worker& worker_;
  UpstreamConnection& upstream_;
  ClientLink& link_;
  const RelayOptions options_;
  Framing framing_ = Framing::kNone;
  ClientFraming client_ = ClientFraming::kAsIs;
  std::uint64_t left_ = 0;
  std::uint64_t body_bytes_ = 0;
  ChunkScanner scanner_;
  EventBoundary boundary_;      // options_.events only
  bool between_chunks_ = true;  // of what was passed on
  bool client_gone_ = false;
  error_code read_error_;
  char chunk_size_[20];
  std::string filtered_;
  std::vector<std::string_view> payload_;
  boost::container::small_vector<asio::const_buffer, 6> out_;  // the next write; filled up to one piece
};

}  // namespace paddock::http
