// Reading a request's body into memory, for routes that must look into it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "client_link.h"
#include "net.h"
#include "request_head.h"

namespace paddock::http {

class Worker;

// Uninitialised bytes with room behind them, so that parsers may read past the end.
class RequestBody {
 public:
  const char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

  // Room for `more` further bytes and `kBodyPadding` behind; returns where they go.
  char* grow(std::size_t more);
  void commit(std::size_t bytes) { size_ += bytes; }
  std::size_t room() const;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

enum class BodyEnd { kComplete, kTooLarge, kBadFraming, kClientGone };

// Reads the whole body, of at most `limit` bytes; a declared length beyond it is refused at once. Memory
// grows as bytes come, not as they are promised. Answers `Expect: 100-continue`.
Task<BodyEnd> read_body(ClientLink& link, Worker& worker, const RequestHead& head, std::size_t limit,
                        RequestBody& body);

// `HTTP/1.1 100 Continue`, if the client waits for it. False if the client is gone.
Task<bool> send_continue(ClientLink& link, const RequestHead& head);

}  // namespace paddock::http
