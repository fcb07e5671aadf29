// The part of Session for the calls of Ollama's API that a model answers: they are translated, and so is what
// comes back.
#include <limits>

#include "acquire.h"
#include "directions.h"
#include "ollama_filter.h"
#include "paddock/ollama/names.h"
#include "paddock/ollama/views.h"
#include "session.h"

namespace paddock::http {

namespace {

using namespace std::chrono_literals;

ollama::Call call_of(std::string_view path) {
  if (path == "/api/chat") return ollama::Call::kChat;
  if (path == "/api/generate") return ollama::Call::kGenerate;
  return path == "/api/embed" ? ollama::Call::kEmbed : ollama::Call::kEmbeddings;
}

ApiError api_error(int status, std::string code, std::string message) {
  ApiError error;
  error.status = status;
  error.code = std::move(code);
  error.message = std::move(message);
  error.retry_pointless = status < 500;
  return error;
}

// 0 is what the router knows as never; at once is as soon as it can be.
Duration ttl_of(const ollama::KeepAlive& keep) {
  return keep.forever ? Duration::zero() : std::max<Duration>(keep.time, 1ms);
}

// In memory, whatever its size: it is no longer than the request that it was made from, which is gone.
RequestBody body_of(const std::string& text, BodyBudget& budget) {
  constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
  RequestBody body({text.size(), {}, text.size(), kNoLimit});
  budget.try_take(body.hold(), text.size(), kNoLimit);
  for (std::size_t at = 0; at < text.size();) {
    const std::span<char> room = body.room(text.size() - at);
    const std::size_t part = text.copy(room.data(), room.size(), at);
    body.commit(part);
    at += part;
  }
  return body;
}

}  // namespace

Task<Session::Next> Session::refuse_ollama(const RequestHead& head, const ApiError& error, bool body_left) {
  const Reply reply = ollama_reply(error);
  const Next next = co_await write_reply(head, reply, body_left);
  co_return body_left&& next != Next::kReset ? Next::kLinger : next;
}

Task<Session::Next> Session::serve_ollama(const RequestHead& head) {
  const config::Config& config = settings_->lookup->config();
  if (!config.ollama) {
    const ApiError off = api_error(404, "not_found", "Ollama's API is switched off here (ollama.enabled)");
    co_return co_await refuse_ollama(head, off, head.has_body());
  }
  const std::uint64_t most = std::min(config.bodies.json, config.bodies.largest);
  RequestBody body({most, "maxJsonBody", most, config.bodies.memory_total});
  BodySource source = body_source(head, worker_.shared().model_bodies);
  const BodyEnd end = co_await read_body(source, body);
  if (end == BodyEnd::kClientGone) co_return Next::kClose;
  if (end != BodyEnd::kComplete) {
    const ApiError unread = body_error(end, body);
    co_return co_await refuse_ollama(head, unread, true);
  }
  const auto request = ollama::read_request(call_of(head.path()), body.view());
  body.drop();
  if (!request) {
    const ApiError wrong = api_error(request.error().status, "invalid_request", request.error().sentence);
    co_return co_await refuse_ollama(head, wrong, false);
  }
  co_return co_await answer_ollama(head, *request);
}

Task<Session::Next> Session::answer_ollama(const RequestHead& head, const ollama::Request& request) {
  Directions way = directions();
  std::optional<ApiError> nowhere = direct(way, request.model);
  const std::string bare(ollama::without_latest(request.model));
  if (nowhere && bare != request.model) nowhere = direct(way, bare);
  if (nowhere) co_return co_await refuse_ollama(head, *nowhere, false);
  if (request.deed != ollama::Deed::kAsk) {
    const Next loaded = co_await load_for_ollama(head, request, way.found().model);
    keep_for_ollama(request, way);
    co_return loaded;
  }
  ollama::AnswerOptions options;
  options.call = request.call;
  options.form = request.form;
  options.stream = request.stream;
  options.model = request.model;
  options.arrived = steady_now();
  OllamaFilter filter(std::move(options));
  RequestBody body = body_of(request.body, worker_.shared().translated_bodies);
  const BodyPeek peek = worker_.peeker().peek(body.view().data(), body.view().size());
  AskedModel asked;
  asked.place = AskedModel::Place::kJson;
  asked.model = peek.model;
  asked.at = peek.model_at;
  asked.size = peek.model_size;
  asked.json = true;
  const Translated translated{request.path, &filter, "application/json"};
  const Next next = co_await follow(head, way, asked, body, translated);
  keep_for_ollama(request, way);
  co_return next;
}

// How long models stay is for those to say who may load and unload them. Afterwards: before, a short time
// would end the model under the very request.
void Session::keep_for_ollama(const ollama::Request& request, const Directions& way) {
  const config::ModelConfig* const model = way.found().model;
  if (model == nullptr || !request.keep_alive || !remote_.caller->roles.admin) return;
  router::Router& router = worker_.shared().router;
  // Of a model that goes, or did not come, it would be the next launch's.
  const bool stays = request.deed != ollama::Deed::kUnload;
  if (!stays || router.state(model->id) != router::ModelState::kReady) return;
  router.keep_alive(model->id, ttl_of(*request.keep_alive));
}

// A request without a prompt: the model is loaded, or goes.
Task<Session::Next> Session::load_for_ollama(const RequestHead& head, const ollama::Request& request,
                                             const config::ModelConfig* model) {
  if (request.deed == ollama::Deed::kUnload && model != nullptr && remote_.caller->roles.admin) {
    worker_.shared().router.unload({model->id}, router::UnloadMode::kDrain, [](const router::Outcome&) {});
  } else if (request.deed == ollama::Deed::kLoad && model != nullptr) {
    const auto place = std::make_shared<Place>(worker_.context());
    router::Router& router = worker_.shared().router;
    const TicketId ticket = router.acquire(model->id, place, router::Use::kWork);
    interrupt_ = [&router, ticket] { router.cancel(ticket); };
    watch();
    co_await place->wait();
    interrupt_ = nullptr;
    if (gone_) co_return Next::kClose;
    if (place->error()) {
      const ApiError failed = to_api_error(*place->error(), model->id.str());
      co_return co_await refuse_ollama(head, failed, false);
    }
    // Its place is free at once: what comes next need not wait.
    const router::Lease over = std::move(place->lease());
  }
  Reply reply;
  reply.body = ollama::idle_answer(request, std::chrono::system_clock::now());
  co_return co_await write_reply(head, reply);
}

}  // namespace paddock::http
