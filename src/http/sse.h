// What paddock itself says in an event stream (text/event-stream of the WHATWG), and where in somebody else's
// it may say it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "paddock/http/error.h"

namespace paddock::http {

// The APIs whose answers are event streams; each tells errors in its own form.
enum class StreamApi {
  kOpenAi,     // data: {"error": {...}}
  kResponses,  // event: error, data: {"type": "error", "code", "message", ...}
  kAnthropic,  // event: error, data: {"type": "error", "error": {"type", "message"}}
};

// By the last words of the request's path, with or without `/v1`, `/v` or `/upstream/<id>` before them. What
// is not known has OpenAI's form, which llama.cpp's own routes share.
StreamApi stream_api_of(std::string_view path);

// Whether a request to that path that asks for a stream is answered with events by every engine: chat, text
// completions, messages and responses.
bool answers_in_events(std::string_view path);

// `error` as one whole event.
std::string error_event(StreamApi api, const ApiError& error);
// An upstream's own error, the body of an answer that is not the stream it should have been: its object goes
// on in the API's form, everything else is quoted in a sentence.
std::string error_event(StreamApi api, const std::string& model, int status, std::string_view body);

// True for `text/event-stream` with any parameters.
bool is_event_stream(std::string_view content_type);

// Keeps whether a stream stands between two events, so that another may follow. All three line ends count,
// pieces may be cut anywhere; a piece costs a look at its last bytes.
class EventBoundary {
 public:
  void feed(std::string_view piece);
  bool here() const;

 private:
  // The last three bytes; a stream begins like after an event.
  char tail_[3] = {'\n', '\n', '\n'};
};

}  // namespace paddock::http
