#include "paddock/ollama/answer.h"

#include <algorithm>
#include <utility>

#include "embeddings.h"
#include "json.h"
#include "lines.h"
#include "paddock/base/text.h"
#include "paddock/ollama/views.h"
#include "piece.h"
#include "sse.h"
#include "tool_calls.h"

namespace paddock::ollama {

namespace {

constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kLines = "application/x-ndjson";
constexpr std::size_t kMostOfError = 1UL << 20;  // of an error's body; no sentence is longer
constexpr std::size_t kBytesOfLogprobs = 4096;   // of a token with its alternatives, at most

const char* const kTooLarge = "the model's server answered more than fits";
const char* const kCutOff = "the model's server ended its answer before it was complete";

bool is_event_stream(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return iequals(trim(type), "text/event-stream");
}

// An error's own words, or its beginning where it has none.
std::string error_sentence(int status, std::string_view body) {
  if (const auto sentence = read_error(parse(body).json)) return *sentence;
  std::string sentence = "the model's server answered " + std::to_string(status);
  if (!trim(body).empty()) sentence += ": " + printable(trim(body), 200);
  return sentence;
}

}  // namespace

class Answer::Impl {
 public:
  explicit Impl(AnswerOptions options)
      : options_(std::move(options)), lines_(options_), events_(options_.most_bytes) {}

  Head begin(int status, std::string_view content_type) {
    status_ = status;
    is_error_ = status < 200 || status > 299;
    has_events_ = !is_error_ && is_event_stream(content_type);
    return {status, options_.stream && !is_error_ ? kLines : kJson};
  }

  void feed(std::string_view bytes, std::string& out) {
    if (over_) return;
    if (!has_events_) return keep(bytes, out);
    const bool fits = events_.feed(bytes, [&](std::string_view data) { on_event(data, out); });
    if (!fits) fail(kTooLarge, out);
  }

  void end(std::string& out) {
    if (has_events_) {
      ending_ = true;
      events_.end([&](std::string_view data) { on_event(data, out); });
      finish_or_fail(out);
    } else if (!over_) {
      read_whole(out);
    }
  }

  void broke(std::string_view sentence, std::string& out) { fail(sentence, out); }

  bool failed() const { return failed_; }

 private:
  void keep(std::string_view bytes, std::string& out) {
    const std::size_t most = is_error_ ? kMostOfError : options_.most_bytes;
    if (whole_.size() + bytes.size() <= most) {
      whole_ += bytes;
    } else if (!is_error_) {
      fail(kTooLarge, out);
    }
  }

  void read_whole(std::string& out) {
    if (is_error_) return say_error(error_sentence(status_, whole_), out);
    Parsed answer = parse(whole_);
    whole_ = {};
    if (!answer.complaint.empty()) {
      return fail("what the model's server answered " + answer.complaint, out);
    }
    if (options_.form == Form::kEmbedding) return read_embeddings(answer.json, out);
    on_json(answer.json, out);
    finish_or_fail(out);
  }

  void read_embeddings(Json& answer, std::string& out) {
    if (find(answer, "error") != nullptr) return fail(read_error(answer).value_or(kCutOff), out);
    Vectors vectors = read_vectors(answer);
    if (!vectors.complaint.empty()) return fail(vectors.complaint, out);
    read_counts(answer, options_.form, counts_);
    over_ = true;
    lines_.vectors(std::move(vectors.list), counts_, out);
  }

  void on_event(std::string_view data, std::string& out) {
    if (over_ || trim(data).empty()) return;
    if (trim(data) == "[DONE]") return finish(out);
    Parsed event = parse(data);
    if (!event.complaint.empty() && ending_) return;  // cut off; whether it matters is asked next
    if (!event.complaint.empty()) return fail("an event of the model's server " + event.complaint, out);
    on_json(event.json, out);
  }

  void on_json(Json& json, std::string& out) {
    if (find(json, "error") != nullptr) return fail(read_error(json).value_or(kCutOff), out);
    read_counts(json, options_.form, counts_);
    Piece piece = read_piece(json, options_.form);
    if (!piece.finish.empty()) finish_ = std::move(piece.finish);
    for (ToolPiece& tool : piece.tools) tools_.add(std::move(tool));
    Saying saying{std::move(piece.text), std::move(piece.thinking), nullptr, std::move(piece.logprobs)};
    if (!options_.stream) {
      gather(std::move(saying));
    } else if (!saying.text.empty() || !saying.thinking.empty() || !saying.logprobs.is_null()) {
      lines_.piece(std::move(saying), out);
    }
    if (kept_ + tools_.bytes() > options_.most_bytes) fail(kTooLarge, out);
  }

  void gather(Saying saying) {
    kept_ += saying.text.size() + saying.thinking.size() + kBytesOfLogprobs * saying.logprobs.size();
    said_.text += saying.text;
    said_.thinking += saying.thinking;
    for (Json& token : saying.logprobs) said_.logprobs.push_back(std::move(token));
  }

  void finish_or_fail(std::string& out) {
    if (over_) return;
    if (finish_.empty()) return fail(kCutOff, out);
    finish(out);
  }

  void finish(std::string& out) {
    ToolCalls::Whole tools = tools_.whole();
    if (!tools.complaint.empty()) return fail(tools.complaint, out);
    if (!tools.calls.empty()) said_.tool_calls = std::move(tools.calls);
    if (options_.stream && !said_.tool_calls.is_null()) lines_.piece(std::exchange(said_, {}), out);
    over_ = true;
    lines_.last(std::move(said_), finish_, counts_, out);
  }

  void fail(std::string_view sentence, std::string& out) {
    if (over_) return;
    failed_ = !is_error_;
    say_error(sentence, out);
  }

  void say_error(std::string_view sentence, std::string& out) {
    over_ = true;
    out += error(sentence);
  }

  AnswerOptions options_;
  Lines lines_;
  SseReader events_;
  int status_ = 200;
  bool is_error_ = false;
  bool has_events_ = false;
  bool over_ = false;  // the last line is written
  bool failed_ = false;
  bool ending_ = false;
  std::string whole_;  // the body, where it is no event stream
  Saying said_;        // what is to be said at the end
  std::size_t kept_ = 0;
  ToolCalls tools_;
  Counts counts_;
  std::string finish_;
};

Answer::Answer(AnswerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Answer::~Answer() = default;
Answer::Answer(Answer&&) noexcept = default;
Answer& Answer::operator=(Answer&&) noexcept = default;

Head Answer::begin(int status, std::string_view content_type) { return impl_->begin(status, content_type); }
void Answer::feed(std::string_view bytes, std::string& out) { impl_->feed(bytes, out); }
void Answer::end(std::string& out) { impl_->end(out); }
void Answer::broke(std::string_view sentence, std::string& out) { impl_->broke(sentence, out); }
bool Answer::failed() const { return impl_->failed(); }

}  // namespace paddock::ollama
