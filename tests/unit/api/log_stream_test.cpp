#include "bench.h"

namespace paddock::api {
namespace {

using Pull = http::ByteSource::Pull;

std::string header(const http::Reply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

// Everything that is there now.
std::string drain(http::ByteSource& source) {
  std::string out;
  while (source.pull(out) == Pull::kData) {
  }
  return out;
}

TEST(LogHistory, IsTheCombinedLog) {
  Bench bench;
  bench.hub.write_own("own line");
  logs::LaunchLog(bench.hub, ModelId("a")).write("model line\n");
  const http::Reply reply = bench.call("GET", "/logs");
  EXPECT_TRUE(reply.content_type.starts_with("text/plain"));
  EXPECT_NE(reply.body.find("own line\n"), std::string::npos);
  EXPECT_NE(reply.body.find("[a] model line\n"), std::string::npos);
}

TEST(LogStream, HistoryFirstThenLive) {
  Bench bench;
  bench.hub.model(ModelId("org/m"))->write("before\n");
  int wakes = 0;
  const auto stream = bench.start("GET", "/logs/stream/org/m");
  ASSERT_TRUE(stream->source);
  stream->source->start([&] { ++wakes; });
  EXPECT_EQ(drain(*stream->source), "before\n");
  EXPECT_EQ(wakes, 0);
  bench.hub.model(ModelId("org/m"))->write("after\n");
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(drain(*stream->source), "after\n");
}

TEST(LogStream, NoHistoryWhenAsked) {
  Bench bench;
  bench.hub.model(ModelId("b"))->write("before\n");
  const auto stream = bench.start("GET", "/logs/stream/bee?no-history");
  ASSERT_TRUE(stream->source);
  stream->source->start([] {});
  EXPECT_EQ(drain(*stream->source), "");
  bench.hub.model(ModelId("b"))->write("after\n");
  EXPECT_EQ(drain(*stream->source), "after\n");
}

TEST(LogStream, SharedChannels) {
  Bench bench;
  bench.hub.proxy().write("p\n");
  bench.hub.upstream().write("u\n");
  bench.hub.combined().write("c\n");
  const auto content = [&](const char* path) {
    const auto stream = bench.start("GET", path);
    stream->source->start([] {});
    return drain(*stream->source);
  };
  EXPECT_EQ(content("/logs/stream/proxy").substr(0, 2), "p\n");
  EXPECT_EQ(content("/logs/stream/upstream"), "u\n");
  EXPECT_EQ(content("/logs/stream"), content("/logs/stream/"));
  EXPECT_NE(content("/logs/stream").find("c\n"), std::string::npos);
}

TEST(LogStream, HeadersKeepProxiesFromBuffering) {
  Bench bench;
  const http::Reply head = bench.call("GET", "/logs/stream");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.content_type.starts_with("text/plain"));
  EXPECT_EQ(header(head, "X-Accel-Buffering"), "no");
  EXPECT_EQ(header(head, "X-Content-Type-Options"), "nosniff");
}

TEST(LogStream, SlowReadersAreToldWhatTheyLost) {
  Bench bench;
  const auto stream = bench.start("GET", "/logs/stream/a");
  stream->source->start([] {});
  bench.hub.model(ModelId("a"))->write(std::string(bench.hub.options().model_bytes + 10, 'x'));
  std::string out;
  ASSERT_EQ(stream->source->pull(out), Pull::kData);
  EXPECT_EQ(out.find("\n--- 10 bytes lost ---\n"), 0u);
}

TEST(LogStream, UnknownModel) {
  Bench bench;
  EXPECT_EQ(bench.error("GET", "/logs/stream/nope"), "404 model_not_found");
}

TEST(LogStream, EndsQuietlyWhenNeverStarted) {
  Bench bench;
  bench.start("GET", "/logs/stream/a")->source.reset();
}

}  // namespace
}  // namespace paddock::api
