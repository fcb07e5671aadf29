// The half of Session that serves requests for models: which one, its place, the exchange.
#include "acquire.h"
#include "edit_request.h"
#include "multipart.h"
#include "session.h"
#include "upstream_path.h"

namespace paddock::http {

namespace {

// Each takes 20 ms or more; the control thread learns of a death within a few.
constexpr int kMostMoves = 50;

BodyRules body_rules(BodyForm form, const config::BodyLimits& limits) {
  const bool whole = form == BodyForm::kText;
  const std::uint64_t longest = std::min(limits.json, limits.largest);
  if (whole) return {longest, "maxJsonBody", longest, limits.memory_total};
  return {limits.largest, "maxBody", std::min(limits.memory, limits.largest), limits.memory_total};
}

}  // namespace

BodySource Session::body_source(const RequestHead& head, BodyBudget& budget) {
  return {*link_, worker_, budget, head, [this](std::function<void()> interrupt) {
            interrupt_ = std::move(interrupt);
            if (interrupt_) return watch();
            link_->reader.unwatch();
          }};
}

// kComplete: `asked` says which, or what is wrong with the request; kRefused: likewise, but its rest is
// unread.
Task<BodyEnd> Session::ask_for_model(const RequestHead& head, RequestBody& body, BodyForm form,
                                     AskedModel& asked) {
  std::optional<MultipartScanner> scanner;
  if (form == BodyForm::kMultipart) {
    const auto boundary = multipart_boundary(view(head.fields()["content-type"]));
    asked.malformed = true;
    if (!boundary) asked.problem = "the Content-Type of the form has no valid boundary";
    if (!boundary) co_return BodyEnd::kRefused;
    scanner.emplace(*boundary);
    body.on_bytes([&scanner](std::string_view bytes) { return scanner->feed(bytes); });
  }
  BodySource source = body_source(head, worker_.shared().model_bodies);
  const BodyEnd end = co_await read_body(source, body);
  body.on_bytes(nullptr);
  const bool whole = end == BodyEnd::kComplete && (!scanner || scanner->finish());
  if (whole && scanner)
    asked = asked_in_multipart(head, *scanner);
  else if (whole && form == BodyForm::kText)
    asked = asked_in_text(head, body.view(), worker_.peeker());
  else if (whole)
    asked = form == BodyForm::kNone ? asked_without_body(head) : asked_in_query(head.target());
  else if (scanner)
    asked.problem = scanner->problem();
  co_return end;
}

Task<Session::Next> Session::refuse_asked(const RequestHead& head, const AskedModel& asked, bool body_left) {
  ApiError error;
  error.status = 400;
  error.code = asked.malformed ? "invalid_request" : "model_missing";
  error.message = asked.problem;
  error.retry_pointless = true;
  co_return co_await refuse(head, error, body_left);
}

Task<Session::Next> Session::serve_model(const RequestHead& head) {
  const BodyForm form = body_form(head);
  RequestBody body(body_rules(form, settings_->lookup->config().bodies));
  AskedModel asked;
  const BodyEnd end = co_await ask_for_model(head, body, form, asked);
  const bool read = end == BodyEnd::kComplete;
  if (!read && end != BodyEnd::kRefused) co_return co_await refuse_body(head, end, body);
  if (!asked.problem.empty()) co_return co_await refuse_asked(head, asked, !read);
  const config::ModelConfig* model = settings_->lookup->find(asked.model);
  if (model == nullptr) {
    const ApiError error = unknown_model(asked.model);
    co_return co_await refuse(head, error);
  }
  const RequestEdit edit{model->use_model_name, &model->filters, asked.model};
  const EditedRequest edited = edit_request(asked, head.target(), body, worker_.peeker(), edit);
  if (!edited.problem().empty()) {
    asked.malformed = true;
    asked.problem = edited.problem();
    co_return co_await refuse_asked(head, asked, false);
  }
  const ExchangeRequest request{head,          settings_->keys,    edited.target(),
                                remote_,       router::Use::kWork, true,
                                edited.body(), edited.body_size(), [&body] { body.drop(); }};
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
  if (gone_ || !granted) co_return result;
  Exchange exchange(
      worker_, *link_, lease.upstream(), [this] { watch(); }, [this] { leave(); });
  interrupt_ = [&exchange] { exchange.abort(); };
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

Task<Session::Next> Session::forward(const ExchangeRequest& request, const config::ModelConfig& model) {
  ExchangeResult result = co_await exchange(request, model);
  // An engine died unnoticed and the request never reached it: it waits for the next launch, like one that
  // came a moment later. Until the death is known here the same launch may be offered again.
  const Generation dead = result.dead_launch;
  for (int left = kMostMoves; left > 0 && !gone_ && dead && result.dead_launch == dead; --left) {
    result = co_await exchange(request, model);
  }
  if (gone_) co_return Next::kClose;
  switch (result.end) {
    case ExchangeResult::End::kDone:
      if (result.client_body_left) co_return Next::kLinger;
      co_return keep_alive(request.head) ? Next::kKeep : Next::kClose;
    case ExchangeResult::End::kNoAnswer:
      co_return co_await refuse(request.head, result.error, result.client_body_left);
    case ExchangeResult::End::kCut:
      co_return result.framing_tells ? Next::kClose : Next::kReset;
    case ExchangeResult::End::kClientGone:
      break;
  }
  co_return Next::kClose;
}

}  // namespace paddock::http
