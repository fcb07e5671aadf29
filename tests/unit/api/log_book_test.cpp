#include "bench.h"
#include "log_query.h"

namespace paddock::api {
namespace {

using nlohmann::json;
using Pull = http::ByteSource::Pull;

void fill(logs::Hub& hub) {
  logs::LaunchLog a(hub, ModelId("a"), {7}), b(hub, ModelId("b"), {8});
  a.write("loading\nload_tensors: offloaded 2/2 layers to GPU\nCUDA error: \xff\n");
  b.write("Hello WORLD\n");
}

// What a session would send; `wakes` counts.
std::string drain(http::ByteSource& source, const int& wakes) {
  std::string out;
  for (;;) {
    const int before = wakes;
    const Pull pull = source.pull(out);
    if (pull == Pull::kEnd || (pull == Pull::kWait && wakes == before)) return out;
  }
}

json page(Bench& bench, const std::string& query) {
  int wakes = 0;
  const auto captured = bench.start("GET", "/api/logs?" + query);
  if (!captured->source) {
    ADD_FAILURE() << query << ": " << captured->answer->body;
    return {};
  }
  captured->source->start([&] { ++wakes; });
  return json::parse(drain(*captured->source, wakes));
}

std::vector<std::string> texts(Bench& bench, const std::string& query) {
  std::vector<std::string> out;
  const json found = page(bench, query);
  for (const json& line : found["lines"]) out.push_back(line["text"]);
  return out;
}

using Texts = std::vector<std::string>;

TEST(LogBook, ShowsAllOfALine) {
  Bench bench;
  fill(bench.hub);
  const json found = page(bench, "tag=gpu&level=error");
  ASSERT_EQ(found["lines"].size(), 1u);
  json line = found["lines"][0];
  EXPECT_TRUE(line["time"].get<std::string>().ends_with("Z"));
  line.erase("time");
  EXPECT_EQ(line, json::parse(R"({"id": 3, "model": "a", "launch": 7, "source": "upstream", "level": "error",
      "tags": ["gpu", "error"], "text": "CUDA error: \ufffd"})"));
  EXPECT_EQ(found["before"], json());
  EXPECT_EQ(found["after"], 4);
  EXPECT_EQ(found["more"], false);
  bench.hub.write_own("own");
  const json own = page(bench, "source=proxy")["lines"][0];
  EXPECT_EQ(own["model"], json());
  EXPECT_EQ(own["launch"], json());
}

TEST(LogBook, Filters) {
  Bench bench;
  fill(bench.hub);
  EXPECT_EQ(texts(bench, "q=world"), Texts{"Hello WORLD"});
  EXPECT_EQ(texts(bench, "re=%5ELO.*ing%24"), Texts());
  EXPECT_EQ(texts(bench, "re=%5Elo.*ing%24"), Texts{"loading"});
  EXPECT_EQ(texts(bench, "model=bee"), Texts{"Hello WORLD"}) << "an alias";
  EXPECT_EQ(texts(bench, "model=a&not=LOAD").size(), 1u);
  EXPECT_EQ(texts(bench, "tag=fit,http"), Texts{"load_tensors: offloaded 2/2 layers to GPU"});
  EXPECT_EQ(texts(bench, "launch=8"), Texts{"Hello WORLD"});
  EXPECT_EQ(texts(bench, "since=2001-01-01T00:00:00%2B09:20&until=9999-12-31T23:59:59Z").size(), 4u);
  EXPECT_EQ(texts(bench, "until=0000-01-01T00:00:00-23:59"), Texts());
  EXPECT_EQ(texts(bench, "after=9007199254740991"), Texts());
  EXPECT_EQ(texts(bench, "limit=1&before=4").size(), 1u);
}

TEST(LogBook, ContextIsMarked) {
  Bench bench;
  fill(bench.hub);
  const json found = page(bench, "q=offloaded&context=1");
  ASSERT_EQ(found["lines"].size(), 3u);
  EXPECT_EQ(found["lines"][0]["context"], true);
  EXPECT_FALSE(found["lines"][1].contains("context"));
}

TEST(LogBook, RefusesWhatTheDocumentForbids) {
  Bench bench;
  for (const char* query : {"limit=0",
                            "limit=1001",
                            "limit=",
                            "limit=x",
                            "context=51",
                            "before=-1",
                            "after=9007199254740992",
                            "launch=1e3",
                            "level=",
                            "level=INFO",
                            "source=all",
                            "tag=",
                            "tag=gpu,",
                            "tag=gpu,x",
                            "since=",
                            "since=1",
                            "until=1.01e+306",
                            "since=2026-01-31",
                            "since=2026-13-01T00:00:00Z",
                            "re=(",
                            "re=%5B"}) {
    EXPECT_EQ(bench.error("GET", std::string("/api/logs?") + query), "400 invalid_request") << query;
    EXPECT_EQ(bench.error("GET", std::string("/api/logs/stream?") + query), "400 invalid_request") << query;
  }
  EXPECT_EQ(bench.error("GET", "/api/logs?q=" + std::string(501, 'x')), "400 invalid_request");
  EXPECT_EQ(bench.error("GET", "/api/logs?model=nope"), "404 model_not_found");
  std::string umlauts;
  for (int i = 0; i < 500; ++i) umlauts += "%C3%BC";
  EXPECT_EQ(texts(bench, "q=" + umlauts), Texts()) << "characters count, not bytes";
}

TEST(LogTime, TakesEveryYearAndOffset) {
  const auto seconds = [](std::string_view text) {
    const auto time = log_time(text);
    return time ? time->time_since_epoch().count() / 1000.0 : -1;
  };
  EXPECT_EQ(seconds("1970-01-01T00:00:01Z"), 1);
  EXPECT_EQ(seconds("1970-01-01T09:20:01.5+09:20"), 1.5);
  EXPECT_EQ(seconds("1970-01-01T09:20:01 09:20"), 1) << "a plus that was not escaped";
  EXPECT_EQ(seconds("1969-12-31T23:00:01.123456789-01:00"), 1.123);
  EXPECT_EQ(seconds("2026-02-31T00:00:00Z"), seconds("2026-03-03T00:00:00Z"));
  EXPECT_LT(seconds("0000-01-01T00:00:00+23:59"), seconds("0000-01-01T00:00:00-23:59"));
  EXPECT_GT(seconds("9999-12-31T23:59:59.999999999-23:59"), 2.5e11);
  for (const char* wrong :
       {"", "now", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00z", "1970-01-01 00:00:00Z",
        "1970-00-01T00:00:00Z", "1970-01-32T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z",
        "+970-01-01T00:00:00Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+0100",
        "1970-01-01T00:00:00ZZ", "1970-1-01T00:00:00Z"})
    EXPECT_FALSE(log_time(wrong)) << wrong;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// Kinds of lines that a slow worker would be busy with: many, and long ones that become longer as JSON.
void fill_for_long(logs::Hub& hub) {
  logs::LaunchLog log(hub, ModelId("a"));
  for (int i = 0; i < 1000; ++i) log.write("line\n");
  for (int i = 0; i < 50; ++i) log.write(std::string(8 << 10, '"') + "\n");
}

// All that a source says, while nobody waits for long at any of its pulls.
std::string drain_in_turns(http::ByteSource& source) {
  int wakes = 0;
  source.start([&] { ++wakes; });
  std::string all;
  for (;;) {
    std::string out;
    const int before = wakes;
    const Pull pull = source.pull(out);
    EXPECT_LE(count(out, "\"id\":"), 64u);
    EXPECT_LE(out.size(), 64u << 10);
    all += out;
    if (pull == Pull::kEnd || (pull == Pull::kWait && wakes == before)) return all;
  }
}

TEST(LogBook, APageBecomesTextAFewLinesAtATime) {
  Bench bench;
  fill_for_long(bench.hub);
  const json found = json::parse(drain_in_turns(*bench.start("GET", "/api/logs?limit=1000")->source));
  ASSERT_EQ(found["lines"].size(), 1000u);
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(found["lines"][i]["id"], 51 + i);
  EXPECT_EQ(found["before"], 51);
  const json none = json::parse(drain_in_turns(*bench.start("GET", "/api/logs?q=nowhere")->source));
  EXPECT_EQ(none, json::parse(R"({"lines": [], "before": null, "after": 1050, "more": false})"));
}

struct Followed {
  Followed(Bench& bench, const std::string& query, http::Headers headers = {})
      : captured(bench.start("GET", "/api/logs/stream?" + query, std::move(headers))) {
    captured->source->start([this] { ++wakes; });
  }
  std::string read() { return drain(*captured->source, wakes); }

  int wakes = 0;
  std::shared_ptr<Captured> captured;
};

TEST(LogBookStream, SendsWhatComesAndResumes) {
  Bench bench;
  fill(bench.hub);
  Followed live(bench, "q=o");
  EXPECT_EQ(live.captured->answer->content_type, "text/event-stream");
  EXPECT_EQ(live.read(), "");
  logs::LaunchLog log(bench.hub, ModelId("a"), {7});
  log.write("one\nthree\n");
  EXPECT_EQ(live.wakes, 1);
  const std::string event = live.read();
  EXPECT_TRUE(event.starts_with("id: 5\ndata: {\"id\":5,")) << event;
  EXPECT_TRUE(event.ends_with("\"text\":\"one\"}\n\n")) << event;
  EXPECT_EQ(live.captured->source->keep_alive(), "id: 6\n: alive\n\n");
  Followed again(bench, "after=3", {{"Last-Event-ID", "5"}});
  const std::string missed = again.read();
  EXPECT_TRUE(missed.starts_with("id: 6\n")) << "the header counts before the query: " << missed;
  EXPECT_TRUE(Followed(bench, "after=4").read().starts_with("id: 5\n"));
  EXPECT_TRUE(Followed(bench, "after=0").read().starts_with("id: 1\n"));
  EXPECT_EQ(Followed(bench, "after=9007199254740991").read(), "");
}

TEST(LogBookStream, SaysWhatWasLost) {
  Bench bench;
  bench.hub.book().set_tail_bytes(64 << 10);
  logs::LaunchLog log(bench.hub, ModelId("a"));
  log.write("first\n");
  Followed slow(bench, "after=1");
  Followed another(bench, "after=1&model=b");
  for (int i = 0; i < 3000; ++i) log.write(std::string(100, 'x') + "\n");
  EXPECT_TRUE(slow.read().starts_with("event: lost\ndata: {\"through\":"));
  EXPECT_EQ(another.read(), "") << "not of b";
}

TEST(LogBookStream, AFewLinesAtATime) {
  Bench bench;
  fill_for_long(bench.hub);
  const std::string all = drain_in_turns(*bench.start("GET", "/api/logs/stream?after=0")->source);
  EXPECT_EQ(count(all, "\"id\":"), 1050u);
  EXPECT_EQ(drain_in_turns(*bench.start("GET", "/api/logs/stream?after=0&q=nowhere")->source), "");
}

}  // namespace
}  // namespace paddock::api
