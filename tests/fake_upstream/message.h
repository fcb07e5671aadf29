// What arrives on a connection: a request head, and the decoder of its body. Lenient on purpose: it is the
// daemon that is under test, and whatever it sends is recorded. No sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paddock::fake {

struct RequestHead {
  std::string method;
  std::string target;
  std::string version;
  std::vector<std::pair<std::string, std::string>> headers;

  // First of that name in any case; empty if there is none.
  std::string header(std::string_view name) const;
};

// Takes one head off the front of `inbox`; nothing while it is not complete.
std::optional<RequestHead> take_head(std::string& inbox);

// Decodes one body. feed() eats what belongs to it from the front of `inbox`.
class BodyDecoder {
 public:
  explicit BodyDecoder(const RequestHead& head);

  // Appends decoded bytes to `out`; false once the framing makes no sense.
  bool feed(std::string& inbox, std::string& out);
  bool done() const { return state_ == State::kDone; }
  bool chunked() const { return chunked_; }

 private:
  enum class State { kLength, kChunkHead, kChunkBytes, kChunkEnd, kTrailer, kDone };
  bool step(std::string& inbox, std::string& out, bool& moved);

  State state_ = State::kDone;
  bool chunked_ = false;
  std::uint64_t left_ = 0;
};

}  // namespace paddock::fake
