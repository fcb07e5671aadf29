#include "health/attempt.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "health/status_line.h"

namespace paddock::process {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A head with interim answers; anything longer is no health check.
constexpr std::size_t kHeadBytes = 16 << 10;

}  // namespace

Attempt::Attempt(asio::io_context& io, const std::string& request, std::vector<std::string> addresses,
                 int port)
    : request_(request), addresses_(std::move(addresses)), port_(port), socket_(io), timer_(io) {}

void Attempt::run(Duration deadline, Done done) {
  done_ = std::move(done);
  timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(deadline));
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->finish(std::nullopt);
  });
  try_next();
}

void Attempt::cancel() {
  done_ = nullptr;
  finish(std::nullopt);
}

void Attempt::try_next() {
  error_code ignored;
  socket_.close(ignored);
  received_.clear();
  if (next_ == addresses_.size()) return finish(std::nullopt);
  const asio::ip::address address = asio::ip::make_address(addresses_[next_++], ignored);
  const tcp::endpoint target(address, static_cast<asio::ip::port_type>(port_));
  socket_.async_connect(target, [self = shared_from_this()](error_code error) {
    if (!self->done_) return;
    error ? self->try_next() : self->send();
  });
}

void Attempt::send() {
  asio::async_write(socket_, asio::buffer(request_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (!self->done_) return;
                      error ? self->try_next() : self->receive();
                    });
}

void Attempt::receive() {
  socket_.async_read_some(asio::buffer(buffer_),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            if (!self->done_) return;
                            if (error) return self->try_next();
                            self->received_.append(self->buffer_.data(), size);
                            self->judge();
                          });
}

void Attempt::judge() {
  const HeadSoFar head = read_status(received_);
  if (head.status == 200) return finish(Ready{addresses_[next_ - 1], port_});
  if (head.status || head.broken || received_.size() > kHeadBytes) return try_next();
  receive();
}

void Attempt::finish(std::optional<Ready> result) {
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  if (const Done done = std::exchange(done_, nullptr)) done(result);
}

std::string probe_request(const Endpoint& endpoint, const std::string& check_path) {
  const bool v6 = endpoint.host.find(':') != std::string::npos && endpoint.host.front() != '[';
  const std::string host = v6 ? "[" + endpoint.host + "]" : endpoint.host;
  const std::string slash = check_path.front() == '/' ? "" : "/";
  return "GET " + endpoint.base_path + slash + check_path + " HTTP/1.1\r\nHost: " + host + ":" +
         std::to_string(endpoint.port) +
         "\r\nUser-Agent: paddock\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

}  // namespace paddock::process
