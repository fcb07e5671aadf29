// Exchange: one request on one lease, from the upstream connection to the last byte of the answer.
//
//   connect or take -> upload + await head -> (1xx)* -> answer head -> relay body -> pool or close
//
// The head is awaited while the body is still going out, so an upstream that answers early is heard: the rest
// of the upload is dropped, the answer delivered, the connection closed.
// One retry, on a fresh connection, only when a reused connection turned out to be stale: it ended by EOF or
// reset within 100 ms of our last byte, without a byte of answer, and the same launch still lives after a
// moment's wait. A prompt that kills its engine is therefore never sent twice.
// An upgrade that the upstream accepts makes a tunnel of both connections.
// Session's worker only. abort() may be called while run() is suspended.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access.h"
#include "answer_filter.h"
#include "answer_meter.h"
#include "answer_tap.h"
#include "client_link.h"
#include "forward_head.h"
#include "paddock/config/values.h"
#include "paddock/http/error.h"
#include "paddock/http/in_flight.h"
#include "paddock/router/router.h"
#include "request_head.h"
#include "response_head.h"
#include "upload.h"
#include "upstream_pool.h"

namespace paddock::http {

class AnswerRelay;
class Connector;
class Tunnel;
class Worker;
enum class AnswerEnd;
struct RelayOptions;

struct ExchangeRequest {
  const RequestHead& head;
  const KeyRing& keys;      // what opens the daemon does not go on
  std::string_view target;  // for the upstream, without its base path
  const Remote& remote;
  router::Use use = router::Use::kWork;
  bool body_in_memory = true;   // or partly in a file: it can be sent again
  BodyPieces body;              // body_in_memory only
  std::uint64_t body_size = 0;  // of all pieces
  // Called when the body is needed no more: an answer has begun.
  std::function<void()> on_body_done{};
  AnswerFilter* filter = nullptr;      // what the client gets instead of the answer; null: the answer
  bool wants_stream = false;           // its body asks for one
  bool drain = false;                  // OnDisconnect::kDrain
  bool head_sent = false;              // the client has a head already: only what the filter makes goes on
  const PeerServer* peer = nullptr;    // it goes to another server, with that one's key
  bool forward_auth = false;           // the key that opens paddock goes on, too
  std::string_view content_type = {};  // of the body, where that is not the client's own; empty: as it came
};

struct ExchangeResult {
  enum class End {
    kDone,      // a whole answer was delivered
    kNoAnswer,  // error() says why; nothing was sent to the client
    kSwitched,  // it was a tunnel; its connections are closed
    kCut,       // the answer broke off; the client must not take it for whole
    kClientGone,
  };
  End end = End::kNoAnswer;
  int status = 0;                 // of the answer, once there was one
  bool framing_tells = true;      // kCut: a plain close shows the client that something is missing
  bool client_body_left = false;  // the client's body was not read to its end
  // kNoAnswer: the launch was found dead before it was sent a byte; another may serve the request.
  Generation dead_launch;

  // Of kNoAnswer. It lies apart, since most requests have none and every coroutine on the result's way would
  // keep room for one; memory is taken when it is first asked for to be written.
  ApiError& error();
  const ApiError& error() const;

 private:
  std::unique_ptr<ApiError> error_;
};

class Exchange {
 public:
  // `on_body_read` is called when a body that was not in memory has been read from the client.
  Exchange(Worker& worker, ClientLink& link, std::shared_ptr<router::Upstream> upstream,
           std::function<void()> on_body_read, std::function<void()> on_client_gone,
           const config::Timeouts& timeouts = {});

  // Tells how far it is; before run(). The entry outlives this.
  void report_to(InFlight::Entry& entry) { entry_ = &entry; }
  // Copies the answer's body there; before run(). The tap outlives this.
  void tap_to(AnswerTap& tap) { tap_ = &tap; }
  // Shows the answer to it; likewise.
  void show_to(AnswerMeter& meter) { meter_ = &meter; }

  Task<ExchangeResult> run(const ExchangeRequest& request, bool close_after);
  // The server stops, or nobody is there for an answer: ends the upstream connection.
  void abort();
  // The client left. Where its model drains and has the whole request, the answer is read to its end;
  // otherwise it is an abort.
  void leave();
  // Ends the upstream connection if the upstream is broken; run() then says why.
  void cut_if_broken();
  // For the worker's tick: gives an upstream up that has had the whole request for timeouts.responseHeader
  // and has not begun to answer; sends a body that timeouts.expectContinue has held back long enough.
  void check(TimePoint now);
  // The server stops, or will soon: a tunnel has no end of its own to wait for.
  void end_tunnel();
  void tick(TimePoint now);

 private:
  enum class HeadWait { kGot, kLost, kMalformed };
  static constexpr const char* kBroke = "upstream_broke";

  Task<ExchangeResult> serve(const ExchangeRequest& request, bool close_after);
  Task<void> blame(ApiError& error);
  Task<ExchangeResult> attempt(const ExchangeRequest& request, bool close_after);
  Task<bool> connect();
  Task<HeadWait> await_head(const ExchangeRequest& request, ResponseHeadReader& reader);
  Task<HeadWait> read_final_head(const ExchangeRequest& request, std::optional<ResponseHeadReader>& reader);
  Task<bool> pass_interim(const ExchangeRequest& request, const ResponseHead& head);
  Task<ExchangeResult> tunnel(const ResponseHead& head);
  Task<ExchangeResult> deliver(const ExchangeRequest& request, const ResponseHead& head, bool close_after);
  Task<ExchangeResult> pass_on(const ExchangeRequest& request, const ResponseHead& head,
                               ClientFraming framing, bool close, const AnswerStart* filtered);
  Task<ExchangeResult> pass_whole(const ExchangeRequest& request, const ResponseHead& head, AnswerStart start,
                                  bool close);
  Task<bool> write_whole(const ForwardResponse& response, const std::string& body);
  static ForwardResponse to_client(const ExchangeRequest& request, const ResponseHead& head,
                                   ClientFraming framing, bool close, const AnswerStart* filtered);
  RelayOptions relay_options(const ExchangeRequest& request, const ResponseHead& head, bool filtered);
  ExchangeResult settle(const ExchangeRequest& request, int status, AnswerEnd end);
  Task<void> tell_break(const ExchangeRequest& request, AnswerRelay& relay);
  Task<bool> stale(const ExchangeRequest& request);
  void start_upload(const ExchangeRequest& request);
  void keep_or_close(const ResponseHead& head, bool complete);
  ExchangeResult unreachable(const std::string& what) const;
  // The same, of one that had begun to answer.
  ExchangeResult broke(const std::string& how) const;
  ExchangeResult no_head() const;
  ExchangeResult client_gone() const;
  ExchangeResult never_sent(const ExchangeRequest& request, ExchangeResult result) const;
  Task<ExchangeResult> not_connected(const ExchangeRequest& request);

  Worker& worker_;
  ClientLink& link_;
  InFlight::Entry* entry_ = nullptr;
  AnswerTap* tap_ = nullptr;
  AnswerMeter* meter_ = nullptr;
  std::shared_ptr<router::Upstream> upstream_;
  std::function<void()> on_body_read_, on_client_gone_;
  const config::Timeouts timeouts_;
  std::unique_ptr<UpstreamConnection> connection_;
  std::optional<router::Awaited> awaited_;  // while it runs; outlives the upload
  Connector* connector_ = nullptr;          // while one runs
  Tunnel* tunnel_ = nullptr;                // the same
  Upload upload_;
  std::string head_text_;
  std::string lost_why_;
  std::string_view upgrade_;  // what the request asks for
  bool answered_ = false;     // a byte of answer was seen
  bool aborted_ = false;
  bool awaits_head_ = false;
  bool late_ = false;     // responseHeader has struck
  bool drain_ = false;    // see leave()
  bool peer_ = false;     // it is another server and not a model of ours
  TimePoint held_since_;  // what upload_ holds back
  bool passing_ = false;  // the body comes from the client while it goes out
  bool sent_ = false;     // something went out on this connection
  bool left_ = false;     // the client is gone, and the answer is read for nobody
  bool whole_ = false;    // the answer was read to its end
};

}  // namespace paddock::http
