// The ends of a connection and what is recorded about it.
#include <boost/asio/error.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "connection.h"

namespace paddock::fake {

using nlohmann::json;

void Connection::end(const char* reason) {
  if (closed_) return;
  if (!gone_) note("closed", {{"reason", reason}});
  closed_ = true;
  boost::system::error_code ignored;
  // A plain close over unread bytes would become a reset; a script that wants one says so.
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  socket_.close(ignored);
  changed_.cancel();
  drained_.cancel();
}

void Connection::reset(const char* reason) {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  if (!gone_) note("closed", {{"reason", reason}, {"rst", true}});
  closed_ = true;
  socket_.close(ignored);
  changed_.cancel();
  drained_.cancel();
}

void Connection::die_of_request() {
  note("crash", json::object());
  std::_Exit(70);
}

void Connection::note_gone(const boost::system::error_code& error) {
  if (gone_ || closed_) return;
  gone_ = true;
  const bool eof = error == boost::asio::error::eof;
  const char* reason = eof ? "eof" : "rst";
  note("client_gone", {{"phase", phase_}, {"reason", reason}, {"body_bytes", body_bytes_}});
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  changed_.cancel();
  drained_.cancel();
}

void Connection::note(const char* event, json fields) {
  fields["conn"] = id_;
  if (request_ > 0) fields["req"] = request_;
  server_.recorder().write(event, fields);
}

void Connection::note_head(const RequestHead& head) {
  json headers = json::array();
  for (const auto& [name, value] : head.headers) headers.push_back(json::array({name, value}));
  note("head",
       {{"method", head.method}, {"target", head.target}, {"version", head.version}, {"headers", headers}});
}

void Connection::note_request(const std::string& body, bool chunked) {
  json fields = {{"size", body.size()},
                 {"chunked", chunked},
                 {"hash", hash_text(hash_more(kHashSeed, body.data(), body.size()))}};
  if (body.size() <= 64 << 10) fields["body"] = body;
  note("request", fields);
}

}  // namespace paddock::fake
