// Session: one client connection, from accept to close, as one coroutine on its worker.
//
//   idle -> head -> route -+-> control: body -> handler -> reply or stream   -+-> idle or close
//                          +-> model:   body -> asked model -> edit -> place -> exchange    -+
//                          +-> upstream path:       place -> exchange        -+
//
// Whatever it waits for, one interruption ends the wait: the client left, a deadline struck, or the server
// stops. Kept alive by its coroutine and its reads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access.h"
#include "asked_model.h"
#include "client_link.h"
#include "directions.h"
#include "exchange.h"
#include "loading.h"
#include "net.h"
#include "paddock/http/error.h"
#include "paddock/http/handler.h"
#include "paddock/http/in_flight.h"
#include "paddock/http/routes.h"
#include "paddock/ollama/request.h"
#include "read_body.h"
#include "request_body.h"
#include "request_head.h"
#include "worker.h"

namespace paddock::http {

class CaptureDraft;
class ControlCall;
class Place;
class RequestMeter;

class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(Worker& worker, Socket socket);
  ~Session();

  // Spawns the coroutine.
  void begin();

  void tick(TimePoint now);
  void drain();
  void cut();
  void cut_broken();
  // Ends the request of that number, if it is the one at hand.
  void cancel(std::uint64_t request);

  std::size_t place_in_worker = 0;  // the worker's own bookkeeping

 private:
  enum class Next { kKeep, kClose, kLinger, kReset };
  // What may be said while it waits, if anything.
  using Loading = std::optional<LoadingStream>;

  Task<void> run();
  Task<bool> secure();
  Task<void> refuse_plain();
  Task<bool> read_head(RequestHeadReader& reader);
  Task<Next> serve(RequestHead& head);
  Task<Next> dispatch(const RequestHead& head, const Route& route);
  Task<Next> preflight(const RequestHead& head);
  Task<void> refuse_head(RequestHeadReader& reader);
  Task<void> finish(Next next);

  Task<Next> serve_control(const RequestHead& head, const Route& route);
  Task<Next> stream_control(const RequestHead& head, const std::shared_ptr<ControlCall>& call);
  Task<bool> pump(ControlCall& call, bool chunked);
  Task<Next> serve_model(const RequestHead& head, const Route& route);
  Task<Next> serve_ollama(const RequestHead& head);
  Task<Next> answer_ollama(const RequestHead& head, const ollama::Request& request);
  Task<Next> load_for_ollama(const RequestHead& head, const ollama::Request& request,
                             const config::ModelConfig* model);
  void keep_for_ollama(const ollama::Request& request, const Directions& way);
  Task<Next> refuse_ollama(const RequestHead& head, const ApiError& error, bool body_left);
  Directions directions();
  std::optional<ApiError> direct(Directions& way, const std::string& asked) const;
  bool may_use(const Directions& way) const;
  bool next_allowed(Directions& way) const;
  // A request in the words of another API than the client's; `filter` translates back.
  struct Translated {
    std::string_view target;  // for the upstream
    AnswerFilter* filter = nullptr;
    std::string_view content_type = {};  // empty: as it came
  };
  Task<Next> follow(const RequestHead& head, Directions& way, AskedModel& asked, RequestBody& body,
                    const Translated& translated);
  struct Turn;
  Task<Next> attempt(ExchangeRequest& request, Directions& way, Loading& loading, const bool& answered,
                     bool& more);
  static ExchangeResult no_such_peer(const std::string& id);
  Task<ExchangeResult> reach_peer(ExchangeRequest& request, const config::Peer& peer);
  Task<Next> serve_upstream_path(const RequestHead& head);
  Task<Next> serve_comfyui(const RequestHead& head);
  Task<Next> redirect_into(const RequestHead& head, const std::string& last_segment, std::string_view rest);
  Task<Next> forward(ExchangeRequest request, const config::ModelConfig& model);
  Task<ExchangeResult> reach(ExchangeRequest& request, const config::ModelConfig& model, Loading& loading);
  Task<ExchangeResult> exchange(ExchangeRequest& request, const config::ModelConfig& model, Loading& loading);
  Task<ExchangeResult> exchange_unleased(const ExchangeRequest& request, const config::ModelConfig& model);
  Task<ExchangeResult> exchange_on(const ExchangeRequest& request, std::shared_ptr<router::Upstream> upstream,
                                   const config::Timeouts& timeouts);
  void remember_props(const ModelId& model, const ExchangeResult& result, const AnswerTap& tap);
  router::Lease try_acquire(const ExchangeRequest& request, const config::ModelConfig& model);
  Task<bool> acquire(const ExchangeRequest& request, const config::ModelConfig& model, Loading& loading,
                     router::Lease& lease, ExchangeResult& result);
  Task<void> keep_told(Place& place, TicketId ticket, const RequestHead& head, LoadingStream& stream);
  Task<bool> say(const RequestHead& head, LoadingStream& stream, std::string word);
  Task<Next> conclude(const ExchangeRequest& request, Loading& loading, ExchangeResult& result);
  Task<Next> end_loading(const RequestHead& head, LoadingStream& stream, const ApiError& error);
  Task<Next> tell_refusal(const ExchangeRequest& request, Loading& loading, const ExchangeResult& result);
  static ApiError cancelled_error(const std::string& model);

  BodySource body_source(const RequestHead& head, BodyBudget& budget);
  Task<BodyEnd> ask_for_model(const RequestHead& head, RequestBody& body, BodyForm form, AskedModel& asked);
  Task<Next> refuse_body(const RequestHead& head, BodyEnd end, const RequestBody& body);
  Task<Next> refuse_asked(const RequestHead& head, const AskedModel& asked, bool body_left);
  Task<Next> refuse(const RequestHead& head, const ApiError& error, bool body_left = false);
  Task<Next> write_reply(const RequestHead& head, const Reply& reply, bool close = false);
  Task<bool> write_text(const std::string& text);
  Task<void> linger();

  bool keep_alive(const RequestHead& head) const { return head.keep_alive() && !worker_.draining(); }
  // Null if nothing has this name, or nothing that the caller may use.
  const config::ModelConfig* find_model(std::string_view name) const;
  ApiError unknown_model(const std::string& name) const;
  void forget_request();
  void watch();
  void leave();

  Worker& worker_;
  std::shared_ptr<const Settings> settings_;  // of the request at hand
  std::optional<Socket> accepted_;            // until begin()
  std::optional<ClientLink> link_;
  Ends ends_;
  Remote remote_;
  ControlCall* streaming_ = nullptr;
  bool idle_ = false;
  bool gone_ = false;
  Exchange* exchange_ = nullptr;      // while one runs
  CaptureDraft* capture_ = nullptr;   // of that request, where it is captured
  RequestMeter* meter_ = nullptr;     // of that request, where it is listed
  AnswerTap* tap_ = nullptr;          // of the exchange at hand
  InFlight::Entry* entry_ = nullptr;  // of the request for a model at hand
  std::function<void()> interrupt_;   // ends the current wait; set only while there is one
};

}  // namespace paddock::http
