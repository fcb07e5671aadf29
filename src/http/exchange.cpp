#include "exchange.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "answer_relay.h"
#include "worker.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;
using Result = ExchangeResult;

constexpr auto kStaleWithin = 100ms;
// Sockets of a dying process close a little before the kernel calls it dead.
constexpr auto kDeathNotice = 20ms;
// Its last lines are read before its end is told; nobody waits longer than this for that.
constexpr auto kLastWords = 250ms;
constexpr auto kLastWordsStep = 10ms;

ClientFraming client_framing(const ResponseHead& head, bool http10) {
  if (head.framing() == Framing::kChunked && http10) return ClientFraming::kUntilClose;
  if (head.framing() == Framing::kUntilClose)
    return http10 ? ClientFraming::kUntilClose : ClientFraming::kChunked;
  return ClientFraming::kAsIs;
}

}  // namespace

Exchange::Exchange(Worker& worker, ClientLink& link, std::shared_ptr<router::Upstream> upstream,
                   std::function<void()> on_body_read, std::function<void()> on_client_gone)
    : worker_(worker),
      link_(link),
      upstream_(std::move(upstream)),
      on_body_read_(std::move(on_body_read)),
      on_client_gone_(std::move(on_client_gone)),
      upload_(worker) {}

void Exchange::abort() {
  aborted_ = true;
  if (connection_) close_quietly(connection_->socket);
}

void Exchange::cut_if_broken() {
  if (connection_ && upstream_->breakage()) close_quietly(connection_->socket);
}

Result Exchange::client_gone() const {
  Result result;
  result.end = Result::End::kClientGone;
  return result;
}

Result Exchange::unreachable(const std::string& what) const {
  Result result;
  ApiError& error = result.error;
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
  error.code = "upstream_unreachable";
  error.message = "the server of model `" + error.param + "` at " + upstream_->address + ":" +
                  std::to_string(upstream_->port) + " " + what;
  if (!upstream_->alive()) error.message += "; its process has ended, see its log";
  return result;
}

Task<Result> Exchange::run(const ExchangeRequest& request, bool close_after) {
  const bool counts = upstream_->watched() && request.use == router::Use::kWork;
  awaited_.emplace(counts ? upstream_.get() : nullptr);
  upload_.count_for(*awaited_);
  Result result = co_await serve(request, close_after);
  const bool lost = result.end == Result::End::kNoAnswer && !result.dead_launch && !upstream_->breakage();
  if (lost && result.error.status == 502) co_await blame(result.error);
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
  const Result result = unreachable("cannot be connected to: " + lost_why_);
  co_return never_sent(request, result);
}

// Another launch may serve it, unless somebody ended this one on purpose.
Result Exchange::never_sent(const ExchangeRequest& request, Result result) const {
  result.client_body_left = !request.body_in_memory;
  const bool gone = !upstream_->alive() && !upstream_->revoked();
  if (gone || upstream_->breakage()) result.dead_launch = upstream_->generation;
  return result;
}

Task<bool> Exchange::connect() {
  connection_ = std::make_unique<UpstreamConnection>(worker_.context());
  error_code parse_error;
  const auto address = asio::ip::make_address(upstream_->address, parse_error);
  const tcp::endpoint endpoint(address, static_cast<unsigned short>(upstream_->port));
  link_.arm(worker_.now(), worker_.options().connect_timeout, connection_->socket);
  const auto [error] = co_await connection_->socket.async_connect(endpoint, kToken);
  link_.disarm();
  if (error) {
    lost_why_ = error == asio::error::operation_aborted ? "no answer in time" : error.message();
    connection_.reset();
    co_return false;
  }
  error_code ignored;
  connection_->socket.set_option(tcp::no_delay(true), ignored);
  co_return !aborted_;
}

void Exchange::start_upload(const ExchangeRequest& request) {
  const bool passing = !request.body_in_memory && request.head.has_body();
  std::optional<std::uint64_t> length;
  if (!passing && (request.body_size > 0 || request.head.has_body())) length = request.body_size;
  if (passing && !request.head.chunked()) length = request.head.content_length();
  const ForwardRequest forward{request.head, request.target, request.remote,
                               *upstream_,   request.keys,   passing && request.head.chunked(),
                               length};
  head_text_ = build_request_head(forward);
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
  const HeadWait wait = co_await read_final_head(request, reader);
  const bool early = upload_.state() == Upload::State::kRunning || upload_.state() == Upload::State::kFailed;
  upload_.stop(connection_->socket);
  if (wait != HeadWait::kGot) close_quietly(connection_->socket);
  co_await upload_.finished();
  if (aborted_ && wait != HeadWait::kGot) co_return client_gone();
  if (wait != HeadWait::kGot) {
    Result result = unreachable(lost_why_);
    result.client_body_left = early && !request.body_in_memory;
    if (upload_.bad_body()) {
      result.error.status = 400;
      result.error.code = "invalid_request";
      result.error.message = "the chunked body of the request is malformed";
    }
    co_return result;
  }
  if (request.on_body_done) request.on_body_done();
  Result result =
      co_await deliver(request, reader->head(), close_after || (early && !request.body_in_memory));
  result.client_body_left = early && !request.body_in_memory;
  const bool complete = result.end == Result::End::kDone && !early;
  keep_or_close(reader->head(), complete);
  co_return result;
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
      lost_why_ = "switched protocols without being asked";
      co_return HeadWait::kMalformed;
    }
    if (head.status() == 100) continue;
    const bool passed = co_await pass_interim(request, head);
    if (!passed) co_return HeadWait::kLost;
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
  if (request.head.http10()) co_return true;
  const std::string text = build_interim_head(head);
  const auto bytes = asio::buffer(text);
  const auto [error, sent] = co_await asio::async_write(link_.socket, bytes, kToken);
  co_return !error;
}

Task<Result> Exchange::deliver(const ExchangeRequest& request, const ResponseHead& head, bool close_after) {
  const bool http10 = request.head.http10();
  const ClientFraming framing = client_framing(head, http10);
  const bool close = close_after || http10;
  const ForwardResponse forward{head, framing, http10, close};
  const std::string text = build_response_head(forward);
  AnswerRelay relay(worker_, *connection_, link_, &*awaited_);
  AnswerEnd end = co_await relay.run(text, head.framing(), head.content_length(), framing);
  // A process that was killed closes its connections politely; where the end of the connection is the end of
  // the body, only its death tells a stump from a whole.
  const bool dead = head.framing() == Framing::kUntilClose && !upstream_->alive();
  if (end == AnswerEnd::kComplete && dead) end = AnswerEnd::kUpstreamBroke;
  Result result;
  result.status = head.status();
  result.framing_tells = framing != ClientFraming::kUntilClose;
  const bool worked = request.use == router::Use::kWork && head.status() < 500;
  if (end == AnswerEnd::kComplete && worked) upstream_->mark_served();
  if (end == AnswerEnd::kComplete)
    result.end = Result::End::kDone;
  else
    result.end = end == AnswerEnd::kClientGone || aborted_ ? Result::End::kClientGone : Result::End::kCut;
  co_return result;
}

void Exchange::keep_or_close(const ResponseHead& head, bool complete) {
  const bool stray = connection_->begin != connection_->end;
  if (!complete || stray || !head.reusable() || aborted_) {
    connection_.reset();
    return;
  }
  connection_->begin = connection_->end = 0;
  if (connection_->buffer.size() > UpstreamConnection::kBufferSize) {
    connection_->buffer = std::vector<char>(UpstreamConnection::kBufferSize);
  }
  worker_.pool().put(upstream_, std::move(connection_), head.keep_alive_timeout());
}

Task<bool> Exchange::stale(const ExchangeRequest& request) {
  const bool resendable = request.body_in_memory || !request.head.has_body();
  const bool soon = steady_now() - upload_.ended_at() < kStaleWithin;
  if (!connection_ || !connection_->reused || answered_ || !soon || !resendable || aborted_) co_return false;
  Timer timer(worker_.context());
  timer.expires_after(kDeathNotice);
  co_await timer.async_wait(kToken);
  co_return upstream_->alive() && !upstream_->revoked() && !aborted_;
}

}  // namespace paddock::http
