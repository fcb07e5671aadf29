// AnswerFilter turns an upstream's answer into another one for the client, piece by piece as it comes: for
// APIs that paddock translates, and for streams that paddock itself has begun.
//
//   begin -> feed* -> end | broke        an answer came
//   refused                              none came
//
// With a filter the upstream is asked for no content coding, and its framing, length and type do not go on:
// the client gets chunks, or bare bytes up to the end of the connection under HTTP/1.0. `out` is appended to;
// what is left in it after a call is sent before the next one. Not a place to wait: no call may block.
// For one request; used on its session's worker only.
#pragma once

#include <string>
#include <string_view>

#include "paddock/http/error.h"

namespace paddock::http {

// What the client's answer begins with.
struct AnswerStart {
  int status = 200;
  std::string content_type;  // empty: none is said
  // The client gets one document. Nothing goes out before end(): then the head, with a length. A body that
  // breaks off is no answer then: refused() is asked instead of broke().
  bool whole = false;
};

class AnswerFilter {
 public:
  virtual ~AnswerFilter() = default;

  // The head of the upstream's answer; `content_type` is as sent, with its parameters.
  virtual AnswerStart begin(int status, std::string_view content_type) = 0;
  // The next bytes of its body, without framing; they may be cut anywhere.
  virtual void feed(std::string_view bytes, std::string& out) = 0;
  // The body was whole. The client's answer ends properly after `out`.
  virtual void end(std::string& out) = 0;
  // The body broke off. After `out` the client's connection is closed without a proper end.
  virtual void broke(const ApiError& error, std::string& out) = 0;
  // After end(): what came was no answer, whatever its head promised. A whole one gets 502 then.
  virtual bool failed() const { return false; }
  // There was no answer: what the client gets instead, in its own API's form.
  virtual Reply refused(const ApiError& error) = 0;
};

}  // namespace paddock::http
