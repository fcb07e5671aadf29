// RequestMeter: what becomes one row of the activity list while a request runs at one destination.
//
//   waits -> placed -> new_try* -> end
//
// A request may wait and try several times; times add up, and the last answer counts. One that never ends,
// because its session broke off, is no row. Where much of a coded answer is left to read the row comes later,
// between other work of the worker. Session's worker only.
#pragma once

#include <optional>
#include <string>

#include "answer_meter.h"
#include "exchange.h"
#include "net.h"
#include "paddock/metrics/sink.h"

namespace paddock::http {

class RequestMeter {
 public:
  // All of them outlive it.
  RequestMeter(metrics::Sink& sink, std::uint64_t id, const ExchangeRequest& request, const ModelId& model);

  // For the row: the model's priority, and the selector that chose it; empty: none did.
  void tell(int priority, std::string_view selector);

  // Its wait for a place begins.
  void waits() { waits_since_ = steady_now(); }
  // It is over, and this is the place.
  void placed(const router::Upstream& upstream);
  // It goes to another server, for which nobody waits.
  void placed();
  AnswerMeter& new_try() { return answer_.emplace(path_); }
  // `gone`, `cancelled`: by its client, by hand. What is left to be read is posted to `worker`.
  void end(const ExchangeResult& result, bool gone, bool cancelled, asio::io_context& worker);

 private:
  struct Reading;

  void add_answer();
  void add_outcome(const ExchangeResult& result, bool gone, bool cancelled);

  metrics::Sink& sink_;
  const std::string path_;  // as the upstream gets it
  const TimePoint began_ = steady_now();
  TimePoint waits_since_ = began_;
  TimePoint placed_ = began_;
  Duration queue_{-1}, load_{-1};
  std::optional<AnswerMeter> answer_;
  metrics::Row row_;
};

}  // namespace paddock::http
