// GET /api/logs, a page of lines, and GET /api/logs/stream, the lines that come. Requests wait for the worker
// that makes text of lines: it makes it of few at a time.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "log_query.h"
#include "paddock/base/wall_time.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

// Slices of one pull, so that the worker's other clients have their turn in between.
constexpr int kSlicesAtOnce = 4;

Json line_json(const logs::Line& line) {
  Json json;
  json["id"] = line.id;
  json["time"] = rfc3339(line.time);
  json["model"] = line.model.str().empty() ? Json() : Json(line.model.str());
  json["launch"] = line.launch == 0 ? Json() : Json(line.launch);
  json["source"] = logs::name_of(line.source);
  json["level"] = logs::name_of(line.level);
  json["tags"] = Json::array();
  for (const logs::Tag tag : logs::kAllTags) {
    if ((line.tags & tag) != 0) json["tags"].push_back(logs::name_of(tag));
  }
  json["text"] = line.text;
  return json;
}

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string row_text(const logs::Page::Row& row) {
  Json json = line_json(row.line);
  if (row.context) json["context"] = true;
  return text(json);
}

// A page as a body: the search goes on between other work of the worker, and what it found becomes text a few
// lines at a time.
class PageSource final : public http::ByteSource {
 public:
  PageSource(const logs::Book& book, logs::Query query) : search_(book, std::move(query)) {}

  void start(std::function<void()> wake) override { wake_ = std::move(wake); }
  Pull pull(std::string& out) override {
    if (over_) return Pull::kEnd;
    if (!page_ && !is_found()) {
      wake_();
      return Pull::kWait;
    }
    add_rows(out);
    over_ = next_ == page_->rows.size();
    if (over_) add_end(out);
    return Pull::kData;
  }

 private:
  bool is_found() {
    for (int i = 0; i < kSlicesAtOnce; ++i) {
      if (search_.step()) continue;
      page_ = search_.page();
      return true;
    }
    return false;
  }

  void add_rows(std::string& out) {
    if (next_ == 0) out += "{\"lines\":[";
    const std::size_t stop = std::min(next_ + logs::kSliceLines, page_->rows.size());
    for (std::size_t bytes = 0; next_ < stop && bytes < logs::kSliceBytes; ++next_) {
      bytes += page_->rows[next_].line.text.size();
      out += (next_ == 0 ? "" : ",") + row_text(page_->rows[next_]);
    }
  }

  void add_end(std::string& out) const {
    const Json before = page_->before ? Json(*page_->before) : Json();
    const Json rest = {{"before", before}, {"after", page_->after}, {"more", page_->more}};
    out += "]," + text(rest).substr(1) + "\n";
  }

  logs::Search search_;
  std::function<void()> wake_;
  std::optional<logs::Page> page_;
  std::size_t next_ = 0;  // the row that is text next
  bool over_ = false;
};

// Lines as events. What was forgotten before this client read it is an event `lost`.
class LineSource final : public http::ByteSource {
 public:
  LineSource(const logs::Book& book, logs::Filter filter, std::uint64_t after)
      : book_(book), filter_(std::move(filter)), after_(after) {}

  void start(std::function<void()> wake) override {
    wake_ = wake;
    reader_.emplace(book_, filter_.scope, after_, std::move(wake));
  }
  Pull pull(std::string& out) override {
    const std::size_t before = out.size();
    const bool from_the_oldest = reader_->position() == 0;
    const logs::Slice slice = reader_->read();
    if (slice.lost > 0 && !from_the_oldest)
      out += "event: lost\ndata: " + text({{"through", slice.lost}}) + "\n\n";
    for (const logs::Line& line : slice.lines) {
      if (!filter_.matches(line)) continue;
      out += "id: " + std::to_string(line.id) + "\ndata: " + text(line_json(line)) + "\n\n";
    }
    if (out.size() > before) return Pull::kData;
    // Lines that do not match: there may be more of them, and others have their turn.
    if (!slice.lines.empty() || !slice.end) wake_();
    return Pull::kWait;
  }
  // With an id, so that who comes back does not have all the lines looked at again that did not match.
  std::string keep_alive() override { return "id: " + std::to_string(reader_->position()) + "\n: alive\n\n"; }

 private:
  const logs::Book& book_;
  const logs::Filter filter_;
  const std::uint64_t after_;
  std::function<void()> wake_;
  std::optional<logs::BookReader> reader_;
};

void get_page(const Deps& deps, const http::Request& request, http::Responder responder) {
  auto query = log_query(request, *deps.config.get());
  if (!query) return responder.reply(query.error());
  http::Reply head = json_reply({});
  head.headers = {{"Cache-Control", "no-store"}};
  responder.stream(std::move(head), std::make_unique<PageSource>(deps.hub.book(), std::move(*query)));
}

// Where the client was, or asks to begin; else with what comes from now on.
std::uint64_t begin_after(const logs::Book& book, const http::Request& request, const logs::Query& query) {
  const std::uint64_t newest = book.newest();
  const auto seen = number(request.header("Last-Event-ID"));
  return std::min(seen ? *seen : query.after.value_or(newest), newest);
}

void get_stream(const Deps& deps, const http::Request& request, http::Responder responder) {
  auto query = log_query(request, *deps.config.get());
  if (!query) return responder.reply(query.error());
  const logs::Book& book = deps.hub.book();
  const std::uint64_t after = begin_after(book, request, *query);
  http::Reply head;
  head.content_type = "text/event-stream";
  head.headers = {{"X-Accel-Buffering", "no"}, {"Cache-Control", "no-cache"}};
  responder.stream(std::move(head), std::make_unique<LineSource>(book, std::move(query->filter), after));
}

}  // namespace

void add_log_book(http::RouteTable& routes, const Deps& deps) {
  const auto kind = http::RouteKind::kControl;
  routes.add(
      {"GET", "/api/logs", kind,
       [deps](const http::Request& request, http::Responder to) { get_page(deps, request, std::move(to)); },
       http::Role::kAdmin});
  routes.add(
      {"GET", "/api/logs/stream", kind,
       [deps](const http::Request& request, http::Responder to) { get_stream(deps, request, std::move(to)); },
       http::Role::kAdmin});
}

}  // namespace paddock::api
