#include "request_meter.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

// Of a path or a sentence of the client's or the server's.
constexpr std::size_t kMostText = 2000;

std::int64_t ms(Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); }

std::string path_in(std::string_view target) {
  return std::string(target.substr(0, std::min(target.find('?'), kMostText)));
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string status_text(int status) {
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  const auto reason = boost::beast::http::obsolete_reason(known);
  const std::string number = std::to_string(status);
  if (known == boost::beast::http::status::unknown) return "HTTP " + number;
  return number + " " + std::string(reason.data(), reason.size());
}

}  // namespace

RequestMeter::RequestMeter(metrics::Sink& sink, std::uint64_t id, const ExchangeRequest& request,
                           const ModelId& model)
    : sink_(sink), path_(path_in(request.target)) {
  row_.id = id;
  row_.model = model.str();
  // What was translated is listed as its client asked for it.
  row_.path = request.content_type.empty() ? path_ : path_in(request.head.path());
  row_.method = request.head.method();
}

void RequestMeter::tell(int priority, std::string_view selector) {
  row_.metadata = "{\"fifo_priority\":\"" + std::to_string(priority) + "\"";
  if (!selector.empty()) row_.metadata += ",\"selector\":" + quoted(selector);
  row_.metadata += "}";
}

void RequestMeter::placed(const router::Upstream& upstream) {
  const TimePoint from = waits_since_;
  placed();
  const Duration loading = std::min(placed_, upstream.ready_at()) - std::max(from, upstream.started_at());
  const Duration load = std::clamp(loading, Duration::zero(), Duration(placed_ - from));
  load_ += load;
  queue_ += placed_ - from - load;
}

void RequestMeter::placed() {
  placed_ = steady_now();
  queue_ = std::max(queue_, Duration::zero());
  load_ = std::max(load_, Duration::zero());
}

// A row that waits for the rest of its answer to be read. It is finished when this goes: at the end of the
// daemon with what was read by then.
struct RequestMeter::Reading {
  Reading(metrics::Sink& its_sink, metrics::Row its_row, AnswerMeter its_answer)
      : sink(its_sink), row(std::move(its_row)), answer(std::move(its_answer)) {}
  ~Reading() { finish(sink, row, answer); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  static void finish(metrics::Sink& sink, metrics::Row& row, AnswerMeter& answer);
  static void go_on(std::shared_ptr<Reading> reading, asio::io_context& worker) {
    asio::post(worker, [reading = std::move(reading), &worker]() mutable {
      if (reading->answer.work()) go_on(std::move(reading), worker);
    });
  }

  metrics::Sink& sink;
  metrics::Row row;
  AnswerMeter answer;
};

void RequestMeter::Reading::finish(metrics::Sink& sink, metrics::Row& row, AnswerMeter& answer) {
  metrics::UsageScanner::Result said = answer.end();
  row.usage = said.usage;
  // A server may have worked on it longer than its client has waited.
  row.duration_ms = std::max(row.duration_ms, said.usage.engine_ms);
  if (row.error.empty()) row.error = std::move(said.error);
  if (row.error.empty() && answer.status() >= 400) row.error = status_text(answer.status());
  sink.finished(row);
}

void RequestMeter::end(const ExchangeResult& result, bool gone, bool cancelled, asio::io_context& worker) {
  row_.ended = std::chrono::system_clock::now();
  row_.duration_ms = ms(steady_now() - began_);
  if (queue_ >= Duration::zero()) {
    row_.queue_ms = ms(queue_);
    row_.load_ms = ms(load_);
  }
  row_.status = result.status;
  if (answer_) add_answer();
  add_outcome(result, gone, cancelled);
  if (!answer_) return sink_.finished(row_);
  if (!answer_->work()) return Reading::finish(sink_, row_, *answer_);
  Reading::go_on(std::make_shared<Reading>(sink_, std::move(row_), std::move(*answer_)), worker);
}

void RequestMeter::add_answer() {
  row_.content_type = answer_->content_type();
  row_.stream = answer_->stream();
  row_.bytes = static_cast<std::int64_t>(answer_->bytes());
  if (const auto began = answer_->began()) row_.ttft_ms = ms(*began - placed_);
  if (answer_->status() >= 400) row_.code = "status_" + std::to_string(answer_->status());
}

void RequestMeter::add_outcome(const ExchangeResult& result, bool gone, bool cancelled) {
  constexpr int kGone = 499;
  using End = ExchangeResult::End;
  if (result.end == End::kDone) return;
  if (cancelled || gone || result.end == End::kClientGone) {
    row_.code = cancelled ? "cancelled" : "client_gone";
    row_.error = cancelled ? "cancelled by hand" : "the client left";
    if (row_.status == 0) row_.status = kGone;
  } else if (result.end == End::kCut) {
    row_.code = "upstream_broke";
    row_.error = "the answer broke off";
  } else if (result.end == End::kNoAnswer) {
    row_.code = result.error().code;
    row_.error = result.error().message.substr(0, kMostText);
    row_.status = result.error().status;
  }
}

}  // namespace paddock::http
