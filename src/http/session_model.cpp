// The half of Session that serves requests for models: which one, its place, the exchange.
#include "acquire.h"
#include "session.h"
#include "upstream_path.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

// Each takes 20 ms or more; the control thread learns of a death within a few.
constexpr int kMostMoves = 50;
// How long a client whose answer was cancelled has to take what is on its way.
constexpr auto kCancelGrace = 2s;

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
    co_return co_await redirect_into(head, path.last_segment, path.rest);
  }
  const router::Use use = use_of(head.method(), path.rest, *settings_->lookup);
  const ExchangeRequest request{head, settings_->keys, path.rest, remote_, use, !head.has_body(), {}, 0};
  co_return co_await forward(request, *path.model);
}

// To the same address with a slash at its end.
Task<Session::Next> Session::redirect_into(const RequestHead& head, const std::string& last_segment,
                                           std::string_view rest) {
  Reply reply;
  reply.status = head.method() == "GET" || head.is_head() ? 301 : 308;
  reply.content_type.clear();
  // Relative, so that it also holds behind a proxy that adds a prefix.
  reply.headers.emplace_back("Location", last_segment + "/" + std::string(rest));
  const bool left = head.has_body();
  const Next next = co_await write_reply(head, reply, left);
  co_return left ? Next::kLinger : next;
}

// ComfyUI's page and all its calls belong to the model of that name. Only the page itself loads it: a tab
// that was left open asks for the rest again and again.
Task<Session::Next> Session::serve_comfyui(const RequestHead& head) {
  constexpr std::string_view kPrefix = "/comfyui";
  const std::string name = "comfyui_auto";
  const config::ModelConfig* model = settings_->lookup->find(name);
  if (model == nullptr) {
    const ApiError error = unknown_model(name);
    co_return co_await refuse(head, error, head.has_body());
  }
  const std::string_view rest = head.target().substr(kPrefix.size());
  if (!rest.starts_with('/')) {
    const std::string last = "comfyui";
    co_return co_await redirect_into(head, last, rest);
  }
  const bool page = rest.substr(0, rest.find('?')) == "/";
  const bool ready = worker_.shared().router.state(model->id) == router::ModelState::kReady;
  const bool reads = head.method() == "GET" || head.is_head();
  const router::Use use =
      ready && !reads ? router::Use::kWork : (page ? router::Use::kLook : router::Use::kGlance);
  const ExchangeRequest request{head, settings_->keys, rest, remote_, use, !head.has_body(), {}, 0};
  co_return co_await forward(request, *model);
}

Task<bool> Session::acquire(const config::ModelConfig& model, router::Use use, router::Lease& lease,
                            ApiError& error) {
  router::Router& router = worker_.shared().router;
  // A gate does not tell one use from another.
  if (use == router::Use::kWork) lease = router.try_acquire(model.id);
  if (lease) {
    watch();
    co_return true;
  }
  const auto place = std::make_shared<Place>(worker_.context());
  const TicketId ticket = router.acquire(model.id, place, use);
  interrupt_ = [&router, ticket] { router.cancel(ticket); };
  watch();
  co_await place->wait();
  interrupt_ = nullptr;
  if (place->error())
    error = to_api_error(*place->error(), model.id.str());
  else
    lease = std::move(place->lease());
  co_return static_cast<bool>(lease);
}

Task<ExchangeResult> Session::exchange(const ExchangeRequest& request, const config::ModelConfig& model) {
  const bool body_unread = !request.body_in_memory;
  ExchangeResult result;
  router::Lease lease;
  const bool granted = co_await acquire(model, request.use, lease, result.error);
  result.client_body_left = body_unread;
  if (gone_ || entry_->cancelled || !granted) co_return result;
  Exchange exchange(
      worker_, *link_, lease.upstream(), [this] { watch(); }, [this] { leave(); }, model.timeouts);
  interrupt_ = [&exchange] { exchange.abort(); };
  exchange_ = &exchange;
  exchange.report_to(*entry_);
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

void Session::cancel(std::uint64_t request) {
  if (entry_ == nullptr || entry_->id() != request || entry_->cancelled) return;
  const auto self = shared_from_this();
  entry_->cancelled = true;
  if (entry_->phase() == InFlight::Phase::kAnswering) link_->arm(worker_.now(), kCancelGrace, link_->socket);
  if (!interrupt_) return;
  const auto interrupt = std::move(interrupt_);
  interrupt_ = nullptr;
  interrupt();
}

Task<Session::Next> Session::end_cancelled(const ExchangeRequest& request, const ExchangeResult& result) {
  if (result.status != 0) co_return result.framing_tells ? Next::kClose : Next::kReset;
  ApiError error;
  error.status = 499;
  error.code = "cancelled";
  error.message = "this request was cancelled by hand";
  error.param = result.error.param;
  error.retry_pointless = true;
  co_return co_await refuse(request.head, error, !request.body_in_memory);
}

Task<Session::Next> Session::forward(const ExchangeRequest& request, const config::ModelConfig& model) {
  const InFlight::Facts facts{model.id.str(), request.head.method(), request.head.path(), remote_};
  InFlight::Entry entry(worker_.in_flight(), facts);
  entry_ = &entry;
  const Next next = co_await serve_entry(request, model);
  entry_ = nullptr;
  co_return next;
}

Task<Session::Next> Session::serve_entry(const ExchangeRequest& request, const config::ModelConfig& model) {
  ExchangeResult result = co_await exchange(request, model);
  // An engine died unnoticed and the request never reached it: it waits for the next launch, like one that
  // came a moment later. Until the death is known here the same launch may be offered again.
  const Generation dead = result.dead_launch;
  for (int left = kMostMoves; left > 0 && !gone_ && !entry_->cancelled && dead && result.dead_launch == dead;
       --left) {
    result = co_await exchange(request, model);
  }
  if (gone_) co_return Next::kClose;
  if (entry_->cancelled && result.end != ExchangeResult::End::kDone) {
    result.error.param = model.id.str();
    co_return co_await end_cancelled(request, result);
  }
  link_->disarm();
  switch (result.end) {
    case ExchangeResult::End::kDone:
      if (result.client_body_left) co_return Next::kLinger;
      co_return keep_alive(request.head) ? Next::kKeep : Next::kClose;
    case ExchangeResult::End::kNoAnswer:
      if (request.filter != nullptr) {
        const Reply reply = request.filter->refused(result.error);
        co_return co_await write_reply(request.head, reply, result.client_body_left);
      }
      co_return co_await refuse(request.head, result.error, result.client_body_left);
    case ExchangeResult::End::kCut:
      co_return result.framing_tells ? Next::kClose : Next::kReset;
    case ExchangeResult::End::kClientGone:
      break;
  }
  co_return Next::kClose;
}

}  // namespace paddock::http
