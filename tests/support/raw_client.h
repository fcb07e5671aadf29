// RawClient: one TCP connection to 127.0.0.1 on which a test says exactly what it wants and sees exactly what
// comes back and when. Blocking with deadlines; a deadline or an early end where more was needed throws
// std::runtime_error, which fails the test with its message. Not an HTTP client: http.h is the polite one.
// One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/base/unique_fd.h"
#include "tests/support/wait.h"

namespace paddock::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Head {
  std::string version;
  int status = 0;
  HeaderList headers;
  std::string raw;  // with the empty line

  std::string header(std::string_view name) const;  // first of that name in any case; empty if none
  bool has(std::string_view name) const;
  int count(std::string_view name) const;
};

enum class End {
  kComplete,  // the framing says so
  kEof,       // closed; clean only where closing is the framing
  kReset,     // RST
  kTimeout,   // nothing happened until the deadline
};
std::ostream& operator<<(std::ostream& out, End end);

struct Piece {
  Clock::time_point time;
  std::string bytes;  // as read from the socket, framing included
};

struct Body {
  std::string bytes;  // decoded
  std::string wire;   // as it came, framing included
  std::vector<Piece> pieces;
  HeaderList trailers;
  End end = End::kComplete;
};

class RawClient {
 public:
  explicit RawClient(int port, int receive_buffer = 0);
  // One that is connected already: the other end of somebody's connection (raw_listener.h).
  explicit RawClient(UniqueFd connected) : fd_(std::move(connected)) {}

  void send(std::string_view bytes, Millis time = kPatience);
  // Waits until the peer's program has read all that was sent, so that what is sent next is another read.
  void await_read(Millis time = kPatience);
  // As much as the peer takes before the deadline; the number of bytes taken.
  std::size_t send_some(std::string_view bytes, Millis time);
  Head read_head(Millis time = kPatience);
  // `no_body`: the answer to HEAD. Ends at the end of the body by its framing, or at whatever comes first.
  Body read_body(const Head& head, bool no_body = false, Millis time = kPatience);
  // Until at least `count` bytes are there; those bytes (or fewer at the end of the connection).
  std::string read_bytes(std::size_t count, Millis time = kPatience);
  // Reads on until `text` was seen (consumed, returned with what came before it); throws when it never comes.
  std::string read_until(std::string_view text, Millis time = kPatience);
  // Everything until the connection ends.
  End read_to_end(std::string& bytes, Millis time = kPatience);
  // How the connection ends; unread bytes before the end are dropped.
  End wait_end(Millis time = kPatience);

  void half_close();  // FIN; can still read
  void close();
  void reset();  // RST
  int fd() const { return fd_.get(); }

 private:
  // One read; false at the end of the connection (see end_) or at the deadline.
  bool read_more(const Deadline& deadline, std::vector<Piece>* pieces = nullptr);
  void read_chunks(Body& body, const Deadline& deadline);
  std::optional<std::string> take_line(Body& body, const Deadline& deadline);
  std::string take(std::size_t count);
  [[noreturn]] void fail(const std::string& what) const;

  UniqueFd fd_;
  std::string inbox_;
  End end_ = End::kTimeout;
};

}  // namespace paddock::test
