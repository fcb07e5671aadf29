// Reading a request's body into a RequestBody: framing, deadlines, and the wait for memory.
//
// The memory for a body of known length is held whole before its first byte is read, so that two half-read
// bodies never wait for each other; who finds none free waits in line for as long as the client stays. A
// chunked body that has to stay in memory holds more as it grows; as it waits with memory in its hands, it
// gives up after kMemoryPatience. Session's worker only.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "body_budget.h"
#include "client_link.h"
#include "net.h"
#include "paddock/http/error.h"
#include "request_body.h"
#include "request_head.h"

namespace paddock::http {

class Worker;

inline constexpr std::chrono::seconds kMemoryPatience{10};

enum class BodyEnd {
  kComplete,
  kTooLarge,    // for its own limit
  kOverTotal,   // larger than all bodies may be together
  kNoMemory,    // gave up waiting
  kFileFailed,  // file_failure() says why
  kRefused,     // by the one who looked at it
  kBadFraming,
  kClientGone,
};

// Where a body comes from.
struct BodySource {
  ClientLink& link;
  Worker& worker;
  BodyBudget& budget;
  const RequestHead& head;
  // Given a function: calls it once if the client leaves or the server stops, and watches the client for
  // that. Given null: does so no more.
  std::function<void(std::function<void()>)> on_interrupt;
  std::chrono::milliseconds patience = kMemoryPatience;
};

// Reads the whole body; a declared length beyond the limit is refused at once. Answers `Expect:
// 100-continue`.
Task<BodyEnd> read_body(BodySource& source, RequestBody& body);

// What the client is told of any other end than kComplete, kRefused and kClientGone.
ApiError body_error(BodyEnd end, const RequestBody& body);

// `HTTP/1.1 100 Continue`, if the client waits for it. False if the client is gone.
Task<bool> send_continue(ClientLink& link, const RequestHead& head);

}  // namespace paddock::http
