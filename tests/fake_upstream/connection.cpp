#include "connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "paddock/base/text.h"
#include "wire.h"

namespace paddock::fake {

namespace asio = boost::asio;
using nlohmann::json;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// GCC 12.2 miscompiles some conditions that hold a co_await: here every co_await is its own statement.
constexpr std::size_t kInboxLimit = 256 << 10;
}  // namespace

Connection::Connection(Server& server, asio::ip::tcp::socket socket)
    : server_(server),
      socket_(std::move(socket)),
      changed_(socket_.get_executor()),
      drained_(socket_.get_executor()),
      id_(server.next_connection()) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  server_.joined(this);
}

Connection::~Connection() { server_.left(this); }

void Connection::start() {
  note("accepted", json::object());
  auto self = shared_from_this();
  asio::co_spawn(socket_.get_executor(), read_loop(), [self](std::exception_ptr) {});
  asio::co_spawn(socket_.get_executor(), serve_loop(), [self](std::exception_ptr) {});
}

asio::awaitable<void> Connection::read_loop() {
  std::array<char, 16384> buffer;
  while (!closed_) {
    if (inbox_.size() > kInboxLimit) {
      drained_.expires_at(asio::steady_timer::time_point::max());
      co_await drained_.async_wait(kTuple);
      continue;
    }
    auto space = asio::buffer(buffer);
    auto [error, count] = co_await socket_.async_read_some(space, kTuple);
    if (closed_) co_return;
    if (error) {
      // A reset is told once: to this read or to a write. Then its end, already queued, names the reason.
      co_await asio::post(socket_.get_executor(), kTuple);
      note_gone(error);
      co_return;
    }
    inbox_.append(buffer.data(), count);
    changed_.cancel();
  }
}

asio::awaitable<void> Connection::serve_loop() {
  for (bool more = true; more;) more = co_await serve_one();
  if (!closed_) end("done");
}

asio::awaitable<bool> Connection::serve_one() {
  bool here = true;
  auto head = co_await await_head();
  if (!head) co_return false;
  if (head->target == "/health") co_return co_await answer_probe();
  if (head->target.rfind("/fake/", 0) == 0) co_return co_await answer_control(head->target);
  ++request_;
  note_head(*head);
  if (!close_on_next_.empty()) {
    close_on_next_ == "rst" ? reset("close_on_next") : end("close_on_next");
    co_return false;
  }
  if (head->target.rfind("/upgrade/", 0) == 0 && !head->header("upgrade").empty())
    co_return co_await switch_protocol(*head);
  auto script = script_from_header(*head);
  std::string body;
  const bool early = script && (script->early || script->early_close);
  if (!early) {
    if (script && script->delay_body_ms > 0) here = co_await pause(script->delay_body_ms);
    if (!here) co_return false;
    here = co_await await_body(*head, body);
    if (!here) co_return false;
    if (server_.options().crash_on_request) die_of_request();
  }
  if (!script) script = script_for(*head, body, server_.options().name);
  if (script->crash) die_of_request();
  phase_ = "answer";
  here = co_await play(*script, *head);
  if (!here) co_return false;
  if (early) here = co_await await_body(*head, body);
  if (!here) co_return false;
  phase_ = "idle";
  co_return iequals(head->header("connection"), "close") ? false : true;
}

asio::awaitable<std::optional<RequestHead>> Connection::await_head() {
  bool here = true;
  auto until = asio::steady_timer::time_point::max();
  if (idle_limit_ms_) until = std::chrono::steady_clock::now() + Millis(*idle_limit_ms_);
  for (;;) {
    auto head = take_head(inbox_);
    if (head) co_return head;
    phase_ = inbox_.empty() ? "idle" : "head";
    if (std::chrono::steady_clock::now() >= until) {
      end("idle");
      co_return std::nullopt;
    }
    here = co_await await_change_until(until);
    if (!here) co_return std::nullopt;
  }
}

asio::awaitable<bool> Connection::await_body(const RequestHead& head, std::string& body) {
  bool here = true;
  phase_ = "body";
  body_bytes_ = 0;
  BodyDecoder decoder(head);
  if (iequals(head.header("expect"), "100-continue")) {
    std::string interim = encode_interim(100);
    here = co_await send(interim);
    if (!here) co_return false;
  }
  for (;;) {
    if (!decoder.feed(inbox_, body)) {
      end("bad framing");
      co_return false;
    }
    body_bytes_ = body.size();
    drained_.cancel();
    if (decoder.done()) break;
    here = co_await await_change();
    if (!here) co_return false;
  }
  note_request(body, decoder.chunked());
  co_return true;
}

asio::awaitable<bool> Connection::answer_probe() {
  const bool healthy = server_.healthy();
  const json fields = {{"healthy", healthy}};
  note("probe", fields);
  if (server_.options().health_hang) {
    for (bool here = true; here;) here = co_await await_change();
    co_return false;
  }
  Script script;
  script.status = healthy ? 200 : 503;
  script.pieces = {healthy ? R"({"status":"ok"})" : R"({"status":"loading"})"};
  std::string answer = encode_head(script) + script.pieces[0];
  co_return co_await send(answer);
}

// /fake/release/<gate>, /fake/exit/<code>: for the test itself, past the daemon.
asio::awaitable<bool> Connection::answer_control(const std::string& target) {
  const auto slash = target.find('/', 6);
  const std::string verb = target.substr(6, slash - 6);
  const std::string value = slash == std::string::npos ? "" : target.substr(slash + 1);
  if (verb == "exit") std::_Exit(std::atoi(value.c_str()));
  if (verb == "release") server_.release(value);
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  co_return co_await send(answer);
}

// /upgrade/<protocol>/<first bytes>: 101 to that protocol with these bytes right behind it; then everything
// comes back as it went, until `bye`.
asio::awaitable<bool> Connection::switch_protocol(const RequestHead& head) {
  const auto slash = head.target.find('/', 9);
  std::string answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " +
                       head.target.substr(9, slash - 9) + "\r\nSec-WebSocket-Accept: fake\r\n\r\n";
  if (slash != std::string::npos) answer += head.target.substr(slash + 1);
  phase_ = "switched";
  bool here = co_await send(answer);
  while (here) {
    std::string bytes = std::exchange(inbox_, {});
    drained_.cancel();
    if (bytes.empty()) {
      here = co_await await_change();
      continue;
    }
    const bool last = bytes.size() >= 3 && bytes.compare(bytes.size() - 3, 3, "bye") == 0;
    here = co_await send(bytes);
    if (last) break;
  }
  co_return false;
}

asio::awaitable<bool> Connection::play(const Script& script, const RequestHead& head) {
  bool here = true;
  if (script.delay_head_ms > 0) here = co_await pause(script.delay_head_ms);
  if (!here) co_return false;
  if (!script.gate.empty() && script.gate_after < 0) here = co_await await_gate(script.gate);
  if (!here) co_return false;
  for (const int status : script.interim) {
    std::string interim = encode_interim(status);
    here = co_await send(interim);
    if (!here) co_return false;
  }
  std::string bytes = encode_head(script);
  if (!bytes.empty()) here = co_await send(bytes);
  if (!here) co_return false;
  if (has_body(script, head)) here = co_await send_pieces(script);
  if (!here) co_return false;
  note("answered", json::object());
  co_return co_await finish(script);
}

asio::awaitable<bool> Connection::send_pieces(const Script& script) {
  bool here = true;
  for (int i = 0; i <= static_cast<int>(script.pieces.size()); ++i) {
    if (!script.gate.empty() && script.gate_after == i) here = co_await await_gate(script.gate);
    if (!here) co_return false;
    if (script.exit_after_pieces == i) std::_Exit(71);
    if (script.rst_after_pieces == i) {
      reset("script");
      co_return false;
    }
    if (script.close_after_pieces == i) {
      end("script");
      co_return false;
    }
    if (i == static_cast<int>(script.pieces.size())) break;
    if (i > 0 && script.piece_delay_ms > 0) here = co_await pause(script.piece_delay_ms);
    if (!here) co_return false;
    std::string bytes = encode_piece(script, script.pieces[i]);
    const json fields = {{"index", i}, {"bytes", script.pieces[i].size()}};
    note("piece", fields);
    here = co_await send(bytes);
    if (!here) co_return false;
  }
  std::string last = script.half_chunk ? "64" + script.chunk_ext + "\r\nhalf" : encode_end(script);
  if (!last.empty()) here = co_await send(last);
  if (!here) co_return false;
  co_return true;
}

asio::awaitable<bool> Connection::finish(const Script& script) {
  bool here = true;
  idle_limit_ms_ = script.close_idle_after_ms;
  close_on_next_ = script.close_on_next;
  if (script.stray_bytes_after) {
    std::string stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
    here = co_await send(stray);
    if (!here) co_return false;
    note("stray", json::object());
  }
  if (script.rst_after) {
    reset("script");
    co_return false;
  }
  if (script.mode == Mode::kClose || script.close_after || script.half_chunk || script.early_close) {
    end("script");
    co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::send(std::string bytes) {
  if (gone_ || closed_) co_return false;
  auto buffer = asio::buffer(bytes);
  auto [error, count] = co_await asio::async_write(socket_, buffer, kTuple);
  if (error && !closed_) note_gone(error);
  co_return !error && !gone_ && !closed_;
}

asio::awaitable<bool> Connection::pause(int ms) {
  bool here = true;
  const auto until = std::chrono::steady_clock::now() + Millis(ms);
  while (std::chrono::steady_clock::now() < until) {
    here = co_await await_change_until(until);
    if (!here) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::await_gate(const std::string& gate) {
  bool here = true;
  while (!server_.released(gate)) {
    here = co_await await_change();
    if (!here) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::await_change() {
  const bool here = co_await await_change_until(asio::steady_timer::time_point::max());
  co_return here;
}

asio::awaitable<bool> Connection::await_change_until(asio::steady_timer::time_point until) {
  if (gone_ || closed_) co_return false;
  changed_.expires_at(until);
  co_await changed_.async_wait(kTuple);
  co_return !gone_ && !closed_;
}

}  // namespace paddock::fake
