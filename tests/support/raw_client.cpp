#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include "paddock/base/text.h"

namespace paddock::test {

std::string Head::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return value;
  }
  return {};
}

bool Head::has(std::string_view name) const { return count(name) > 0; }

int Head::count(std::string_view name) const {
  int found = 0;
  for (const auto& entry : headers) found += iequals(entry.first, name) ? 1 : 0;
  return found;
}

std::ostream& operator<<(std::ostream& out, End end) {
  const char* const names[] = {"complete", "eof", "reset", "timeout"};
  return out << names[static_cast<int>(end)];
}

RawClient::RawClient(int port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  // Must be set before the connection exists to limit its window.
  if (receive_buffer > 0) {
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    fail("connect: " + std::string(std::strerror(errno)));
  }
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void RawClient::fail(const std::string& what) const {
  throw std::runtime_error("client: " + what + "; unread: \"" + printable(inbox_) + "\"");
}

std::size_t RawClient::send_some(std::string_view bytes, Millis time) {
  const Deadline deadline(time);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    pollfd wait{fd_.get(), POLLOUT, 0};
    if (::poll(&wait, 1, deadline.left_ms()) <= 0) break;
    const auto count =
        ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return sent;
}

void RawClient::send(std::string_view bytes, Millis time) {
  const auto sent = send_some(bytes, time);
  if (sent < bytes.size()) fail("only " + std::to_string(sent) + " bytes could be sent");
}

namespace {

std::string hex_place(const sockaddr_in& place) {
  char text[20];
  std::snprintf(text, sizeof text, "%08X:%04X", place.sin_addr.s_addr, ntohs(place.sin_port));
  return text;
}

// Bytes that wait in the socket of the other end, as the kernel lists it; 0 when it is gone.
unsigned long waiting_in(const std::string& local, const std::string& remote) {
  std::ifstream table("/proc/net/tcp");
  std::string line;
  while (std::getline(table, line)) {
    const auto at = line.find(" " + local + " " + remote + " ");
    if (at == std::string::npos) continue;
    const auto colon = line.find(':', at + local.size() + remote.size() + 6);
    return std::strtoul(line.c_str() + colon + 1, nullptr, 16);
  }
  return 0;
}

}  // namespace

void RawClient::await_read(Millis time) {
  sockaddr_in ours{}, theirs{};
  socklen_t size = sizeof ours;
  ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&ours), &size);
  ::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&theirs), &size);
  const std::string near = hex_place(ours), far = hex_place(theirs);
  if (!eventually([&] { return waiting_in(far, near) == 0; }, time)) fail("the peer does not read");
}

bool RawClient::read_more(const Deadline& deadline, std::vector<Piece>* pieces) {
  pollfd wait{fd_.get(), POLLIN, 0};
  if (::poll(&wait, 1, deadline.left_ms()) <= 0) {
    end_ = End::kTimeout;
    return false;
  }
  char buffer[65536];
  const auto count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
  if (count <= 0) {
    end_ = count == 0 ? End::kEof : End::kReset;
    return false;
  }
  const std::string_view bytes(buffer, static_cast<std::size_t>(count));
  inbox_ += bytes;
  if (pieces) pieces->push_back({Clock::now(), std::string(bytes)});
  return true;
}

std::string RawClient::take(std::size_t count) {
  std::string bytes = inbox_.substr(0, count);
  inbox_.erase(0, count);
  return bytes;
}

namespace {

void parse_fields(std::string_view lines, HeaderList& to) {
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const auto line = lines.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) to.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 2);
  }
}

}  // namespace

Head RawClient::read_head(Millis time) {
  Head head;
  head.raw = read_until("\r\n\r\n", time);
  const std::string_view text(head.raw.data(), head.raw.size() - 4);
  const auto line = text.substr(0, text.find("\r\n"));
  head.version = line.substr(0, line.find(' '));
  if (line.size() > 9) head.status = std::atoi(std::string(line.substr(9)).c_str());
  if (line.size() < text.size()) parse_fields(text.substr(line.size() + 2), head.headers);
  return head;
}

std::string RawClient::read_until(std::string_view text, Millis time) {
  const Deadline deadline(time);
  std::size_t at = 0;
  while ((at = inbox_.find(text)) == std::string::npos) {
    if (!read_more(deadline)) {
      fail("\"" + printable(text) + "\" never came (" + (end_ == End::kTimeout ? "timeout" : "closed") + ")");
    }
  }
  return take(at + text.size());
}

std::string RawClient::read_bytes(std::size_t count, Millis time) {
  const Deadline deadline(time);
  while (inbox_.size() < count && read_more(deadline)) {
  }
  return take(count);
}

Body RawClient::read_body(const Head& head, bool no_body, Millis time) {
  Body body;
  const Deadline deadline(time);
  if (no_body || head.status == 204 || head.status == 304) return body;
  if (!inbox_.empty()) body.pieces.push_back({Clock::now(), inbox_});
  if (iequals(head.header("transfer-encoding"), "chunked")) {
    read_chunks(body, deadline);
    return body;
  }
  const bool sized = head.has("content-length");
  const auto size = sized ? std::strtoull(head.header("content-length").c_str(), nullptr, 10) : SIZE_MAX;
  while (inbox_.size() < size && read_more(deadline, &body.pieces)) {
  }
  body.end = inbox_.size() >= size ? End::kComplete : end_;
  body.bytes = body.wire = take(size);
  return body;
}

std::optional<std::string> RawClient::take_line(Body& body, const Deadline& deadline) {
  std::size_t at = 0;
  while ((at = inbox_.find("\r\n")) == std::string::npos) {
    if (read_more(deadline, &body.pieces)) continue;
    body.end = end_;
    return std::nullopt;
  }
  const std::string line = take(at + 2);
  body.wire += line;
  return line.substr(0, at);
}

void RawClient::read_chunks(Body& body, const Deadline& deadline) {
  for (;;) {
    const auto line = take_line(body, deadline);
    if (!line) return;
    const auto size = std::strtoull(line->c_str(), nullptr, 16);
    if (size == 0) break;
    while (inbox_.size() < size + 2 && read_more(deadline, &body.pieces)) {
    }
    if (inbox_.size() < size + 2) {
      body.end = end_;
      body.wire += inbox_;
      body.bytes += take(size);
      return;
    }
    const std::string chunk = take(size + 2);
    if (chunk.substr(size) != "\r\n") fail("a chunk without its end");
    body.wire += chunk;
    body.bytes += chunk.substr(0, size);
  }
  for (;;) {
    const auto line = take_line(body, deadline);
    if (!line || line->empty()) return;
    parse_fields(*line, body.trailers);
  }
}

End RawClient::read_to_end(std::string& bytes, Millis time) {
  const Deadline deadline(time);
  while (read_more(deadline)) {
  }
  bytes += take(inbox_.size());
  return end_;
}

End RawClient::wait_end(Millis time) {
  std::string dropped;
  return read_to_end(dropped, time);
}

void RawClient::half_close() { ::shutdown(fd_.get(), SHUT_WR); }

void RawClient::close() { fd_.reset(); }

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  fd_.reset();
}

}  // namespace paddock::test
