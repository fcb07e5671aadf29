// The half of Session that serves control requests.
#include <spdlog/spdlog.h>
#include <boost/asio/write.hpp>

#include "control_call.h"
#include "request_id.h"
#include "session.h"

namespace paddock::http {

namespace {

Request to_request(const RequestHead& head, const RequestBody& body, const Remote& remote) {
  Request request;
  request.method = head.is_head() ? "GET" : std::string(head.method());
  request.target = head.target();
  request.path = head.path();
  const std::size_t mark = request.target.find('?');
  if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
  for (const auto& field : head.fields()) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers.emplace_back(std::string(name.data(), name.size()),
                                 std::string(value.data(), value.size()));
  }
  request.body = body.view();
  request.remote = remote.address;
  request.caller = *remote.caller;
  return request;
}

void call_handler(const Route& route, const Request& request, const std::shared_ptr<ControlCall>& call) {
  try {
    route.handler(request, Responder(call));
  } catch (const std::exception& failure) {
    // The Responder died on the way and has answered 500.
    spdlog::error("{} {} failed unexpectedly: {}", request.method, request.path, failure.what());
  }
}

}  // namespace

Task<Session::Next> Session::serve_control(const RequestHead& head, const Route& route) {
  const std::size_t limit = worker_.options().control_body_bytes;
  RequestBody body({limit, "", limit});
  BodySource source = body_source(head, worker_.shared().control_bodies);
  const BodyEnd end = co_await read_body(source, body);
  if (end != BodyEnd::kComplete) co_return co_await refuse_body(head, end, body);
  const auto call = std::make_shared<ControlCall>(worker_.context());
  const Request request = to_request(head, body, remote_);
  call_handler(route, request, call);
  // A client that only closes its sending side still gets its answer; only a server that stops ends this.
  interrupt_ = [&call] { call->interrupt(); };
  co_await call->wait();
  interrupt_ = nullptr;
  if (gone_) co_return Next::kClose;
  if (call->source() != nullptr) co_return co_await stream_control(head, call);
  co_return co_await write_reply(head, call->answer());
}

Task<Session::Next> Session::stream_control(const RequestHead& head,
                                            const std::shared_ptr<ControlCall>& call) {
  const Reply& reply = call->answer();
  const bool chunked = !head.http10();
  std::string text =
      "HTTP/1.1 " + std::to_string(reply.status) + " OK\r\nContent-Type: " + reply.content_type + "\r\n";
  for (const auto& [name, value] : reply.headers) text.append(name).append(": ").append(value).append("\r\n");
  text.append(kRequestIdField).append(": ").append(head.request_id()).append("\r\n");
  text.append(cors_lines(remote_))
      .append(chunked ? "Transfer-Encoding: chunked\r\n" : "")
      .append("Connection: close\r\n\r\n");
  const bool told = co_await write_text(text);
  if (!told || head.is_head()) co_return Next::kClose;
  streaming_ = call.get();
  interrupt_ = [&call] { call->interrupt(); };
  watch();
  call->start_source();
  const bool whole = co_await pump(*call, chunked);
  interrupt_ = nullptr;
  streaming_ = nullptr;
  call->drop_source();
  static const std::string kLastChunk = "0\r\n\r\n";
  if (whole && chunked) co_await write_text(kLastChunk);
  co_return Next::kClose;
}

// Until the source ends (true) or the client leaves (false). A draining server ends a source that waits for
// what may come, as the source would; one that is still at work, on an answer that has an end, goes on.
Task<bool> Session::pump(ControlCall& call, bool chunked) {
  std::string data, text;
  call.said(worker_.now());
  while (!gone_) {
    data.clear();
    const ByteSource::Pull pull = call.pull(data);
    if (pull == ByteSource::Pull::kEnd) co_return true;
    if (pull == ByteSource::Pull::kWait) {
      if (worker_.draining() && !call.has_more()) co_return true;
      const bool silent = call.due(worker_.now());
      if (silent) data = call.source()->keep_alive();
      if (silent) call.said(worker_.now());
      if (data.empty()) {
        co_await call.wait();
        continue;
      }
    }
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    text = chunked ? size + data + "\r\n" : data;
    const bool written = co_await write_text(text);
    if (!written) co_return false;
    call.said(worker_.now());
  }
  co_return false;
}

}  // namespace paddock::http
