// Answer: turns what an OpenAI-compatible server answers into Ollama's answer, piece by piece.
//
// One Answer per request: begin(), feed() for each piece of the body however it is cut, then end() or
// broke(). It appends to `out` what the client is to get: a line of JSON per piece where the client streams,
// else one object at the end. What the upstream sends decides how it is read, an event stream or one JSON
// document; the client gets what it asked for either way.
//
//   begin() -> feed()* -> end()      the upstream's body is whole
//                      -> broke()    it is not: the last line says so
//
// Nothing follows a final object (`done` is true) or an error. Not a buffer of the stream: it keeps one
// event, the pieces of tool calls and, without streaming, the answer, in all no more than `most_bytes`. It
// knows no sockets, and compression must be undone before.
//
// Sources: Ollama's docs/api.md and the response types of the `ollama` packages on PyPI and npm (every line
// has `message` or is an error; counts and durations, in nanoseconds, are in the last one); llama.cpp's
// server for `reasoning_content`, `timings` and the pieces of tool calls.
//
// Session strand only. Nothing here throws, whatever the upstream sends.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "paddock/base/clock.h"
#include "paddock/ollama/request.h"

namespace paddock::ollama {

struct AnswerOptions {
  Call call = Call::kChat;
  Form form = Form::kChat;
  bool stream = true;
  std::string model;  // as the client wrote it
  TimePoint arrived;  // when the request came; `total_duration` counts from here
  Duration load{0};   // how long it waited for its model; `load_duration`
  std::function<std::chrono::system_clock::time_point()> wall = [] {
    return std::chrono::system_clock::now();
  };
  std::function<TimePoint()> now = [] { return steady_now(); };
  std::size_t most_bytes = 64UL << 20;
};

struct Head {
  int status = 200;
  std::string content_type;
};

class Answer {
 public:
  explicit Answer(AnswerOptions options);
  ~Answer();
  Answer(Answer&&) noexcept;
  Answer& operator=(Answer&&) noexcept;

  // The upstream's head; what the client's head is to say. The status is kept.
  Head begin(int status, std::string_view content_type);
  void feed(std::string_view bytes, std::string& out);
  void end(std::string& out);
  // The upstream failed midway. `sentence`: what is known of it, for the client.
  void broke(std::string_view sentence, std::string& out);

  // Whether an error was answered where the upstream's head promised none. Who has not sent the client's head
  // yet, because the client does not stream, sends 502 then.
  bool failed() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::ollama
