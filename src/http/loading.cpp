#include "loading.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

namespace paddock::http {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

constexpr Duration kCommentEvery = 10s;
constexpr Duration kVisibleEvery = 1s;
// So much of an answer that is no event stream is read for its error.
constexpr std::size_t kKept = 64 << 10;

Duration first_wait(const LoadingTalk::Options& options) {
  if (!options.visible) return options.grace;
  return options.grace > Duration(0) ? std::min(options.grace, kVisibleEvery) : kVisibleEvery;
}

std::string seconds(Duration time, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f s", decimals, std::chrono::duration<double>(time).count());
  return text;
}

// ` (weights 62%, usually 31 s)`; empty if nothing is known. Percentages in whole steps of that many.
std::string progress_phrase(const std::optional<router::Loading>& loading, int step) {
  if (!loading) return {};
  std::string out;
  if (loading->percent || loading->stage != "starting") out = loading->stage;
  if (loading->percent) out += " " + std::to_string(*loading->percent / step * step) + "%";
  if (loading->expected)
    out += (out.empty() ? "usually " : ", usually ") + std::to_string(loading->expected->count()) + " s";
  return out.empty() ? out : " (" + out + ")";
}

std::string phrase(const Standing& standing, int step) {
  std::string out;
  if (standing.place > 0)
    out = "place " + std::to_string(standing.place) + " of " + std::to_string(standing.of) + " in the queue";
  if (standing.why.empty()) return out;
  const std::string why = standing.why + progress_phrase(standing.loading, step);
  return out.empty() ? why : out + ", " + why;
}

}  // namespace

Standing standing_of(const router::Queue& queue, TicketId ticket) {
  Standing standing;
  for (const router::WaitingRequest& one : queue.waiting) {
    ++standing.of;
    if (one.ticket != ticket) continue;
    standing.place = standing.of;
    standing.why = one.blocked_by;
    standing.loading = one.loading;
  }
  return standing;
}

LoadingTalk::LoadingTalk(Options options, TimePoint begin)
    : options_(std::move(options)), begin_(begin), due_(begin + first_wait(options_)) {}

std::string LoadingTalk::word(TimePoint now, const Standing& standing) {
  // Counted from now: a client that took a word late is not sent two at once.
  due_ = now + (options_.visible ? kVisibleEvery : kCommentEvery);
  return options_.visible ? visible_event(visible_text(now, standing)) : comment(now, standing);
}

std::string LoadingTalk::comment(TimePoint now, const Standing& standing) const {
  std::string text = "loading " + options_.model + ": " + seconds(now - begin_, 0);
  const std::string where = phrase(standing, 1);
  if (!where.empty()) text += ", " + where;
  // A line end in a name would end the comment.
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return ": " + text + "\n\n";
}

std::string LoadingTalk::visible_text(TimePoint now, const Standing& standing) {
  // Whatever is new here is a line more in the chat.
  const std::string where = phrase(standing, 10);
  std::string text;
  if (!std::exchange(begun_, true)) text = "paddock loading model: " + options_.model + "\n";
  if (where == said_) return text + ".";
  said_ = where;
  return text + "\n" + seconds(now - begin_, 0) + ": " + where + " ";
}

std::string LoadingTalk::last_word(TimePoint now) const {
  if (!begun_) return {};
  return visible_event("\nDone! (" + seconds(now - begin_, 2) + ")\n\n");
}

std::string LoadingTalk::visible_event(const std::string& text) const {
  Json delta = {{"role", "assistant"}, {"reasoning_content", text}};
  Json choice = {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", nullptr}};
  Json json = {{"id", "chatcmpl-loading"}, {"object", "chat.completion.chunk"}};
  json["created"] = std::time(nullptr);
  json["model"] = options_.model;
  json["choices"] = Json::array({std::move(choice)});
  return "data: " + json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n\n";
}

AnswerStart StreamReframer::begin(int status, std::string_view content_type) {
  status_ = status;
  events_ = status == 200 && is_event_stream(content_type);
  return {200, "text/event-stream"};
}

void StreamReframer::feed(std::string_view bytes, std::string& out) {
  if (events_) {
    boundary_.feed(bytes);
    out.append(bytes);
  } else {
    kept_.append(bytes.substr(0, kKept - kept_.size()));
  }
}

void StreamReframer::end(std::string& out) {
  if (!events_) out += error_event(api_, model_, status_, kept_);
}

void StreamReframer::broke(const ApiError& error, std::string& out) {
  if (boundary_.here()) out += error_event(api_, error);
}

Reply StreamReframer::refused(const ApiError& error) {
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.body = error_event(api_, error);
  return reply;
}

std::string loading_head(bool http10, bool close, std::string_view more) {
  std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
      "X-Accel-Buffering: no\r\n";
  if (!http10) head += "Transfer-Encoding: chunked\r\n";
  if (http10 || close) head += "Connection: close\r\n";
  return head.append(more).append("\r\n");
}

std::string loading_piece(bool http10, std::string text) {
  if (http10 || text.empty()) return text;
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return size + std::move(text) + "\r\n";
}

std::string loading_end(bool http10) { return http10 ? "" : "0\r\n\r\n"; }

}  // namespace paddock::http
