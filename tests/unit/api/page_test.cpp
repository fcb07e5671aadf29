#include <algorithm>

#include "bench.h"
#include "page_reply.h"

namespace paddock::api {
namespace {

const page::File kScript{"assets/a-1.js", "text/javascript", "cafe", true, "plain plain", "gzip gz", "brotl"};
const page::File kIndex{"index.html", "text/html", "beef", false, "<html>"};

http::Reply ask(const page::File& file, http::Headers headers) {
  http::Request request;
  request.headers = std::move(headers);
  return page_reply(file, request);
}

std::string header(const http::Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(PageReply, IsCodedAndKeptForEver) {
  const http::Reply reply = ask(kScript, {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "brotl");
  EXPECT_EQ(reply.content_type, "text/javascript");
  EXPECT_EQ(header(reply, "Content-Encoding"), "br");
  EXPECT_EQ(header(reply, "ETag"), "\"cafe-br\"");
  EXPECT_EQ(header(reply, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(reply, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(PageReply, OfThePageItselfIsAskedForAgain) {
  const http::Reply reply = ask(kIndex, {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(reply.body, "<html>");
  EXPECT_EQ(header(reply, "Content-Encoding"), "");
  EXPECT_EQ(header(reply, "Cache-Control"), "no-cache");
}

TEST(PageReply, LetsNoForeignScriptRun) {
  const std::string policy = header(ask(kIndex, {}), "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none';")) << policy;
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find(" media-src blob:;"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(header(ask(kIndex, {}), "X-Content-Type-Options"), "nosniff");
}

TEST(PageReply, IsEmptyForWhoHasThisVeryForm) {
  for (const char* tags : {"\"cafe-br\"", "W/\"cafe-br\"", "\"x\", \"cafe-br\"", "*"}) {
    const http::Reply reply = ask(kScript, {{"accept-encoding", "br"}, {"if-none-match", tags}});
    EXPECT_EQ(reply.status, 304) << tags;
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(header(reply, "ETag"), "\"cafe-br\"");
  }
  EXPECT_EQ(ask(kScript, {{"if-none-match", "\"cafe-br\""}}).status, 200);
  EXPECT_EQ(ask(kScript, {{"accept-encoding", "br"}, {"if-none-match", "cafe-br, \"cafe\""}}).status, 200);
}

TEST(Page, LivesBelowUiAndTheFrontPageLeadsThere) {
  if (page::built_in().empty()) GTEST_SKIP() << "built without the page";
  Bench bench;
  EXPECT_EQ(bench.call("GET", "/ui/").body, page::find(page::built_in(), "")->plain);
  EXPECT_EQ(bench.call("GET", "/ui/nothing").status, 404);
  EXPECT_EQ(bench.call("GET", "/ui/../api/models").status, 404);
  for (const char* path : {"/", "/ui"}) {
    const http::Reply reply = bench.call("GET", path);
    EXPECT_EQ(reply.status, 302) << path;
    EXPECT_EQ(header(reply, "Location"), "ui/") << path;
  }
}

TEST(Page, IsWhereBrowsersAreSentThatAskForTheLog) {
  if (page::built_in().empty()) GTEST_SKIP() << "built without the page";
  Bench bench;
  const http::Reply reply = bench.call("GET", "/logs", {{"Accept", "text/html,*/*;q=0.8"}});
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(header(reply, "Location"), "ui/");
  EXPECT_EQ(bench.call("GET", "/logs", {{"Accept", "*/*"}}).status, 200);
}

}  // namespace
}  // namespace paddock::api
