// AnswerRelay passes the body of one answer from an upstream to a client, piece by piece as it comes.
//
// The next piece is read only after the last one was written, so memory is one buffer and a slow client slows
// its upstream and nobody else. The upstream's framing goes through untouched where the client can read it;
// an HTTP/1.0 client gets the bare bytes, and a body that ends with its connection gets chunks around it.
// Only a proper end becomes a proper end.
// Session's worker only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/container/small_vector.hpp>

#include "answer_tap.h"
#include "chunk_scanner.h"
#include "client_link.h"
#include "forward_head.h"
#include "paddock/http/in_flight.h"
#include "response_head.h"
#include "upstream_pool.h"

namespace paddock::http {

class Worker;

enum class AnswerEnd {
  kComplete,
  kUpstreamBroke,  // the answer ended early or its framing broke
  kClientGone,
};

class AnswerRelay {
 public:
  // `awaited` and `entry` may be null.
  AnswerRelay(Worker& worker, UpstreamConnection& upstream, ClientLink& link,
              router::Awaited* awaited = nullptr, InFlight::Entry* entry = nullptr);

  // Before run(); outlives this.
  void tap_to(AnswerTap& tap) { tap_ = &tap; }

  // Writes `head_text`, then the body. `framing` and `length` are the upstream's.
  Task<AnswerEnd> run(const std::string& head_text, Framing framing, std::uint64_t length,
                      ClientFraming client);
  // True if bytes or an end were seen before; then a close is never a stale connection.
  std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  enum class Progress { kMore, kDone, kBad };

  Task<bool> read_more();
  Task<bool> write();
  Progress take_piece(ClientFraming client);
  Progress take_length();
  Progress take_chunks(ClientFraming client);
  Progress take_all(ClientFraming client);

  Worker& worker_;
  UpstreamConnection& upstream_;
  ClientLink& link_;
  router::Awaited* const awaited_;
  InFlight::Entry* const entry_;
  AnswerTap* tap_ = nullptr;
  Framing framing_ = Framing::kNone;
  std::uint64_t left_ = 0;
  std::uint64_t body_bytes_ = 0;
  ChunkScanner scanner_;
  error_code read_error_;
  char chunk_size_[20];
  std::vector<std::string_view> payload_;
  boost::container::small_vector<asio::const_buffer, 6> out_;  // the next write; filled up to one piece
};

}  // namespace paddock::http
