// Both event streams on a real Router, as a client sees them.
#include <vector>

#include "bench.h"
#include "event_parts.h"
#include "event_source.h"
#include "event_text.h"
#include "in_flight_view.h"
#include "openapi.h"
#include "request_watch.h"

namespace paddock::api {
namespace {

using nlohmann::json;
using Pull = http::ByteSource::Pull;

bool is_of(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == value.type_name();
}

// What is wrong with a value by its schema; empty: nothing. Of schemas as far as ours use them.
std::string wrong_with(const json& value, const json& schema, const json& schemas) {
  if (schema.contains("$ref")) {
    const std::string path = schema["$ref"].get<std::string>();
    return wrong_with(value, schemas[path.substr(path.rfind('/') + 1)], schemas);
  }
  if (schema.contains("anyOf")) {
    std::string all;
    for (const json& one : schema["anyOf"]) {
      const std::string wrong = wrong_with(value, one, schemas);
      if (wrong.empty()) return {};
      all += wrong + "; ";
    }
    return all;
  }
  const json type = schema.value("type", json::array());
  const json types = type.is_array() ? type : json::array({type});
  if (!types.empty() &&
      std::none_of(types.begin(), types.end(), [&](const json& one) { return is_of(value, one); }))
    return value.dump() + " is no " + types.dump();
  if (value.is_null()) return {};
  if (schema.contains("enum") && std::count(schema["enum"].begin(), schema["enum"].end(), value) == 0)
    return value.dump() + " is none of " + schema["enum"].dump();
  if (schema.contains("minimum") && value < schema["minimum"]) return value.dump() + " is too small";
  if (value.is_array() && schema.contains("items")) {
    for (const json& one : value) {
      const std::string wrong = wrong_with(one, schema["items"], schemas);
      if (!wrong.empty()) return wrong;
    }
  }
  if (!value.is_object()) return {};
  const json known = schema.value("properties", json::object());
  for (const json& name : schema.value("required", json::array()))
    if (!value.contains(name)) return name.dump() + " is missing";
  for (const auto& [name, member] : value.items()) {
    const json more = schema.value("additionalProperties", json(true));
    if (!known.contains(name) && more == false) return "nobody knows " + name;
    if (!known.contains(name) && !more.is_object()) continue;
    const std::string wrong = wrong_with(member, known.contains(name) ? known[name] : more, schemas);
    if (!wrong.empty()) return name + ": " + wrong;
  }
  return {};
}

TEST(Schema, TellsWhatIsWrong) {
  const json schemas =
      json::parse(R"({"N": {"type": ["integer", "null"], "minimum": 1}, "O": {"type": "object",
    "properties": {"n": {"$ref": "#/components/schemas/N"}, "e": {"type": "array", "items": {"enum": ["a"], "type": "string"}}},
    "required": ["n"], "additionalProperties": {"type": "boolean"}}})");
  const auto wrong = [&](const char* text) { return wrong_with(json::parse(text), schemas["O"], schemas); };
  EXPECT_EQ(wrong(R"({"n": null, "e": ["a"], "x": true})"), "");
  for (const char* text :
       {"{}", R"({"n": 0})", R"({"n": 1.5})", R"({"n": 1, "e": ["b"]})", R"({"n": 1, "x": 1})"})
    EXPECT_NE(wrong(text), "") << text;
}

// One client: what it was sent, as events.
class Stream {
 public:
  Stream(Bench& bench, const std::string& target, http::Headers headers = {}) : bench_(bench) {
    captured_ = bench.start("GET", target, std::move(headers));
    EXPECT_TRUE(bench.turn_until([&] { return captured_->calls > 0; }));
    if (captured_->source) captured_->source->start([] {});
  }

  const http::Reply& head() const { return *captured_->answer; }
  // What comes next; null if nothing is there within the time of turn_until().
  json next() {
    bench_.turn_until([&] { return read(); });
    return take();
  }
  // What is there already.
  json now() {
    read();
    return take();
  }
  const std::string& id() const { return id_; }
  const std::string& kind() const { return kind_; }
  const std::string& comments() const { return comments_; }

 private:
  // True once an event is there.
  bool read() {
    while (captured_->source->pull(text_) == Pull::kData) {
    }
    while (text_.starts_with(":")) {
      const std::size_t end = text_.find("\n\n") + 2;
      comments_ += text_.substr(0, end);
      text_.erase(0, end);
    }
    return !text_.empty();
  }

  json take() {
    const std::size_t end = text_.find("\n\n");
    if (end == std::string::npos) return nullptr;
    const std::string event = text_.substr(0, end);
    text_.erase(0, end + 2);
    for (std::size_t at = 0; at < event.size();) {
      const std::size_t stop = std::min(event.find('\n', at), event.size());
      field(event.substr(at, stop - at));
      at = stop + 1;
    }
    json data = json::parse(data_, nullptr, false);
    if (kind_ == "message") return data;
    EXPECT_EQ(wrong_with(data, schemas_["StateEvent"], schemas_), "") << data.dump();
    return data;
  }

  void field(const std::string& line) {
    const std::size_t colon = line.find(':');
    std::string value = line.substr(colon + 1);
    if (value.starts_with(" ")) value.erase(0, 1);
    if (line.starts_with("id")) id_ = value;
    if (line.starts_with("event")) kind_ = value;
    if (line.starts_with("data")) data_ = value;
  }

  Bench& bench_;
  const json schemas_ = json::parse(kOpenApi)["components"]["schemas"];
  std::shared_ptr<Captured> captured_;
  std::string text_, id_, kind_, data_, comments_;
};

TEST(Events, AFreshClientGetsTheWholeState) {
  Bench bench;
  bench.call("POST", "/api/models/a/load");
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  Stream stream(bench, "/api/events/v2");
  EXPECT_EQ(stream.head().content_type, "text/event-stream");
  const json state = stream.now();
  EXPECT_EQ(stream.kind(), "state");
  EXPECT_EQ(state["id"], stream.id());
  EXPECT_EQ(state["models"]["a"], bench.json("GET", "/api/models/a"));
  EXPECT_EQ(state["models"]["org/m"]["state"], "stopped");
  EXPECT_EQ(state["daemon"]["models"], (json{"b", "org/m", "a", "hidden"}));
  EXPECT_EQ(state["daemon"]["profile"], nullptr);
  EXPECT_EQ(state["inflight"][std::to_string(entry.id())]["path"], "/x");
  EXPECT_EQ(stream.now(), nullptr);
}

TEST(Events, WithoutRequestsTheWholeStateSaysSo) {
  Bench bench;
  EXPECT_EQ(Stream(bench, "/api/events/v2").now()["inflight"], json::object());
}

TEST(Events, WhatChangesIsToldAndNothingElse) {
  Bench bench;
  Stream stream(bench, "/api/events/v2");
  stream.now();
  bench.call("POST", "/api/models/a/load");
  json change = stream.next();
  for (int i = 0; i < 9 && change["models"]["a"]["state"] != "ready"; ++i) change = stream.next();
  EXPECT_EQ(stream.kind(), "change");
  EXPECT_EQ(change["models"]["a"]["state"], "ready");
  EXPECT_EQ(change["models"].size(), 1u);
  EXPECT_FALSE(change.contains("daemon"));
  EXPECT_FALSE(change.contains("inflight"));
}

TEST(Events, RequestsComeAndGo) {
  Bench bench;
  Stream stream(bench, "/api/events/v2");
  stream.now();
  std::string id;
  {
    http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
    id = std::to_string(entry.id());
    EXPECT_EQ(stream.next()["inflight"][id]["phase"], "waiting");
    entry.enter(http::InFlight::Phase::kSending);
    EXPECT_EQ(stream.next()["inflight"][id]["phase"], "sending");
  }
  EXPECT_EQ(stream.next()["inflight"], (json{{id, nullptr}}));
}

TEST(Events, CardsAndNewRowsAreAsTheSchemaSays) {
  Bench bench;
  Stream stream(bench, "/api/events/v2");
  stream.now();
  vram::Snapshot snapshot;
  snapshot.cards.resize(1);
  EventParts parts("1");
  parts.see_cards(snapshot);
  bench.events.feed().publish(parts.take());
  EXPECT_EQ(stream.next()["gpus"]["gpus"].size(), 1u);
  bench.events.append({"activity", "{\"id\":17}"});
  EXPECT_EQ(stream.next()["activity"], (json{{{"id", 17}}}));
}

TEST(Events, TellSinceWhenAModelIsIdleThoughNobodySawItsRequest) {
  Bench bench;
  bench.call("POST", "/api/models/org/m/load");
  Stream stream(bench, "/api/events/v2");
  const std::string before = stream.now()["models"]["org/m"]["unloads_at"].get<std::string>();
  bench.turn_until([] { return false; }, std::chrono::milliseconds(20));
  {
    const router::Lease lease = bench.router().try_acquire(ModelId("org/m"));
    ASSERT_TRUE(lease);
    const http::InFlight::Entry entry(bench.in_flight.table(0), {"org/m", "POST", "/x", "::1"});
  }
  const json change = stream.next();
  ASSERT_TRUE(change["models"]["org/m"].is_object()) << change;
  EXPECT_GT(change["models"]["org/m"]["unloads_at"].get<std::string>(), before);
}

TEST(Events, WhoConnectsAgainGetsWhatWasMissed) {
  Bench bench;
  std::string seen;
  {
    Stream stream(bench, "/api/events/v2");
    stream.now();
    seen = stream.id();
  }
  bench.call("POST", "/api/models/a/load");
  for (const bool header : {true, false}) {
    Stream again(bench, "/api/events/v2" + (header ? "?after=nonsense" : "?after=" + seen),
                 header ? http::Headers{{"Last-Event-ID", seen}} : http::Headers{});
    const json change = again.now();
    EXPECT_EQ(again.kind(), "change");
    EXPECT_EQ(change["models"].size(), 1u);
    EXPECT_EQ(change["models"]["a"]["state"], "ready");
  }
  Stream other(bench, "/api/events/v2?after=0123-4");
  EXPECT_EQ(other.now()["models"].size(), 4u);
  EXPECT_EQ(other.kind(), "state");
}

TEST(Events, WhoMissedNothingIsToldThatItIsThere) {
  Bench bench;
  Stream first(bench, "/api/events/v2");
  first.now();
  Stream again(bench, "/api/events/v2?after=" + first.id());
  EXPECT_EQ(again.now(), nullptr);
  EXPECT_EQ(again.comments(), ": here\n\n");
}

TEST(Events, TwoClientsAreToldTheSame) {
  Bench bench;
  Stream first(bench, "/api/events/v2"), second(bench, "/api/events/v2");
  EXPECT_EQ(first.now(), second.now());
  bench.profile.set("none such");  // no news
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  EXPECT_EQ(first.next(), second.next());
  EXPECT_EQ(first.id(), second.id());
}

TEST(Events, HowFarALoadIsIsTold) {
  Bench bench;
  bench.script.becomes_ready = false;
  Stream stream(bench, "/api/events/v2");
  stream.now();
  bench.start("POST", "/api/models/a/load");
  json change = stream.next();
  for (int i = 0; i < 9 && change["models"]["a"]["loading"].is_null(); ++i) change = stream.next();
  const json loading = change["models"]["a"]["loading"];
  EXPECT_EQ(loading["stage"], "starting");
  EXPECT_EQ(loading["percent"], nullptr);
  EXPECT_EQ(loading["expected_s"], nullptr);
  EXPECT_TRUE(loading["elapsed_s"].is_number_unsigned() || loading["elapsed_s"] == 0);
}

TEST(Events, NobodyIsAskedWhileNobodyListens) {
  Bench bench;
  { Stream(bench, "/api/events/v2").now(); }
  const std::string before = bench.events.feed().id();
  bench.turn_until([] { return false; }, std::chrono::milliseconds(150));
  bench.call("POST", "/api/models/a/load");
  bench.turn_until([] { return false; }, std::chrono::milliseconds(150));
  EXPECT_EQ(bench.events.feed().id(), before);
}

TEST(EventFrame, HasAMemberForEachSection) {
  feed::News news;
  news.id = "r-2";
  news.parts = {{"daemon", "", "{}"}, {"models", "a\"\n", "1"}, {"models", "b", std::nullopt}};
  news.rows = {{"activity", "{\"id\":1}"}, {"activity", "{\"id\":2}"}};
  EXPECT_EQ(
      event_frame(news),
      "id: r-2\nevent: change\ndata: {\"id\":\"r-2\",\"daemon\":{},\"models\":{\"a\\\"\\n\":1,\"b\":null},"
      "\"activity\":[{\"id\":1},{\"id\":2}]}\n\n");
  EXPECT_EQ(event_frame({"r-3", true, {}, {}}),
            "id: r-3\nevent: state\ndata: {\"id\":\"r-3\",\"inflight\":{},\"models\":{}}\n\n");
}

TimePoint clock_now;

TEST(EventSource, GivesASignOfLifeWhenItHasNothingToSay) {
  feed::Feed feed("r");
  clock_now = TimePoint(std::chrono::hours(1));
  EventSource source(feed, "", [] { return clock_now; });
  std::string out;
  EXPECT_EQ(source.pull(out), Pull::kData) << "so that the client has its head";
  EXPECT_EQ(source.pull(out), Pull::kWait);
  clock_now += std::chrono::seconds(14);
  feed.publish({{"a", "", "1"}});
  EXPECT_EQ(source.pull(out), Pull::kData);
  clock_now += std::chrono::seconds(14);
  EXPECT_EQ(source.pull(out), Pull::kWait);
  clock_now += std::chrono::seconds(1);
  out.clear();
  EXPECT_EQ(source.pull(out), Pull::kData);
  EXPECT_EQ(out, ": here\n\n");
}

// `modelStatus`, with its data read.
json event(Stream& stream, const char* type) {
  const json outer = stream.next();
  EXPECT_EQ(outer["type"], type) << outer;
  EXPECT_EQ(stream.kind(), "message");
  return outer["data"].is_string() ? json::parse(outer["data"].get<std::string>(), nullptr, false) : json();
}

TEST(LlamaSwapEvents, GreetInTheOrderOfLlamaSwap) {
  Bench bench;
  bench.hub.proxy().write("own\n");
  bench.hub.upstream().write("[a] its \xff\n");
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  Stream stream(bench, "/api/events");
  EXPECT_EQ(event(stream, "logData"), (json{{"data", "own\n"}, {"source", "proxy"}}));
  EXPECT_EQ(event(stream, "logData"), (json{{"data", "[a] its \xef\xbf\xbd\n"}, {"source", "upstream"}}));
  const json models = event(stream, "modelStatus");
  ASSERT_EQ(models.size(), 4u);
  EXPECT_EQ(models[0], (json{{"id", "a"},
                             {"name", ""},
                             {"description", ""},
                             {"state", "stopped"},
                             {"unlisted", false},
                             {"peerID", ""}}));
  EXPECT_EQ(models[1]["aliases"], json{"bee"});
  EXPECT_EQ(event(stream, "uiConfig")["activity"]["session_id"].size(), 2u);
  EXPECT_EQ(event(stream, "profileChanged"), (json{{"active", nullptr}}));
  const json requests = event(stream, "inflight");
  EXPECT_EQ(requests["operation"], "snapshot");
  EXPECT_EQ(requests["requests"][0]["id"], std::to_string(entry.id()));
  EXPECT_EQ(requests["requests"][0]["req_path"], "/x");
}

TEST(LlamaSwapEvents, TellWhatChanges) {
  Bench bench;
  Stream stream(bench, "/api/events");
  for (int i = 0; i < 4; ++i) stream.next();
  bench.hub.proxy().write("more\n");
  EXPECT_EQ(event(stream, "logData")["data"], "more\n");
  bench.call("POST", "/api/models/a/load");
  EXPECT_EQ(event(stream, "modelStatus")[0]["state"], "ready");
  {
    http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
    EXPECT_EQ(event(stream, "inflight")["request"]["model"], "a");
  }
  EXPECT_EQ(event(stream, "inflight")["operation"], "remove");
  bench.events.append({"activity", "{\"id\":17}"});
  EXPECT_EQ(event(stream, "activity")["id"], 17);
}

TEST(LlamaSwapEvents, WhatIsNotShownThereWakesNobody) {
  Bench bench;
  const auto captured = bench.start("GET", "/api/events");
  ASSERT_TRUE(bench.turn_until([&] { return captured->source != nullptr; }));
  int wakes = 0;
  captured->source->start([&wakes] { ++wakes; });
  std::string out;
  while (captured->source->pull(out) == Pull::kData) {
  }
  bench.events.feed().publish({{"gpus", "", "1"}});
  EXPECT_EQ(wakes, 0);
  bench.events.append({"activity", "{\"id\":17}"});
  EXPECT_TRUE(bench.turn_until([&] { return wakes == 1; }));
}

TEST(LlamaSwapEvents, WhoComesBackGetsNoOldNews) {
  Bench bench;
  { Stream(bench, "/api/events").now(); }
  bench.call("POST", "/api/models/a/load");
  bench.events.append({"activity", "{\"id\":17}"});
  Stream stream(bench, "/api/events");
  EXPECT_EQ(event(stream, "modelStatus")[0]["state"], "ready");
  event(stream, "uiConfig");
  event(stream, "profileChanged");
  EXPECT_EQ(event(stream, "inflight"), (json{{"operation", "snapshot"}}));
  EXPECT_EQ(stream.now(), nullptr);
}

TEST(LlamaSwapEvents, OneRenderingIsForAll) {
  Bench bench;
  Stream first(bench, "/api/events"), second(bench, "/api/events"), page(bench, "/api/events/v2");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(first.next(), second.next());
  page.now();
  http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  const json told = event(first, "inflight");
  EXPECT_EQ(told["operation"], "upsert");
  bench.turn_until([] { return false; }, std::chrono::milliseconds(20));
  EXPECT_EQ(event(second, "inflight"), told) << "with the same elapsed_ms";
  EXPECT_EQ(page.next()["inflight"].size(), 1u);
}

TEST(LlamaSwapEvents, HeadersAreThereByTheirFirstValue) {
  http::InFlight::Picture one;
  one.id = 3;
  one.headers = {
      {"authorization", "[REDACTED]"}, {"X-session-ID", "7"}, {"x-Session-id", "8"}, {"X", "\xff"}};
  const json request = json::parse(llama_swap_request(one));
  EXPECT_EQ(request["req_headers"],
            (json{{"Authorization", "[REDACTED]"}, {"X-Session-Id", "7"}, {"X", "\xef\xbf\xbd"}}));
  EXPECT_EQ(request["resp_headers"], json::object());
  EXPECT_EQ(request["id"], "3");
}

// What a look finds, as `id phase bytes`, `-id`.
std::string told(const RequestWatch::Difference& difference) {
  std::string out;
  for (const RequestWatch::Seen* one : difference.changed)
    out += std::to_string(one->request.id) + " " + one->phase + " " +
           std::to_string(one->request.flow.bytes) + ";";
  for (const std::uint64_t id : difference.ended) out += "-" + std::to_string(id) + ";";
  return out;
}

TEST(RequestWatch, TellsBytesOnceASecondAndAllElseAtOnce) {
  Bench bench;
  RequestWatch watch;
  TimePoint now = steady_now();
  const auto look = [&](int ms) {
    now += std::chrono::milliseconds(ms);
    return told(watch.look(bench.in_flight, bench.router(), now));
  };
  EXPECT_EQ(look(0), "");
  {
    http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
    const std::string id = std::to_string(entry.id());
    EXPECT_EQ(look(100), id + " waiting 0;");
    EXPECT_EQ(look(100), "");
    entry.answering(true);
    EXPECT_EQ(look(100), id + " answering 0;");
    entry.passed_on(10);
    EXPECT_EQ(look(100), "");
    http::InFlight::Entry other(bench.in_flight.table(1), {"a", "POST", "/x", "::1"});
    const std::string second = std::to_string(other.id());
    EXPECT_EQ(look(100), second + " waiting 0;") << "and what is owed is not forgotten by that";
    EXPECT_EQ(look(100), "");
    EXPECT_EQ(look(900), id + " answering 10;") << "though nothing more flows";
    EXPECT_EQ(look(300), "");
  }
  EXPECT_EQ(look(0), "-1;-2;");
  EXPECT_EQ(look(300), "");
}

TEST(RequestWatch, WhatARequestWaitsForFollowsItsModel) {
  Bench bench;
  bench.script.becomes_ready = false;
  RequestWatch watch;
  const http::InFlight::Entry entry(bench.in_flight.table(0), {"a", "POST", "/x", "::1"});
  EXPECT_EQ(told(watch.look(bench.in_flight, bench.router(), steady_now())), "1 waiting 0;");
  bench.start("POST", "/api/models/a/load");
  EXPECT_EQ(told(watch.look(bench.in_flight, bench.router(), steady_now())), "1 loading 0;");
}

TEST(RequestWatch, SeesTheOldestOnly) {
  Bench bench;
  RequestWatch watch;
  std::vector<std::unique_ptr<http::InFlight::Entry>> entries;
  const auto add = [&] {
    entries.push_back(std::make_unique<http::InFlight::Entry>(
        bench.in_flight.table(0), http::InFlight::Facts{"a", "POST", "/x", "::1"}));
  };
  for (std::size_t i = 0; i <= EventFeed::kMostRequests; ++i) add();
  const auto look = [&] { return watch.look(bench.in_flight, bench.router(), steady_now()); };
  EXPECT_EQ(look().changed.size(), EventFeed::kMostRequests);
  const std::uint64_t first = entries.front()->id(), last = entries.back()->id();
  entries.erase(entries.begin());
  const RequestWatch::Difference difference = look();
  EXPECT_EQ(difference.ended, std::vector<std::uint64_t>{first});
  ASSERT_EQ(difference.changed.size(), 1u);
  EXPECT_EQ(difference.changed[0]->request.id, last);
}

TEST(EventParts, CardsAreToldWhenTheyDiffer) {
  EventParts parts("1");
  vram::Snapshot snapshot;
  parts.see_cards(snapshot);
  EXPECT_EQ(parts.take().size(), 1u);
  snapshot.cards.resize(1);
  snapshot.cards[0].device.name = "A";
  parts.see_cards(snapshot);
  const std::vector<feed::Part> told = parts.take();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].section, "gpus");
  EXPECT_EQ(json::parse(*told[0].text)["gpus"][0]["name"], "A");
  parts.see_cards(snapshot);
  EXPECT_EQ(parts.take().size(), 1u);
}

TEST(LlamaSwapEvents, LogsAreForAdmins) {
  Bench bench;
  bench.caller.roles = {false, true, false};
  bench.hub.proxy().write("secret\n");
  Stream stream(bench, "/api/events");
  event(stream, "modelStatus");
}

}  // namespace
}  // namespace paddock::api
