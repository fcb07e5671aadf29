// The part of Session for requests whose body or query says which model they are for.
#include "session.h"

namespace paddock::http {

Task<Session::Next> Session::serve_model(const RequestHead& head) {
  const std::size_t limit = worker_.options().model_body_bytes;
  RequestBody body;
  const BodyEnd end = co_await read_body(*link_, worker_, head, limit, body);
  if (end != BodyEnd::kComplete) co_return co_await refuse_body(head, end, limit);
  const BodyPeek peek = worker_.peeker().peek(body.grow(0) - body.size(), body.size());
  if (peek.verdict != BodyPeek::Verdict::kOk) {
    ApiError error;
    error.status = 400;
    error.code = peek.verdict == BodyPeek::Verdict::kNoModel ? "model_missing" : "invalid_request";
    error.message = peek.problem;
    error.retry_pointless = true;
    co_return co_await refuse(head, error);
  }
  const config::ModelConfig* model = settings_->lookup->find(peek.model);
  if (model == nullptr) {
    const ApiError error = unknown_model(peek.model);
    co_return co_await refuse(head, error);
  }
  std::string replaced;
  ExchangeRequest request{head, settings_->keys, head.target(), remote_, router::Use::kWork, true,
                          {},   body.size()};
  request.wants_stream = peek.stream;
  request.body[0] = asio::buffer(body.data(), body.size());
  if (!model->use_model_name.empty()) {
    replaced = json_string(model->use_model_name);
    const std::size_t behind = peek.model_at + peek.model_size;
    request.body[0] = asio::buffer(body.data(), peek.model_at);
    request.body[1] = asio::buffer(replaced);
    request.body[2] = asio::buffer(body.data() + behind, body.size() - behind);
    request.body_size = body.size() - peek.model_size + replaced.size();
  }
  co_return co_await forward(request, *model);
}

}  // namespace paddock::http
