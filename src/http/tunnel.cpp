#include "tunnel.h"

#include <algorithm>
#include <array>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

#include "paddock/base/text.h"
#include "worker.h"

namespace paddock::http {

namespace {

using Field = boost::beast::http::field;

// Calls `look` with each trimmed member of a list header, until it answers true.
template <class Look>
bool any_member(std::string_view list, Look look) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (look(trim(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool lists(const HeadFields& fields, Field name, std::string_view member) {
  const auto [begin, end] = fields.equal_range(name);
  return std::any_of(begin, end, [member](const auto& field) {
    return any_member(view(field.value()), [member](std::string_view one) { return iequals(one, member); });
  });
}

// What would carry requests of its own.
bool carries_requests(std::string_view protocol) {
  const std::string_view name = protocol.substr(0, protocol.find('/'));
  return name.empty() || iequals(name, "h2c") || iequals(name, "h2") || iequals(name, "http") ||
         iequals(name, "tls");
}

}  // namespace

std::string_view upgrade_of(const RequestHead& head) {
  const HeadFields& fields = head.fields();
  if (count_of(fields, Field::upgrade) != 1 || head.http10() || head.has_body()) return {};
  if (!lists(fields, Field::connection, "upgrade")) return {};
  const std::string_view upgrade = value_of(fields, Field::upgrade);
  return any_member(upgrade, carries_requests) ? std::string_view() : upgrade;
}

bool is_websocket(std::string_view upgrade) {
  return any_member(upgrade, [](std::string_view one) { return iequals(one, "websocket"); });
}

bool switches_as_asked(const ResponseHead& head, std::string_view upgrade) {
  if (count_of(head.fields(), Field::upgrade) != 1) return false;
  const std::string_view chosen = trim(value_of(head.fields(), Field::upgrade));
  return any_member(upgrade, [chosen](std::string_view one) { return iequals(one, chosen); });
}

Tunnel::Tunnel(Worker& worker, ClientLink& client, UpstreamConnection& upstream)
    : worker_(worker), client_(client), upstream_(upstream) {}

Task<void> Tunnel::run() {
  // Its read that is out becomes the tunnel's first.
  client_.reader.unwatch();
  asio::co_spawn(worker_.context(), copy_up(), [this](std::exception_ptr failure) {
    if (failure) {
      spdlog::error("a tunnel to an upstream failed unexpectedly");
      close();
    }
    up_over_.set();
  });
  co_await copy_down();
  co_await up_over_.wait();
  close();
}

void Tunnel::close() {
  close_quietly(client_.socket);
  close_quietly(upstream_.socket);
}

Task<void> Tunnel::copy_up() {
  std::array<char, UpstreamConnection::kBufferSize> piece;
  while (true) {
    const std::size_t got = co_await client_.reader.read_some(piece.data(), piece.size());
    if (got == 0) break;
    last_piece_ = worker_.now();
    const auto bytes = asio::buffer(piece.data(), got);
    const auto [error, sent] = co_await asio::async_write(upstream_.socket, bytes, kToken);
    if (error) co_return close();
  }
  upstream_.socket.end_writing();
  end_one();
}

Task<void> Tunnel::copy_down() {
  while (true) {
    const std::string_view piece(upstream_.buffer.data() + upstream_.begin, upstream_.end - upstream_.begin);
    const bool written = co_await write_down(piece);
    if (!written) co_return close();
    const auto space = asio::buffer(upstream_.buffer);
    const auto [error, got] = co_await upstream_.socket.async_read_some(space, kToken);
    upstream_.begin = 0;
    upstream_.end = got;
    if (error == asio::error::eof) break;
    if (error) co_return close();
    last_piece_ = worker_.now();
  }
  client_.socket.end_writing();
  end_one();
}

Task<bool> Tunnel::write_down(std::string_view piece) {
  if (piece.empty()) co_return true;
  client_.arm(worker_.now(), client_.stall_timeout, client_.socket);
  const auto bytes = asio::buffer(piece.data(), piece.size());
  const auto [error, sent] = co_await asio::async_write(client_.socket, bytes, kToken);
  client_.disarm();
  co_return !error;
}

void Tunnel::end_one() {
  one_ended_ = true;
  last_piece_ = worker_.now();
}

void Tunnel::tick(TimePoint now) {
  if (one_ended_ && now >= last_piece_ + kHalfOpen) close();
}

}  // namespace paddock::http
