#include "exchange.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "connector.h"
#include "tunnel.h"
#include "worker.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;
using Result = ExchangeResult;

constexpr const char* kUnreachable = "upstream_unreachable";
constexpr auto kStaleWithin = 100ms;
// Sockets of a dying process close a little before the kernel calls it dead.
constexpr auto kDeathNotice = 20ms;
// Its last lines are read before its end is told; nobody waits longer than this for that.
constexpr auto kLastWords = 250ms;
constexpr auto kLastWordsStep = 10ms;

}  // namespace

Exchange::Exchange(Worker& worker, ClientLink& link, std::shared_ptr<router::Upstream> upstream,
                   std::function<void()> on_body_read, std::function<void()> on_client_gone,
                   const config::Timeouts& timeouts)
    : worker_(worker),
      link_(link),
      upstream_(std::move(upstream)),
      on_body_read_(std::move(on_body_read)),
      on_client_gone_(std::move(on_client_gone)),
      timeouts_(timeouts),
      upload_(worker) {}

ApiError& Result::error() {
  if (!error_) error_ = std::make_unique<ApiError>();
  return *error_;
}

const ApiError& Result::error() const {
  static const ApiError kNone;
  return error_ ? *error_ : kNone;
}

void Exchange::abort() {
  aborted_ = true;
  if (connector_) return connector_->abort();
  if (connection_) close_quietly(connection_->socket);
}

void Exchange::leave() {
  const bool whole_request = sent_ && (!passing_ || upload_.state() == Upload::State::kDone);
  if (!drain_ || !whole_request) return abort();
  left_ = true;
  // Whatever is being written to it ends now.
  close_quietly(link_.socket);
}

void Exchange::end_tunnel() {
  if (tunnel_ != nullptr) tunnel_->close();
}

void Exchange::tick(TimePoint now) {
  if (tunnel_ == nullptr) return;
  // Some servers wait for their websockets before they end.
  if (upstream_->leaving()) return tunnel_->close();
  tunnel_->tick(now);
}

void Exchange::cut_if_broken() {
  if (!upstream_->breakage()) return;
  if (connector_) return connector_->abort();
  if (connection_) close_quietly(connection_->socket);
}

void Exchange::check(TimePoint now) {
  if (upload_.held() && now >= held_since_ + timeouts_.expect_continue) upload_.go_on();
  const auto limit = timeouts_.response_header;
  if (!awaits_head_ || limit == 0s || upload_.state() != Upload::State::kDone) return;
  if (now < upload_.ended_at() + limit) return;
  late_ = true;
  close_quietly(connection_->socket);
}

Result Exchange::client_gone() const {
  Result result;
  result.end = Result::End::kClientGone;
  return result;
}

Result Exchange::unreachable(const std::string& what) const {
  Result result;
  ApiError& error = result.error();
  error.param = upstream_->model.str();
  if (const router::Breakage* breakage = upstream_->breakage()) {
    error.status = breakage->code == "unloaded" ? 503 : 502;
    error.code = breakage->code;
    error.message = breakage->message;
    error.detail = breakage->detail;
    return result;
  }
  if (upstream_->revoked()) {
    error.status = 503;
    error.code = "unloaded";
    error.message = "model `" + error.param + "` was unloaded while it worked on this request";
    return result;
  }
  error.status = 502;
  error.code = kUnreachable;
  error.message = (peer_ ? "peer `" : "the server of model `") + error.param + "` at " + upstream_->address +
                  ":" + std::to_string(upstream_->port) + " " + what;
  if (!upstream_->alive()) error.message += "; its process has ended, see its log";
  return result;
}

Result Exchange::broke(const std::string& how) const {
  Result result = unreachable(how);
  if (result.error().code == kUnreachable) result.error().code = kBroke;
  return result;
}

Task<Result> Exchange::run(const ExchangeRequest& request, bool close_after) {
  const bool counts = upstream_->watched() && request.use == router::Use::kWork;
  awaited_.emplace(counts ? upstream_.get() : nullptr);
  upload_.count_for(*awaited_);
  if (entry_) entry_->sending(request.wants_stream);
  drain_ = request.drain;
  peer_ = request.peer != nullptr;
  passing_ = !request.body_in_memory && request.head.has_body();
  upgrade_ = upgrade_of(request.head);
  Result result = co_await serve(request, close_after);
  const bool lost = result.end == Result::End::kNoAnswer && !result.dead_launch && !upstream_->breakage();
  if (lost && result.error().status == 502) co_await blame(result.error());
  co_return result;
}

// Says what the process died of, if it did.
Task<void> Exchange::blame(ApiError& error) {
  const TimePoint begin = steady_now();
  Timer timer(worker_.context());
  while (!aborted_ && !upstream_->end_is_told()) {
    if (steady_now() >= begin + (upstream_->alive() ? kDeathNotice : kLastWords)) co_return;
    timer.expires_after(kLastWordsStep);
    co_await timer.async_wait(kToken);
  }
  if (const router::FailureDetail* failure = upstream_->failure()) error.detail = *failure;
}

Task<Result> Exchange::serve(const ExchangeRequest& request, bool close_after) {
  // Whoever comes in while it is being cut has not reached it yet.
  if (upstream_->breakage()) co_return never_sent(request, unreachable(""));
  connection_ = worker_.pool().take(upstream_);
  bool connected = connection_ != nullptr;
  if (!connected) connected = co_await connect();
  if (aborted_) co_return client_gone();
  if (!connected) co_return co_await not_connected(request);
  Result result = co_await attempt(request, close_after);
  if (result.end != Result::End::kNoAnswer) co_return result;
  const bool retry = co_await stale(request);
  if (!retry) co_return result;
  connected = co_await connect();
  if (aborted_) co_return client_gone();
  if (!connected || !upstream_->alive()) co_return result;
  co_return co_await attempt(request, close_after);
}

Task<Result> Exchange::not_connected(const ExchangeRequest& request) {
  Timer timer(worker_.context());
  timer.expires_after(kDeathNotice);
  co_await timer.async_wait(kToken);
  if (aborted_) co_return client_gone();
  Result result = unreachable("cannot be connected to: " + lost_why_);
  co_return never_sent(request, std::move(result));
}

// Another launch may serve it, unless somebody ended this one on purpose.
Result Exchange::never_sent(const ExchangeRequest& request, Result result) const {
  result.client_body_left = !request.body_in_memory;
  const bool gone = !upstream_->alive() && !upstream_->revoked();
  if (gone || upstream_->breakage()) result.dead_launch = upstream_->generation;
  return result;
}

Task<bool> Exchange::connect() {
  sent_ = false;
  connection_.reset();
  Connector connector(worker_, link_, *upstream_, timeouts_);
  connector_ = &connector;
  auto connected = co_await connector.run();
  connector_ = nullptr;
  connection_ = std::move(connected);
  if (!connection_) lost_why_ = connector.why();
  co_return connection_ != nullptr && !aborted_;
}

void Exchange::start_upload(const ExchangeRequest& request) {
  const bool passing = passing_;
  sent_ = true;
  std::optional<std::uint64_t> length;
  if (!passing && (request.body_size > 0 || request.head.has_body())) length = request.body_size;
  if (passing && !request.head.chunked()) length = request.head.content_length();
  const bool asks_first = passing && request.head.expects_continue() && timeouts_.expect_continue > 0s;
  const ForwardRequest forward{request.head,
                               request.target,
                               request.remote,
                               *upstream_,
                               request.keys,
                               passing && request.head.chunked(),
                               length,
                               request.filter != nullptr,
                               upgrade_,
                               request.peer,
                               request.content_type,
                               asks_first,
                               request.forward_auth};
  head_text_ = build_request_head(forward);
  if (asks_first) {
    upload_.hold_back();
    held_since_ = worker_.now();
  }
  if (passing) {
    upload_.start_passing(connection_->socket, head_text_, link_, request.head, on_body_read_,
                          on_client_gone_);
  } else {
    upload_.start(connection_->socket, head_text_, request.body);
  }
}

Task<Result> Exchange::attempt(const ExchangeRequest& request, bool close_after) {
  start_upload(request);
  std::optional<ResponseHeadReader> reader;
  awaits_head_ = true;
  const HeadWait wait = co_await read_final_head(request, reader);
  awaits_head_ = false;
  const bool early = upload_.state() == Upload::State::kRunning || upload_.state() == Upload::State::kFailed;
  upload_.stop(connection_->socket);
  if (wait != HeadWait::kGot) close_quietly(connection_->socket);
  co_await upload_.finished();
  if (aborted_ && wait != HeadWait::kGot) co_return client_gone();
  if (wait != HeadWait::kGot) {
    Result result = no_head();
    result.client_body_left = early && !request.body_in_memory;
    co_return result;
  }
  if (reader->head().status() == 101) co_return co_await tunnel(reader->head());
  if (request.on_body_done) request.on_body_done();
  Result result =
      co_await deliver(request, reader->head(), close_after || (early && !request.body_in_memory));
  result.client_body_left = early && !request.body_in_memory;
  const bool complete = whole_ && !early;
  keep_or_close(reader->head(), complete);
  co_return result;
}

Result Exchange::no_head() const {
  Result result = unreachable(lost_why_);
  ApiError& error = result.error();
  if (upload_.bad_body()) {
    error.status = 400;
    error.code = "invalid_request";
    error.message = "the chunked body of the request is malformed";
  } else if (late_ && error.code == "upstream_unreachable") {
    error.status = 504;
    error.code = "upstream_timeout";
    error.message = (peer_ ? "peer `" : "the server of model `") + error.param +
                    "` did not begin to answer within " + std::to_string(timeouts_.response_header.count()) +
                    " s (timeouts.responseHeader)";
    error.retry_pointless = true;
  }
  return result;
}

Task<Exchange::HeadWait> Exchange::read_final_head(const ExchangeRequest& request,
                                                   std::optional<ResponseHeadReader>& reader) {
  for (int interim = 0; interim < 32; ++interim) {
    reader.emplace(worker_.options().head_bytes, request.head.is_head());
    const HeadWait wait = co_await await_head(request, *reader);
    if (wait != HeadWait::kGot) co_return wait;
    connection_->begin += reader->consumed();
    const ResponseHead& head = reader->head();
    if (!head.interim()) co_return HeadWait::kGot;
    if (head.status() == 101) {
      if (switches_as_asked(head, upgrade_)) co_return HeadWait::kGot;
      lost_why_ = upgrade_.empty() ? "switched protocols without being asked"
                                   : "switched to another protocol than the request asked for";
      co_return HeadWait::kMalformed;
    }
    if (head.status() == 100) {
      upload_.go_on();
      continue;
    }
    const bool passed = co_await pass_interim(request, head);
    if (!passed && !drain_) co_return HeadWait::kLost;
  }
  lost_why_ = "sent too many interim answers";
  co_return HeadWait::kMalformed;
}

Task<Exchange::HeadWait> Exchange::await_head(const ExchangeRequest&, ResponseHeadReader& reader) {
  UpstreamConnection& up = *connection_;
  while (true) {
    const auto outcome = reader.parse({up.buffer.data() + up.begin, up.end - up.begin});
    if (outcome == ResponseHeadReader::Outcome::kDone) co_return HeadWait::kGot;
    if (outcome == ResponseHeadReader::Outcome::kBad) {
      lost_why_ = "sent something that cannot be passed on: " + reader.error();
      co_return HeadWait::kMalformed;
    }
    if (up.end == up.buffer.size()) up.buffer.resize(up.buffer.size() * 2);
    const auto space = asio::buffer(up.buffer.data() + up.end, up.buffer.size() - up.end);
    const auto [error, got] = co_await up.socket.async_read_some(space, kToken);
    awaited_->got(got);
    up.end += got;
    answered_ = answered_ || got > 0;
    if (!error) continue;
    lost_why_ = error == asio::error::eof ? "closed the connection before it answered"
                                          : "broke the connection before it answered: " + error.message();
    co_return HeadWait::kLost;
  }
}

Task<bool> Exchange::pass_interim(const ExchangeRequest& request, const ResponseHead& head) {
  // A client that waits for our `100 Continue` is written that by the upload.
  const bool uploading = passing_ && upload_.state() == Upload::State::kRunning;
  if (request.head.http10() || uploading) co_return true;
  const std::string text = build_interim_head(head);
  const auto bytes = asio::buffer(text);
  const auto [error, sent] = co_await asio::async_write(link_.socket, bytes, kToken);
  co_return !error;
}

Task<bool> Exchange::stale(const ExchangeRequest& request) {
  const bool resendable = request.body_in_memory || !request.head.has_body();
  const bool soon = steady_now() - upload_.ended_at() < kStaleWithin;
  if (!connection_ || !connection_->reused || answered_ || !soon || !resendable || aborted_ || left_)
    co_return false;
  Timer timer(worker_.context());
  timer.expires_after(kDeathNotice);
  co_await timer.async_wait(kToken);
  co_return upstream_->alive() && !upstream_->revoked() && !aborted_ && !left_;
}

}  // namespace paddock::http
