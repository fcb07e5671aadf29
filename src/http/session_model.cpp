// The half of Session that serves requests for models: which one, its place, the exchange.
#include "acquire.h"
#include "session.h"
#include "upstream_path.h"

namespace paddock::http {

namespace {

// Each takes 20 ms or more; the control thread learns of a death within a few.
constexpr int kMostMoves = 50;

// A stream of a translated API has words of its own, and is not begun here.
void begin_loading(std::optional<LoadingStream>& loading, const ExchangeRequest& request,
                   const config::ModelConfig& model, Duration grace) {
  const std::string_view path = request.head.path();
  if (!request.wants_stream || request.filter != nullptr || !answers_in_events(path)) return;
  const bool visible = model.send_loading_state && path.ends_with("/chat/completions");
  const LoadingTalk::Options options{model.id.str(), grace, visible};
  if (LoadingTalk::talks(options)) loading.emplace(options, stream_api_of(path), steady_now());
}

}  // namespace

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

Task<Session::Next> Session::serve_upstream_path(const RequestHead& head) {
  const UpstreamPath path = split_upstream_path(head.target(), *settings_->lookup);
  if (path.model == nullptr) {
    const ApiError error = unknown_model(path.name);
    co_return co_await refuse(head, error, head.has_body());
  }
  if (path.rest.empty() || path.rest.front() != '/') {
    Reply reply;
    reply.status = head.method() == "GET" || head.is_head() ? 301 : 308;
    reply.content_type.clear();
    // Relative, so that it also holds behind a proxy that adds a prefix.
    reply.headers.emplace_back("Location", path.last_segment + "/" + std::string(path.rest));
    const bool left = head.has_body();
    const Next next = co_await write_reply(head, reply, left);
    co_return left ? Next::kLinger : next;
  }
  const router::Use use = use_of(head.method(), path.rest, *settings_->lookup);
  const ExchangeRequest request{head, settings_->keys, path.rest, remote_, use, !head.has_body(), {}, 0};
  co_return co_await forward(request, *path.model);
}

Task<bool> Session::acquire(const ExchangeRequest& request, const config::ModelConfig& model,
                            Loading& loading, router::Lease& lease, ApiError& error) {
  router::Router& router = worker_.shared().router;
  // A gate does not tell one use from another.
  if (request.use == router::Use::kWork) lease = router.try_acquire(model.id);
  if (lease) {
    watch();
    co_return true;
  }
  const auto place = std::make_shared<Place>(worker_.context());
  const TicketId ticket = router.acquire(model.id, place, request.use);
  interrupt_ = [&router, ticket] { router.cancel(ticket); };
  watch();
  if (!loading) begin_loading(loading, request, model, settings_->lookup->config().loading_grace);
  if (loading)
    co_await keep_told(*place, ticket, request.head, *loading);
  else
    co_await place->wait();
  interrupt_ = nullptr;
  if (place->error())
    error = to_api_error(*place->error(), model.id.str());
  else
    lease = std::move(place->lease());
  co_return static_cast<bool>(lease);
}

// Until the router has answered. That it tells where the request stands also shows that the request was let
// in: one that is refused at once gets its status.
Task<void> Session::keep_told(Place& place, TicketId ticket, const RequestHead& head, LoadingStream& stream) {
  while (true) {
    co_await place.wait_until(stream.talk.due());
    if (place.answered()) co_return;
    const Standing standing = co_await place.ask_standing(worker_.shared().router, ticket);
    if (place.answered()) co_return;
    std::string word = stream.talk.word(steady_now(), standing);
    const bool said = co_await say(head, stream, std::move(word));
    if (said) continue;
    leave();
    co_await place.wait();
    co_return;
  }
}

Task<bool> Session::say(const RequestHead& head, LoadingStream& stream, std::string word) {
  std::string text;
  if (!std::exchange(stream.begun, true)) text = loading_head(head.http10(), !keep_alive(head));
  text += loading_piece(head.http10(), std::move(word));
  const bool written = co_await write_text(text);
  co_return written;
}

Task<ExchangeResult> Session::exchange(ExchangeRequest& request, const config::ModelConfig& model,
                                       Loading& loading) {
  const bool body_unread = !request.body_in_memory;
  ExchangeResult result;
  router::Lease lease;
  const bool granted = co_await acquire(request, model, loading, lease, result.error);
  result.client_body_left = body_unread;
  if (gone_ || !granted) co_return result;
  if (loading && loading->begun) {
    std::string word = loading->talk.last_word(steady_now());
    bool said = true;
    if (!word.empty()) said = co_await say(request.head, *loading, std::move(word));
    if (!said) leave();
    // Nothing was there to be interrupted meanwhile.
    if (gone_) co_return result;
    request.filter = &loading->reframer;
    request.head_sent = true;
  }
  Exchange exchange(
      worker_, *link_, lease.upstream(), [this] { watch(); }, [this] { leave(); });
  interrupt_ = [&exchange] { exchange.leave(); };
  exchange_ = &exchange;
  if (body_unread) link_->reader.unwatch();
  result = co_await exchange.run(request, !keep_alive(request.head));
  interrupt_ = nullptr;
  exchange_ = nullptr;
  // The place is free before the client can ask for the next one: here the lease ends.
  co_return result;
}

void Session::cut_broken() {
  if (exchange_ != nullptr) exchange_->cut_if_broken();
}

Task<Session::Next> Session::forward(ExchangeRequest request, const config::ModelConfig& model) {
  request.drain = model.on_disconnect == config::OnDisconnect::kDrain;
  Loading loading;
  ExchangeResult result = co_await exchange(request, model, loading);
  // An engine died unnoticed and the request never reached it: it waits for the next launch, like one that
  // came a moment later. Until the death is known here the same launch may be offered again.
  const Generation dead = result.dead_launch;
  for (int left = kMostMoves; left > 0 && !gone_ && dead && result.dead_launch == dead; --left) {
    result = co_await exchange(request, model, loading);
  }
  if (gone_) co_return Next::kClose;
  switch (result.end) {
    case ExchangeResult::End::kDone:
      if (result.client_body_left) co_return Next::kLinger;
      co_return keep_alive(request.head) ? Next::kKeep : Next::kClose;
    case ExchangeResult::End::kNoAnswer:
      co_return co_await tell_refusal(request, loading, result);
    case ExchangeResult::End::kCut:
      co_return result.framing_tells ? Next::kClose : Next::kReset;
    case ExchangeResult::End::kClientGone:
      break;
  }
  co_return Next::kClose;
}

Task<Session::Next> Session::tell_refusal(const ExchangeRequest& request, Loading& loading,
                                          const ExchangeResult& result) {
  if (loading && loading->begun) co_return co_await end_loading(request.head, *loading, result.error);
  if (request.filter == nullptr)
    co_return co_await refuse(request.head, result.error, result.client_body_left);
  const Reply reply = request.filter->refused(result.error);
  const bool left = result.client_body_left;
  const Next next = co_await write_reply(request.head, reply, left);
  co_return left ? Next::kLinger : next;
}

Task<Session::Next> Session::end_loading(const RequestHead& head, LoadingStream& stream,
                                         const ApiError& error) {
  const Reply reply = stream.reframer.refused(error);
  const std::string text = loading_piece(head.http10(), reply.body) + loading_end(head.http10());
  const bool written = co_await write_text(text);
  if (!written || !keep_alive(head)) co_return Next::kClose;
  co_return Next::kKeep;
}

}  // namespace paddock::http
