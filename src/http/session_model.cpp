// The part of Session for requests whose body or query says which model they are for.
#include "capture_draft.h"
#include "directions.h"
#include "edit_request.h"
#include "multipart.h"
#include "paddock/http/active_profile.h"
#include "session_turn.h"

namespace paddock::http {

namespace {

BodyRules body_rules(BodyForm form, const config::BodyLimits& limits) {
  const bool whole = form == BodyForm::kText;
  const std::uint64_t longest = std::min(limits.json, limits.largest);
  if (whole) return {longest, "maxJsonBody", longest, limits.memory_total};
  return {limits.largest, "maxBody", std::min(limits.memory, limits.largest), limits.memory_total};
}

// Another one may still answer: the model could not be loaded or reached, or broke before it answered. What
// is wrong with the request is wrong for all of them.
bool may_fail_over(const ExchangeResult& result) {
  if (result.end != ExchangeResult::End::kNoAnswer) return false;
  const std::string& code = result.error().code;
  return result.error().status >= 502 && code != "shutting_down" && code != "unloaded";
}

RequestEdit edit_for(const Directions& way, const std::string& asked) {
  const config::Lookup::Found& found = way.found();
  if (found.peer != nullptr) {
    const bool same = found.peer_model == asked;
    return {same ? std::string_view() : found.peer_model, &found.peer->filters, way.name()};
  }
  const std::string& own = found.model->use_model_name;
  if (own.empty() && way.name() != asked) return {way.name(), &found.model->filters, way.name()};
  return {own, &found.model->filters, way.name()};
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

Directions Session::directions() {
  Shared& shared = worker_.shared();
  const config::Lookup& lookup = *settings_->lookup;
  const config::Profile* profile = shared.profile ? shared.profile->in(lookup.config()) : nullptr;
  return Directions(lookup, profile, shared.reservations,
                    [&router = shared.router](const ModelId& model) { return router.state(model); });
}

// A destination that the caller may not use does not exist for it.
std::optional<ApiError> Session::direct(Directions& way, const std::string& asked) const {
  std::optional<ApiError> error = way.begin(asked);
  const bool leads = !error || way.selector() != nullptr;
  if (leads && !may_use(way)) error = unknown_model(asked);
  // A guess would name models that do not exist for this caller.
  if (error && error->code == "model_not_found" && !remote_.caller->models.empty()) {
    error = unknown_model(asked);
  }
  return error;
}

// Who may use a selector may use what it leads to.
bool Session::may_use(const Directions& way) const {
  const http::Caller& caller = *remote_.caller;
  return caller.may_use(way.id()) || (way.selector() != nullptr && caller.may_use(way.selector()->id));
}

Task<Session::Next> Session::serve_model(const RequestHead& head, const Route& route) {
  const BodyForm form = body_form(head);
  RequestBody body(body_rules(form, settings_->lookup->config().bodies));
  AskedModel asked;
  const BodyEnd end = co_await ask_for_model(head, body, form, asked);
  const bool read = end == BodyEnd::kComplete;
  if (!read && end != BodyEnd::kRefused) co_return co_await refuse_body(head, end, body);
  if (!asked.problem.empty()) co_return co_await refuse_asked(head, asked, !read);
  Directions way = directions();
  const std::optional<ApiError> nowhere = direct(way, asked.model);
  if (nowhere) co_return co_await refuse(head, *nowhere);
  if (asked.place == AskedModel::Place::kQuery) asked.at -= route.without.size();
  const Translated as_it_came{head.target().substr(route.without.size())};
  co_return co_await follow(head, way, asked, body, as_it_came);
}

// To the first destination that gives an answer.
Task<Session::Next> Session::follow(const RequestHead& head, Directions& way, AskedModel& asked,
                                    RequestBody& body, const Translated& translated) {
  Loading loading;
  bool answered = false;
  while (true) {
    const RequestEdit edit = edit_for(way, asked.model);
    const EditedRequest edited = edit_request(asked, translated.target, body, worker_.peeker(), edit);
    ExchangeRequest request{head,
                            settings_->keys,
                            edited.target(),
                            remote_,
                            router::Use::kWork,
                            true,
                            edited.body(),
                            edited.body_size(),
                            [&body, &answered] {
                              answered = true;
                              body.drop();
                            }};
    request.wants_stream = asked.stream;
    request.filter = translated.filter;
    request.content_type = translated.content_type;
    if (!edited.problem().empty()) {
      ExchangeResult unfit;
      unfit.error().status = 400;
      unfit.error().code = "invalid_request";
      unfit.error().message = edited.problem();
      unfit.error().retry_pointless = true;
      co_return co_await tell_refusal(request, loading, unfit);
    }
    bool more = true;
    answered = false;
    const Next next = co_await attempt(request, way, loading, answered, more);
    if (!more) co_return next;
  }
}

// `more`: there was no answer, and there is another destination.
Task<Session::Next> Session::attempt(ExchangeRequest& request, Directions& way, Loading& loading,
                                     const bool& answered, bool& more) {
  const config::Lookup::Found found = way.found();
  Turn turn(*this, request, ModelId(way.id()));
  const std::string_view selector =
      way.selector() ? std::string_view(way.selector()->id) : std::string_view();
  if (found.model != nullptr) turn.tell(found.model->priority, selector);
  // What has been begun goes on in its own words, wherever the answer comes from.
  if (loading && loading->begun) {
    request.filter = &loading->reframer;
    request.head_sent = true;
  }
  ExchangeResult result;
  if (found.model != nullptr)
    result = co_await reach(request, *found.model, loading);
  else
    result = co_await reach_peer(request, *found.peer);
  turn.end(result);
  more = !gone_ && !turn.entry.cancelled && !answered && may_fail_over(result) && next_allowed(way);
  if (more) co_return Next::kClose;
  co_return co_await conclude(request, loading, result);
}

bool Session::next_allowed(Directions& way) const {
  while (way.next()) {
    if (may_use(way)) return true;
  }
  return false;
}

}  // namespace paddock::http
