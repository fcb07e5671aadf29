// The part of Session from a model's name to its answer: a place, what is said while that is waited for, the
// exchange, and how it ends.
#include "acquire.h"
#include "capture_draft.h"
#include "request_id.h"
#include "session_turn.h"
#include "tunnel.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

// Each takes 20 ms or more; the control thread learns of a death within a few.
constexpr int kMostMoves = 50;
// How long a client whose answer was cancelled has to take what is on its way.
constexpr auto kCancelGrace = 2s;
// Longest answer about its properties that is read; templates are the most of it.
constexpr std::size_t kMostProps = 256 << 10;

bool asks_for_props(const ExchangeRequest& request) {
  return request.head.method() == "GET" && request.target.substr(0, request.target.find('?')) == "/props";
}

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

ApiError Session::cancelled_error(const std::string& model) {
  ApiError error;
  error.status = 499;
  error.code = "cancelled";
  error.message = "this request was cancelled by hand";
  error.param = model;
  error.retry_pointless = true;
  return error;
}

// Where its model has an open gate, at once. A gate does not tell one use from another.
router::Lease Session::try_acquire(const ExchangeRequest& request, const config::ModelConfig& model) {
  if (request.use != router::Use::kWork) return {};
  return worker_.shared().router.try_acquire(model.id);
}

Task<bool> Session::acquire(const ExchangeRequest& request, const config::ModelConfig& model,
                            Loading& loading, router::Lease& lease, ExchangeResult& result) {
  router::Router& router = worker_.shared().router;
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
    result.error() = to_api_error(*place->error(), model.id.str());
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
  if (!std::exchange(stream.begun, true)) {
    const std::string id = std::string(kRequestIdField) + ": " + std::string(head.request_id()) + "\r\n";
    text = loading_head(head.http10(), !keep_alive(head), id + cors_lines(remote_));
  }
  text += loading_piece(head.http10(), std::move(word));
  const bool written = co_await write_text(text);
  co_return written;
}

Task<ExchangeResult> Session::exchange(ExchangeRequest& request, const config::ModelConfig& model,
                                       Loading& loading) {
  const std::string_view upgrade = upgrade_of(request.head);
  if (model.ignore_websockets && is_websocket(upgrade)) co_return co_await exchange_unleased(request, model);
  // Nobody looks at pages, or at what they open by themselves, to have a model loaded.
  if (!upgrade.empty()) request.use = router::Use::kGlance;
  ExchangeResult result;
  router::Lease lease;
  if (meter_) meter_->waits();
  lease = try_acquire(request, model);
  bool granted = static_cast<bool>(lease);
  if (granted)
    watch();
  else
    granted = co_await acquire(request, model, loading, lease, result);
  if (meter_ && granted) meter_->placed(*lease.upstream());
  result.client_body_left = !request.body_in_memory;
  if (gone_ || entry_->cancelled || !granted) co_return result;
  if (loading && loading->begun) {
    std::string word = loading->talk.last_word(steady_now());
    bool said = true;
    if (!word.empty()) said = co_await say(request.head, *loading, std::move(word));
    if (!said) leave();
    // Nothing was there to be interrupted meanwhile.
    if (gone_ || entry_->cancelled) co_return result;
    request.filter = &loading->reframer;
    request.head_sent = true;
  }
  // The place is free before the client can ask for the next one: here the lease ends.
  std::optional<AnswerTap> props;
  if (!capture_ && asks_for_props(request)) tap_ = &props.emplace(kMostProps);
  result = co_await exchange_on(request, lease.upstream(), model.timeouts);
  if (tap_ && asks_for_props(request)) remember_props(model.id, result, *tap_);
  tap_ = nullptr;
  co_return result;
}

void Session::remember_props(const ModelId& model, const ExchangeResult& result, const AnswerTap& tap) {
  UpstreamFacts* const facts = worker_.shared().facts;
  const bool done = result.end == ExchangeResult::End::kDone && result.status == 200;
  if (facts == nullptr || !done || !tap.whole()) return;
  if (const auto props = read_props(tap.body())) facts->set(model, *props);
}

Task<ExchangeResult> Session::exchange_on(const ExchangeRequest& request,
                                          std::shared_ptr<router::Upstream> upstream,
                                          const config::Timeouts& timeouts) {
  Exchange exchange(
      worker_, *link_, std::move(upstream), [this] { watch(); }, [this] { leave(); }, timeouts);
  interrupt_ = [&exchange] { exchange.leave(); };
  exchange_ = &exchange;
  exchange.report_to(*entry_);
  if (!request.body_in_memory) link_->reader.unwatch();
  if (capture_) tap_ = &capture_->new_tap();
  if (tap_) exchange.tap_to(*tap_);
  if (meter_) exchange.show_to(meter_->new_try());
  ExchangeResult result = co_await exchange.run(request, !keep_alive(request.head));
  if (capture_) capture_->end(result);
  interrupt_ = nullptr;
  exchange_ = nullptr;
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
  if (exchange_ != nullptr) return exchange_->abort();
  if (!interrupt_) return;
  const auto interrupt = std::move(interrupt_);
  interrupt_ = nullptr;
  interrupt();
}

// An engine died unnoticed and the request never reached it: it waits for the next launch, like one that came
// a moment later. Until the death is known here the same launch may be offered again.
Task<ExchangeResult> Session::reach(ExchangeRequest& request, const config::ModelConfig& model,
                                    Loading& loading) {
  request.drain = model.on_disconnect == config::OnDisconnect::kDrain;
  request.forward_auth = model.forward_auth;
  ExchangeResult result = co_await exchange(request, model, loading);
  const Generation dead = result.dead_launch;
  for (int left = kMostMoves; left > 0 && !gone_ && !entry_->cancelled && dead && result.dead_launch == dead;
       --left) {
    result = co_await exchange(request, model, loading);
  }
  co_return result;
}

// Only between two configurations, when its name is known and it is not.
ExchangeResult Session::no_such_peer(const std::string& id) {
  ExchangeResult result;
  result.error().status = 502;
  result.error().code = "upstream_unreachable";
  result.error().message = "peer `" + id + "` is being configured anew; ask again";
  return result;
}

// Another server's model is there or is not: nothing is loaded or waited for.
Task<ExchangeResult> Session::reach_peer(ExchangeRequest& request, const config::Peer& peer) {
  const PeerServer* server = settings_->peers->find(peer.id);
  if (server == nullptr) co_return no_such_peer(peer.id);
  request.peer = server;
  request.forward_auth = server->forward_auth;
  watch();
  if (gone_) co_return ExchangeResult();
  if (meter_) meter_->placed();
  co_return co_await exchange_on(request, server->upstream, peer.timeouts);
}

Task<Session::Next> Session::forward(ExchangeRequest request, const config::ModelConfig& model) {
  Turn turn(*this, request, model.id);
  turn.tell(model.priority, {});
  Loading loading;
  ExchangeResult result = co_await reach(request, model, loading);
  turn.end(result);
  co_return co_await conclude(request, loading, result);
}

Task<Session::Next> Session::conclude(const ExchangeRequest& request, Loading& loading,
                                      ExchangeResult& result) {
  if (gone_) co_return Next::kClose;
  link_->disarm();
  if (entry_->cancelled && result.end != ExchangeResult::End::kDone) {
    if (result.status != 0) co_return result.framing_tells ? Next::kClose : Next::kReset;
    result.end = ExchangeResult::End::kNoAnswer;
    result.error() = cancelled_error(result.error().param);
    result.client_body_left = !request.body_in_memory;
  }
  switch (result.end) {
    case ExchangeResult::End::kDone:
      if (result.client_body_left) co_return Next::kLinger;
      co_return keep_alive(request.head) ? Next::kKeep : Next::kClose;
    case ExchangeResult::End::kNoAnswer:
      co_return co_await tell_refusal(request, loading, result);
    case ExchangeResult::End::kCut:
      co_return result.framing_tells ? Next::kClose : Next::kReset;
    case ExchangeResult::End::kSwitched:
    case ExchangeResult::End::kClientGone:
      break;
  }
  co_return Next::kClose;
}

Task<Session::Next> Session::tell_refusal(const ExchangeRequest& request, Loading& loading,
                                          const ExchangeResult& result) {
  if (loading && loading->begun) co_return co_await end_loading(request.head, *loading, result.error());
  if (request.filter == nullptr)
    co_return co_await refuse(request.head, result.error(), result.client_body_left);
  const Reply reply = request.filter->refused(result.error());
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
