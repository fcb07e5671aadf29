// What a streaming client is told while its request waits for a model: that somebody is there, so that no
// proxy and no client gives up.
//
//   nothing (grace) -> head and first word -> word* -> the upstream's events, or one event that says the
//   error
//
// A word is a comment, which clients do not show, or with `visible` llama-swap's form of it: text in the
// `reasoning_content` of a chat, which they do. What has been begun so is an event stream and a 200 for good:
// StreamReframer makes the upstream's answer a part of it, whatever that is.
// LoadingTalk decides and is pure; writing is the session's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "answer_filter.h"
#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/router/status.h"
#include "sse.h"

namespace paddock::http {

// Where a request stands in the queue.
struct Standing {
  std::size_t place = 0;  // 1 is next; 0: not known
  std::size_t of = 0;
  std::string why;                           // a phrase: `a is being loaded`
  std::optional<router::Loading> loading{};  // how far that is
};
Standing standing_of(const router::Queue& queue, TicketId ticket);

class LoadingTalk {
 public:
  struct Options {
    std::string model;
    Duration grace{};      // before the first word; 0: no comments at all
    bool visible = false;  // words are short and come each second, from a second on at the latest
  };
  LoadingTalk(Options options, TimePoint begin);

  // False: the client is told nothing, however long it waits.
  static bool talks(const Options& options) { return options.visible || options.grace > Duration(0); }
  // When the next word is due.
  TimePoint due() const { return due_; }
  // That word, one event or comment; sets the time of the one after it.
  std::string word(TimePoint now, const Standing& standing);
  // Once the model is there; may be empty.
  std::string last_word(TimePoint now) const;

 private:
  std::string comment(TimePoint now, const Standing& standing) const;
  std::string visible_text(TimePoint now, const Standing& standing);
  std::string visible_event(const std::string& text) const;

  Options options_;
  TimePoint begin_;
  TimePoint due_;
  std::string said_;  // of the standing, last
  bool begun_ = false;
};

// Puts an upstream's answer into a stream that has begun. Events go on as they are; an answer that is none
// becomes one error event.
class StreamReframer final : public AnswerFilter {
 public:
  StreamReframer(StreamApi api, std::string model) : api_(api), model_(std::move(model)) {}

  AnswerStart begin(int status, std::string_view content_type) override;
  void feed(std::string_view bytes, std::string& out) override;
  void end(std::string& out) override;
  void broke(const ApiError& error, std::string& out) override;
  Reply refused(const ApiError& error) override;

 private:
  StreamApi api_;
  std::string model_;
  bool events_ = false;
  int status_ = 0;
  std::string kept_;  // the beginning of what is no event stream
  EventBoundary boundary_;
};

// The stream of one request that may be begun while it waits.
struct LoadingStream {
  LoadingStream(LoadingTalk::Options options, StreamApi api, TimePoint now)
      : talk(options, now), reframer(api, std::move(options.model)) {}

  LoadingTalk talk;
  StreamReframer reframer;
  bool begun = false;  // its head was sent
};

// The head of such a stream, with `more` lines in it, and a piece of its body: in chunks, but bare for
// HTTP/1.0.
std::string loading_head(bool http10, bool close, std::string_view more = {});
std::string loading_piece(bool http10, std::string text);
std::string loading_end(bool http10);

}  // namespace paddock::http
