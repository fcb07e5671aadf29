// What a model's server gets is what the client sent: the bytes of path, query, headers, chunks, trailers and
// multipart bodies, but for the headers that belong to the connection. And it may take its time.
#include "tests/integration/raw/open.h"
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

// The bytes that arrive for these, up to `end`; answered, so that the connection is free again.
std::string arrived(const TestDaemon& daemon, RawListener& listener, const std::string& request,
                    const std::string& end) {
  RawClient client(daemon.port());
  client.send(request);
  RawClient upstream = listener.accept();
  const std::string bytes = upstream.read_until(end);
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(read_response(client).status(), 200);
  return bytes;
}

const std::string kId = "X-Request-Id: r\r\n";

// Where our own headers are is our business: they are taken out, each once, to see the rest.
std::string without(std::string bytes, const std::string& name) {
  const auto at = bytes.find("\r\n" + name + ": ");
  EXPECT_NE(at, std::string::npos) << name << " in " << bytes;
  if (at != std::string::npos) bytes.erase(at, bytes.find("\r\n", at + 2) - at);
  EXPECT_EQ(bytes.find("\r\n" + name + ": "), std::string::npos);
  return bytes;
}

TEST(RawEcho, TargetAndHeaders) {
  RawListener listener;
  TestDaemon daemon(config_with({{"a", "", listener.model_lines()}}, kNames));
  open(daemon, listener);
  const std::string target = "/x%2Fy//./%zz;p=1?q=%20+%2B&&=?/upstream/a/#\"<>\\^`{|}";
  const std::string lines =
      "Host: t:1\r\nx-odd:\tv  w\r\nX-ODD: v\r\nX-Empty:\r\nCookie: a=b; c=\"d\"\r\nAccept-Encoding: "
      "br\r\nX-8: \xe9\r\n";
  std::string kept = lines;
  kept.replace(kept.find(":\tv"), 3, ": v");
  kept.replace(kept.find("Empty:"), 6, "Empty: ");
  std::string bytes = arrived(daemon, listener,
                              "GET /upstream/a" + target + " HTTP/1.1\r\n" + lines +
                                  "Connection: x-gone\r\nX-Gone: 1\r\n" + kId + "\r\n",
                              "\r\n\r\n");
  for (const char* ours : {"X-Request-Id", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"}) {
    bytes = without(bytes, ours);
  }
  EXPECT_EQ(bytes, "GET " + target + " HTTP/1.1\r\n" + kept + "\r\n");
}

TEST(RawEcho, ChunksAndTrailers) {
  RawListener listener;
  TestDaemon daemon(config_with({{"a", "", listener.model_lines()}}, kNames));
  open(daemon, listener);
  const std::string whole =
      std::string("3;x=\"y;z\"\r\n\0\r\n\r\n", 16) + "05 \r\nhello\r\n0;y\r\nX-Sum: 1\r\nx-sum:2\r\n\r\n";
  const std::string bytes = arrived(
      daemon, listener,
      "POST /upstream/a/x HTTP/1.1\r\nHost: t\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n" +
          whole,
      "x-sum:2\r\n\r\n");
  EXPECT_EQ(bytes.substr(bytes.find("\r\n\r\n") + 4), whole);
  EXPECT_NE(bytes.find("\r\nTrailer: X-Sum\r\n"), std::string::npos);
  EXPECT_NE(bytes.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
}

TEST(RawEcho, MultipartBodies) {
  RawListener listener;
  TestDaemon daemon(config_with({{"a", "", listener.model_lines()}}, kNames));
  open(daemon, listener);
  std::string file;
  for (int i = 0; i < 256; ++i) file.push_back(static_cast<char>(i));
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\xc3\xa9.bin\"\r\n\r\n" + file +
      "\r\n--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--b--\r\n";
  const std::string type = "multipart/form-data; boundary=\"b\"";
  const std::string bytes = arrived(
      daemon, listener, make_request("POST", "/upstream/a/x", body, {{"Content-Type", type}}), "--b--\r\n");
  EXPECT_EQ(bytes.substr(bytes.find("\r\n\r\n") + 4), body);
  EXPECT_NE(bytes.find("\r\nContent-Type: " + type + "\r\n"), std::string::npos);
}

TEST(RawEcho, AServerThatIsLateIsToldOf) {
  RawListener listener;
  const std::string lines = listener.model_lines() + "\ntimeouts: {responseHeader: 1}";
  TestDaemon daemon(config_with({{"a", "", lines}}, kNames));
  open(daemon, listener);
  RawClient client(daemon.port());
  client.send(chat_request("a"));
  RawClient upstream = listener.accept();
  upstream.read_until("\r\n\r\n");
  const Response late = read_response(client);
  EXPECT_EQ(late.status(), 504);
  EXPECT_EQ(late.error_code(), "upstream_timeout");
  EXPECT_EQ(late.head.header("x-should-retry"), "false");
  EXPECT_NE(upstream.wait_end(), End::kTimeout) << "which stops its work";
}

}  // namespace
}  // namespace paddock::test
