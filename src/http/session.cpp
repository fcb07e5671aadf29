#include "session.h"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

#include "control_call.h"
#include "request_id.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

// How long, and for how many bytes, a refused client may go on sending before its connection is closed.
constexpr auto kLingerTime = 2s;
constexpr std::size_t kLingerBytes = 1 << 20;

std::string reply_head(const Reply& reply, bool close, std::string_view request_id) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(reply.status));
  const auto reason = boost::beast::http::obsolete_reason(known);
  // 499 is nobody's standard.
  if (known != boost::beast::http::status::unknown) out.append(reason.data(), reason.size());
  out.append("\r\n");
  if (!reply.content_type.empty()) out.append("Content-Type: ").append(reply.content_type).append("\r\n");
  for (const auto& [name, value] : reply.headers) out.append(name).append(": ").append(value).append("\r\n");
  out.append(kRequestIdField).append(": ").append(request_id).append("\r\n");
  if (close) out.append("Connection: close\r\n");
  return out;
}

}  // namespace

Session::Session(Worker& worker, Socket socket) : worker_(worker), accepted_(std::move(socket)) {}

Session::~Session() {
  if (link_) worker_.delist(*this);
}

void Session::begin() {
  error_code error;
  const auto peer = accepted_->remote_endpoint(error);
  if (!error) ends_.peer = unmapped(peer.address());
  const auto local = accepted_->local_endpoint(error);
  if (!error) ends_.local = unmapped(local.address());
  remote_.peer = ends_.peer.to_string();
  accepted_->set_option(tcp::no_delay(true), error);
  link_.emplace(std::move(*accepted_), weak_from_this(), worker_.options().head_bytes);
  accepted_.reset();
  link_->stall_timeout = worker_.options().stall_timeout;
  link_->body_timeout = worker_.options().body_timeout;
  worker_.enlist(*this);
  asio::co_spawn(worker_.context(), run(), [self = shared_from_this()](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& what) {
      spdlog::error("a connection from {} failed unexpectedly: {}", self->remote_.peer, what.what());
    }
    self->forget_request();
    close_quietly(self->link_->socket);
  });
}

// What its coroutine left behind when it broke off.
void Session::forget_request() {
  link_->reader.unwatch();
  link_->disarm();
  interrupt_ = nullptr;
  streaming_ = nullptr;
  exchange_ = nullptr;
  entry_ = nullptr;
  capture_ = nullptr;
  meter_ = nullptr;
  tap_ = nullptr;
}

void Session::tick(TimePoint now) {
  const auto self = shared_from_this();
  link_->check(now);
  if (exchange_ != nullptr) exchange_->check(now);
  link_->reader.poll();
  if (streaming_ != nullptr) streaming_->tick(now);
  if (exchange_ != nullptr) exchange_->tick(now);
}

void Session::drain() {
  if (idle_) close_quietly(link_->socket);
  const auto self = shared_from_this();
  if (streaming_ != nullptr) streaming_->interrupt();
  if (exchange_ != nullptr) exchange_->end_tunnel();
}

void Session::cut() {
  const auto self = shared_from_this();
  leave();
  // One that is drained for a client that has left.
  if (exchange_ != nullptr) exchange_->abort();
  close_quietly(link_->socket);
}

void Session::watch() {
  link_->reader.watch([this] { leave(); });
}

void Session::leave() {
  gone_ = true;
  if (!interrupt_) return;
  const auto interrupt = std::move(interrupt_);
  interrupt_ = nullptr;
  interrupt();
}

Task<void> Session::run() {
  const bool ready = co_await secure();
  if (!ready) co_return close_orderly(link_->socket);
  Next next = Next::kKeep;
  while (next == Next::kKeep && !gone_) {
    RequestHeadReader reader(worker_.options().head_bytes);
    const bool read = co_await read_head(reader);
    if (!read) co_return close_quietly(link_->socket);
    next = co_await serve(reader.head());
    link_->reader.unwatch();
  }
  co_await finish(next);
}

Task<void> Session::finish(Next next) {
  if (next == Next::kReset) co_return close_with_reset(link_->socket);
  if (next == Next::kLinger && !gone_) co_await linger();
  close_orderly(link_->socket);
}

Task<bool> Session::read_head(RequestHeadReader& reader) {
  ClientReader& in = link_->reader;
  bool started = false;
  while (true) {
    if (!in.buffered().empty()) {
      const auto outcome = reader.parse(in.buffered());
      if (outcome == RequestHeadReader::Outcome::kBad) {
        co_await refuse_head(reader);
        co_return false;
      }
      if (outcome == RequestHeadReader::Outcome::kDone) break;
    }
    idle_ = in.buffered().empty();
    if (idle_ && worker_.draining()) co_return false;
    if (idle_)
      link_->arm(worker_.now(), worker_.options().idle_timeout, link_->socket);
    else if (!std::exchange(started, true))
      link_->arm(worker_.now(), worker_.options().head_timeout, link_->socket);
    const bool more = co_await in.fill();
    if (!more) co_return false;
  }
  idle_ = false;
  link_->disarm();
  in.consume(reader.consumed());
  const bool sound = reader.check_body_begin(in.buffered());
  if (!sound) co_await refuse_head(reader);
  co_return sound;
}

Task<void> Session::refuse_head(RequestHeadReader& reader) {
  ApiError error;
  error.status = reader.error().status;
  error.code = "invalid_request";
  error.message = reader.error().message;
  const Reply reply = to_reply(error);
  std::string text = reply_head(reply, true, reader.head().request_id());
  text.append("Content-Length: ")
      .append(std::to_string(reply.body.size()))
      .append("\r\n\r\n")
      .append(reply.body);
  const bool written = co_await write_text(text);
  if (written) co_await linger();
}

Task<Session::Next> Session::serve(RequestHead& head) {
  if (settings_ != worker_.settings()) settings_ = worker_.settings();
  const RouteTable::Match match = worker_.shared().routes.find(head.method(), head.path());
  const AccessQuestion question{head.fields(), head.method(), match.route, ends_};
  const std::optional<ApiError> refusal = judge(settings_->access, settings_->keys, question, remote_);
  if (head.method() == "OPTIONS") co_return co_await preflight(head);
  if (refusal) co_return co_await refuse(head, *refusal, head.has_body());
  if (match.route != nullptr) co_return co_await dispatch(head, *match.route);
  ApiError error;
  error.status = match.allow.empty() ? 404 : 405;
  error.code = match.allow.empty() ? "not_found" : "method_not_allowed";
  error.message = "there is no " + std::string(head.method()) + " " + std::string(head.path());
  if (!match.allow.empty()) error.message += "; this path has " + match.allow;
  if (!match.allow.empty()) error.headers.emplace_back("Allow", match.allow);
  co_return co_await refuse(head, error, head.has_body());
}

Task<Session::Next> Session::dispatch(const RequestHead& head, const Route& route) {
  switch (route.kind) {
    case RouteKind::kControl:
      co_return co_await serve_control(head, route);
    case RouteKind::kModelInBody:
      co_return co_await serve_model(head, route);
    case RouteKind::kModelInPath:
      co_return co_await serve_upstream_path(head);
    case RouteKind::kComfyUi:
      co_return co_await serve_comfyui(head);
    case RouteKind::kOllama:
      break;
  }
  co_return co_await serve_ollama(head);
}

// Never a model's business, and asked without a key: a browser sends none with it.
Task<Session::Next> Session::preflight(const RequestHead& head) {
  Reply reply;
  reply.status = 204;
  reply.content_type.clear();
  reply.headers = preflight_headers(head.fields(), remote_);
  const bool left = head.has_body();
  const Next next = co_await write_reply(head, reply, left);
  co_return left ? Next::kLinger : next;
}

const config::ModelConfig* Session::find_model(std::string_view name) const {
  const config::ModelConfig* model = settings_->lookup->find(name);
  return model != nullptr && remote_.caller->may_use(model->id.str()) ? model : nullptr;
}

ApiError Session::unknown_model(const std::string& name) const {
  // A guess would name models that do not exist for this caller.
  const bool sees_all = remote_.caller->models.empty();
  return no_such_model(name, sees_all ? settings_->lookup->nearest_name(name) : std::string());
}

Task<Session::Next> Session::refuse_body(const RequestHead& head, BodyEnd end, const RequestBody& body) {
  if (end == BodyEnd::kClientGone) co_return Next::kClose;
  const ApiError error = body_error(end, body);
  co_return co_await refuse(head, error, true);
}

Task<Session::Next> Session::refuse(const RequestHead& head, const ApiError& error, bool body_left) {
  const Reply reply = to_reply(error);
  const Next next = co_await write_reply(head, reply, body_left);
  co_return body_left&& next != Next::kReset ? Next::kLinger : next;
}

Task<Session::Next> Session::write_reply(const RequestHead& head, const Reply& reply, bool close) {
  const bool ends = close || !keep_alive(head);
  std::string text = reply_head(reply, ends, head.request_id()) + cors_lines(remote_);
  if (reply.status != 204 && reply.status != 304)
    text.append("Content-Length: ").append(std::to_string(reply.body.size())).append("\r\n");
  text.append("\r\n");
  if (!head.is_head()) text.append(reply.body);
  const bool written = co_await write_text(text);
  if (!written) co_return Next::kClose;
  co_return ends ? Next::kClose : Next::kKeep;
}

Task<bool> Session::write_text(const std::string& text) {
  link_->arm(worker_.now(), link_->stall_timeout, link_->socket);
  const auto bytes = asio::buffer(text);
  const auto [error, sent] = co_await asio::async_write(link_->socket, bytes, kToken);
  link_->disarm();
  co_return !error;
}

// Closing while the client still sends would reset the connection and could destroy the answer on its way.
Task<void> Session::linger() {
  link_->reader.unwatch();
  link_->socket.end_writing();
  link_->arm(worker_.now(), kLingerTime, link_->socket);
  std::vector<char> sink(16 << 10);
  std::size_t total = 0;
  while (total < kLingerBytes) {
    const std::size_t got = co_await link_->reader.read_some(sink.data(), sink.size());
    if (got == 0) break;
    total += got;
  }
  link_->disarm();
}

}  // namespace paddock::http
