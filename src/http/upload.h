// Upload sends one request to an upstream while its answer is already awaited.
//
// Three kinds: a body in memory goes out with its head in one gathered write; one that is partly in a file
// follows its head piece by piece; one that is still on its way from the client is passed on piece by piece
// with its own framing, one buffer deep. The first two can be sent again. The owner must await finished()
// before the Upload, the connection or the bytes die. Session's worker only.
//
// A client that asks before it sends its body (Expect: 100-continue) gets the upstream's own word: the body
// of the third kind can be held back until go_on(), and the client is asked for it no sooner.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/buffer.hpp>

#include "client_link.h"
#include "event.h"
#include "net.h"
#include "paddock/base/clock.h"
#include "paddock/router/lease.h"
#include "request_body.h"
#include "request_head.h"
#include "stream.h"

namespace paddock::http {

class Worker;

class Upload {
 public:
  enum class State { kIdle, kRunning, kDone, kFailed };

  explicit Upload(Worker& worker) : worker_(worker) {}

  // Waits for the client are none for the engine.
  void count_for(router::Awaited& awaited) { awaited_ = &awaited; }
  // Head and pieces must stay where they are until finished().
  void start(Stream& upstream, const std::string& head, const BodyPieces& body);
  // Reads the body from the client. `on_body_read` is called when its last byte was read, `on_client_gone`
  // if the client left before; neither may resume a coroutine. A body whose framing is broken closes the
  // upstream connection: nobody may take it for a whole one.
  void start_passing(Stream& upstream, const std::string& head, ClientLink& link, const RequestHead& request,
                     std::function<void()> on_body_read, std::function<void()> on_client_gone);
  // Before start_passing(): the body waits for go_on().
  void hold_back() { held_ = true; }
  bool held() const { return held_; }
  void go_on();

  State state() const { return state_; }
  // When the last byte was handed to the kernel. Meaningful once kDone or kFailed.
  TimePoint ended_at() const { return ended_at_; }
  // True if the client's body was not valid, which is the client's fault and not the upstream's.
  bool bad_body() const { return bad_body_; }
  // Gives the rest up. finished() is then near.
  void stop(Stream& upstream);
  Task<void> finished();

 private:
  Task<void> send_stored(Stream& upstream, const std::string& head, const BodyPieces& body);
  Task<bool> send_piece(Stream& upstream, const BodyPiece& piece);
  Task<void> pass(Stream& upstream, const std::string& head, ClientLink& link, const RequestHead& request);
  Task<bool> pass_length(Stream& upstream, ClientLink& link, std::uint64_t length);
  Task<bool> pass_chunks(Stream& upstream, ClientLink& link);
  Task<bool> fill(ClientLink& link);
  void on_spawn_end(std::exception_ptr failure);
  void end(bool ok);

  Worker& worker_;
  State state_ = State::kIdle;
  bool stopped_ = false;
  bool held_ = false;
  bool client_gone_ = false;
  bool bad_body_ = false;
  ClientLink* passing_from_ = nullptr;
  router::Awaited* awaited_ = nullptr;
  boost::container::small_vector<asio::const_buffer, 5> gathered_;
  TimePoint ended_at_;
  Event ended_, released_;
  std::function<void()> on_body_read_, on_client_gone_;
};

}  // namespace paddock::http
