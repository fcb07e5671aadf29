// The part of Exchange from an answer's head on: it goes to the client as it is, or as a filter makes it, or
// it was the beginning of a tunnel.
#include <algorithm>
#include <array>

#include <boost/asio/write.hpp>

#include "answer_relay.h"
#include "exchange.h"
#include "paddock/base/text.h"
#include "sse.h"
#include "tunnel.h"
#include "worker.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;
using Result = ExchangeResult;

ClientFraming client_framing(const ResponseHead& head, bool http10) {
  if (head.framing() == Framing::kChunked && http10) return ClientFraming::kUntilClose;
  if (head.framing() == Framing::kUntilClose)
    return http10 ? ClientFraming::kUntilClose : ClientFraming::kChunked;
  return ClientFraming::kAsIs;
}

using Field = boost::beast::http::field;

bool is_coded(const ResponseHead& head) {
  const auto [begin, end] = head.fields().equal_range(Field::content_encoding);
  return std::any_of(begin, end, [](const auto& field) { return !iequals(view(field.value()), "identity"); });
}

// One whose events can be seen on the way.
bool is_plain_event_stream(const ResponseHead& head) {
  if (head.status() != 200 || is_coded(head)) return false;
  const auto type = value_of(head.fields(), Field::content_type);
  return is_event_stream(view(type));
}

// What the pool is told of an idle connection's life: what the upstream said, but no more than the pool makes
// a second's less of than `most`; 0: no limit of ours.
std::optional<std::chrono::seconds> idle_life(std::optional<std::chrono::seconds> said,
                                              std::chrono::seconds most) {
  if (most == 0s || (!said && most > 1s)) return said;
  return std::min(said.value_or(most + 1s), most + 1s);
}

}  // namespace

Task<Result> Exchange::tunnel(const ResponseHead& head) {
  Result result;
  result.status = head.status();
  result.end = Result::End::kSwitched;
  head_text_ = build_switch_head(head);
  link_.arm(worker_.now(), link_.stall_timeout, link_.socket);
  const auto bytes = asio::buffer(head_text_);
  const auto [error, sent] = co_await asio::async_write(link_.socket, bytes, kToken);
  link_.disarm();
  if (error) co_return client_gone();
  // Whoever ends tunnels has looked for them already.
  if (worker_.draining() || upstream_->leaving()) co_return result;
  Tunnel tunnel(worker_, link_, *connection_);
  tunnel_ = &tunnel;
  // Nobody owes anybody an answer here.
  awaited_->pause();
  co_await tunnel.run();
  awaited_->resume();
  tunnel_ = nullptr;
  connection_.reset();
  co_return result;
}

Task<Result> Exchange::deliver(const ExchangeRequest& request, const ResponseHead& head, bool close_after) {
  const bool http10 = request.head.http10();
  // The answer to HEAD has no body that could be filtered.
  if (request.filter == nullptr || request.head.is_head()) {
    const ClientFraming framing = client_framing(head, http10);
    co_return co_await pass_on(request, head, framing, close_after || http10, nullptr);
  }
  if (is_coded(head)) co_return unreachable("answered in a content coding that nobody asked for");
  const auto type = value_of(head.fields(), Field::content_type);
  const AnswerStart start = request.filter->begin(head.status(), view(type));
  if (start.whole && !request.head_sent)
    co_return co_await pass_whole(request, head, start, close_after || http10);
  const ClientFraming framing = http10 ? ClientFraming::kUntilClose : ClientFraming::kChunked;
  co_return co_await pass_on(request, head, framing, close_after || http10, &start);
}

ForwardResponse Exchange::to_client(const ExchangeRequest& request, const ResponseHead& head,
                                    ClientFraming framing, bool close, const AnswerStart* filtered) {
  return {head,
          framing,
          request.head.http10(),
          close,
          request.head.request_id(),
          filtered,
          cors_lines(request.remote)};
}

RelayOptions Exchange::relay_options(const ExchangeRequest& request, const ResponseHead& head,
                                     bool filtered) {
  if (entry_) entry_->answering(head.is_stream());
  if (tap_) tap_->take_head(head.fields());
  if (meter_) meter_->take_head(head);
  RelayOptions options;
  options.awaited = &*awaited_;
  options.entry = entry_;
  options.upstream = upstream_.get();
  if (filtered) options.filter = request.filter;
  options.drain = drain_;
  options.tap = tap_;
  options.meter = meter_;
  options.events = !filtered && is_plain_event_stream(head);
  return options;
}

// `status`: of the upstream.
Result Exchange::settle(const ExchangeRequest& request, int status, AnswerEnd end) {
  whole_ = end == AnswerEnd::kComplete || end == AnswerEnd::kDrained;
  if (whole_ && request.use == router::Use::kWork && status < 500) upstream_->mark_served();
  Result result;
  result.status = status;
  const bool gone = end == AnswerEnd::kClientGone || end == AnswerEnd::kDrained || left_ || aborted_;
  result.end = Result::End::kCut;
  if (gone) result.end = Result::End::kClientGone;
  if (end == AnswerEnd::kComplete) result.end = Result::End::kDone;
  return result;
}

Task<Result> Exchange::pass_on(const ExchangeRequest& request, const ResponseHead& head,
                               ClientFraming framing, bool close, const AnswerStart* filtered) {
  std::string text;
  if (!request.head_sent) text = build_response_head(to_client(request, head, framing, close, filtered));
  const RelayOptions options = relay_options(request, head, filtered != nullptr);
  AnswerRelay relay(worker_, *connection_, link_, options);
  const AnswerEnd end = co_await relay.run(text, head.framing(), head.content_length(), framing);
  Result result = settle(request, head.status(), end);
  if (filtered != nullptr) result.status = filtered->status;
  result.framing_tells = framing != ClientFraming::kUntilClose;
  if (result.end == Result::End::kCut) co_await tell_break(request, relay);
  co_return result;
}

// Nothing goes out before it is known how the answer ends.
Task<Result> Exchange::pass_whole(const ExchangeRequest& request, const ResponseHead& head, AnswerStart start,
                                  bool close) {
  std::string body;
  RelayOptions options = relay_options(request, head, true);
  options.hold = &body;
  AnswerRelay relay(worker_, *connection_, link_, options);
  const std::string no_head;
  const AnswerEnd end =
      co_await relay.run(no_head, head.framing(), head.content_length(), ClientFraming::kAsIs);
  Result result = settle(request, head.status(), end);
  if (result.end == Result::End::kCut) co_return broke(relay.why_broken());
  if (result.end != Result::End::kDone) {
    result.status = 0;  // nothing was sent
    co_return result;
  }
  if (request.filter->failed()) start.status = 502;
  result.status = start.status;
  ForwardResponse forward = to_client(request, head, ClientFraming::kAsIs, close, &start);
  forward.length = body.size();
  const bool written = co_await write_whole(forward, body);
  if (!written) result.end = Result::End::kClientGone;
  co_return result;
}

Task<bool> Exchange::write_whole(const ForwardResponse& response, const std::string& body) {
  const std::string head = build_response_head(response);
  link_.arm(worker_.now(), link_.stall_timeout, link_.socket);
  const std::array<asio::const_buffer, 2> both = {asio::buffer(head), asio::buffer(body)};
  const auto [error, sent] = co_await asio::async_write(link_.socket, both, kToken);
  link_.disarm();
  if (entry_) entry_->passed_on(body.size());
  co_return !error;
}

// The client is told what is known, where it can still be told something.
Task<void> Exchange::tell_break(const ExchangeRequest& request, AnswerRelay& relay) {
  AnswerFilter* const filter = relay.filter();
  if (filter == nullptr && !relay.takes_event()) co_return;
  Result broken = broke(relay.why_broken());
  if (broken.error().code == kBroke) co_await blame(broken.error());
  if (aborted_ || left_) co_return;
  std::string text;
  if (filter != nullptr)
    filter->broke(broken.error(), text);
  else
    text = error_event(stream_api_of(request.head.path()), broken.error());
  co_await relay.write_more(text);
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
  const auto life = idle_life(head.keep_alive_timeout(), timeouts_.idle_connection);
  worker_.pool().put(upstream_, std::move(connection_), life);
}

}  // namespace paddock::http
