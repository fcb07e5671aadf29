#include "forward_head.h"

#include <gtest/gtest.h>

#include "heads.h"

namespace paddock::http {
namespace {

router::Upstream upstream(const std::string& base_path = "") {
  return {ModelId("m"), Generation{1}, "127.0.0.1", 5800, "localhost", base_path, UniqueFd()};
}

const KeyRing kKeys({{"secret"}});
const Remote kClient{"10.0.0.9", "10.0.0.9"};
// The connection of a trusted proxy.
const Remote kProxy{"10.0.0.9", "1.2.3.4", true};

// Without the request's id, which is another each time.
std::string build(const ForwardRequest& request) {
  std::string head = build_request_head(request);
  const std::size_t at = head.find("X-Request-Id: ");
  EXPECT_NE(at, std::string::npos) << head;
  return head.erase(at, head.find('\n', at) + 1 - at);
}

// The head that goes on for a request with no body.
std::string forward(const std::string& text, const std::string& base_path = "",
                    const Remote& remote = kClient) {
  const auto reader = test::request(text);
  const router::Upstream to = upstream(base_path);
  return build({reader->head(), reader->head().target(), remote, to, kKeys, false, {}});
}

std::string get(const std::string& lines, const Remote& remote = kClient) {
  return forward("GET /x HTTP/1.1\r\nHost: a:1\r\n" + lines + "\r\n", "", remote);
}

const std::string kStart = "GET /x HTTP/1.1\r\nHost: a:1\r\n";
// What every request gets, and what one for `host` does.
const std::string kSender = "X-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: http\r\n";
std::string from(const std::string& host) { return kSender + "X-Forwarded-Host: " + host + "\r\n"; }
const std::string kFrom = from("a:1");

TEST(ForwardRequest, EndToEndFieldsGoOnAsTheyAre) {
  EXPECT_EQ(get("User-Agent: ua/1 \r\nx-ODD: a,  b\r\nx-odd: c\r\nAuthorization: Bearer k\r\n"),
            kStart + "User-Agent: ua/1\r\nx-ODD: a,  b\r\nx-odd: c\r\nAuthorization: Bearer k\r\n" + kFrom +
                "\r\n");
}

TEST(ForwardRequest, OurKeyStaysHere) {
  EXPECT_EQ(get("Authorization: Bearer secret\r\nx-api-key: theirs\r\n"),
            kStart + "x-api-key: theirs\r\n" + kFrom + "\r\n");
  EXPECT_EQ(get("Authorization: Bearer theirs\r\nX-Api-Key: secret\r\n"),
            kStart + "Authorization: Bearer theirs\r\n" + kFrom + "\r\n");
}

TEST(ForwardRequest, HopByHopFieldsStay) {
  EXPECT_EQ(get("Connection: close\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n"
                "Upgrade: websocket\r\nTE: gzip\r\n"),
            kStart + kFrom + "\r\n");
}

TEST(ForwardRequest, NamesInConnectionStay) {
  EXPECT_EQ(get("Connection: x-one,X-Two ,, keep-alive\r\nX-One: 1\r\nX-TWO: 2\r\nX-Three: 3\r\n"),
            kStart + "X-Three: 3\r\n" + kFrom + "\r\n");
  EXPECT_EQ(get("X-One: 1\r\nConnection: close\r\nConnection: x-one\r\nX-Two: 2\r\n"),
            kStart + "X-Two: 2\r\n" + kFrom + "\r\n");
}

TEST(ForwardRequest, WhatAClientSaysOfItselfStays) {
  EXPECT_EQ(get("X-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 5.6.7.8\r\nForwarded: for=1.2.3.4\r\n"
                "x-forwarded-proto: https\r\nX-FORWARDED-HOST: evil\r\n"),
            kStart + kFrom + "\r\n");
}

TEST(ForwardRequest, WhatATrustedProxySaysGoesOn) {
  EXPECT_EQ(get("X-Real-IP: 1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                "X-Forwarded-Host: ai.example\r\n",
                kProxy),
            kStart + "X-Real-IP: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: ai.example\r\n" +
                "X-Forwarded-For: 1.2.3.4, 10.0.0.9\r\n\r\n");
  EXPECT_EQ(get("x-forwarded-for: a\r\nX-A: b\r\nX-FORWARDED-FOR: c, d\r\n", kProxy),
            kStart + "X-A: b\r\nX-Forwarded-For: a, c, d, 10.0.0.9\r\nX-Forwarded-Proto: http\r\n" +
                "X-Forwarded-Host: a:1\r\n\r\n");
}

TEST(ForwardRequest, TlsIsTold) {
  Remote secure = kClient;
  secure.secure = true;
  EXPECT_EQ(get("", secure), kStart + "X-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: https\r\n" +
                                 "X-Forwarded-Host: a:1\r\n\r\n");
}

TEST(ForwardRequest, TrailersMayBeAskedFor) {
  EXPECT_EQ(get("TE: Trailers\r\nConnection: TE\r\n"), kStart + kFrom + "TE: trailers\r\n\r\n");
  EXPECT_EQ(get("TE: gzip, trailers;q=0.5\r\n"), kStart + kFrom + "TE: trailers\r\n\r\n");
}

TEST(ForwardRequest, ExpectIsOurs) { EXPECT_EQ(get("Expect: 100-continue\r\n"), kStart + kFrom + "\r\n"); }

std::string request_with_id(const std::string& lines) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a:1\r\n" + lines + "\r\n");
  const router::Upstream to = upstream();
  return build_request_head({reader->head(), "/x", kClient, to, kKeys, false, {}});
}

TEST(ForwardRequest, TheRequestsIdGoesOnOnce) {
  EXPECT_EQ(request_with_id("x-request-id: mine-1\r\n"), kStart + kFrom + "X-Request-Id: mine-1\r\n\r\n");
  const std::string ours = request_with_id("X-Request-Id: one\r\nX-Request-Id: two\r\n");
  EXPECT_EQ(ours.find("one"), std::string::npos);
  EXPECT_EQ(ours.find("two"), std::string::npos);
  EXPECT_EQ(ours.size(), (kStart + kFrom + "X-Request-Id: \r\n\r\n").size() + 32);
}

TEST(ForwardRequest, ProxyCredentialsStay) {
  EXPECT_EQ(get("Proxy-Authorization: Basic eDp5\r\n"), kStart + kFrom + "\r\n");
}

TEST(ForwardRequest, TheBasePathGoesFirst) {
  const std::string head = forward("GET /v1/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "/base");
  EXPECT_EQ(head.substr(0, head.find('\r')), "GET /base/v1/x?y HTTP/1.1");
}

TEST(ForwardRequest, TheTargetMayBeAnother) {
  const auto reader = test::request("GET /upstream/m/x HTTP/1.1\r\nHost: a\r\n\r\n");
  const router::Upstream to = upstream();
  EXPECT_EQ(build({reader->head(), "/x", {"::1", "::1"}, to, kKeys, false, {}}),
            "GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ::1\r\nX-Forwarded-Proto: http\r\n"
            "X-Forwarded-Host: a\r\n\r\n");
}

TEST(ForwardRequest, OldClientsGetAHost) {
  EXPECT_EQ(forward("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "GET /x HTTP/1.1\r\nHost: localhost:5800\r\n" + kSender + "\r\n");
  EXPECT_EQ(forward("GET /x HTTP/1.0\r\nHost: a:1\r\n\r\n"), kStart + kFrom + "\r\n");
}

TEST(ForwardRequest, FramingIsWrittenAnew) {
  const auto reader = test::request("POST /x HTTP/1.1\r\nHost: a:1\r\nContent-Length: 7\r\n\r\n");
  const router::Upstream to = upstream();
  const std::string start = "POST /x HTTP/1.1\r\nHost: a:1\r\n" + kFrom;
  const auto framed = [&](bool chunked, std::optional<std::uint64_t> length) {
    return build({reader->head(), "/x", kClient, to, kKeys, chunked, length});
  };
  EXPECT_EQ(framed(false, 9), start + "Content-Length: 9\r\n\r\n");
  EXPECT_EQ(framed(false, 0), start + "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(framed(true, {}), start + "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(framed(false, {}), start + "\r\n");
}

TEST(ForwardRequest, ConnectionCannotNameTheFramingAway) {
  const auto reader =
      test::request("POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 7\r\n\r\n");
  const router::Upstream to = upstream();
  EXPECT_EQ(build({reader->head(), "/", kClient, to, kKeys, false, 7}),
            "POST / HTTP/1.1\r\nHost: a\r\n" + from("a") + "Content-Length: 7\r\n\r\n");
}

TEST(ForwardRequest, ConnectionCannotNameTheHostAway) {
  EXPECT_EQ(get("Connection: host\r\n"), kStart + kFrom + "\r\n");
}

struct Answer {
  std::string text;
  ClientFraming framing = ClientFraming::kAsIs;
  bool to_http10 = false;
  bool close = false;
  bool to_head = false;
};

std::string answer(const Answer& answer) {
  const auto reader = test::response(answer.text, answer.to_head);
  return build_response_head({reader->head(), answer.framing, answer.to_http10, answer.close, {}});
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

TEST(ForwardResponse, EndToEndFieldsGoOnAsTheyAre) {
  EXPECT_EQ(answer({kOk + "Server: s\r\nX-a: b\r\nContent-Length: 5\r\nx-A: c\r\n\r\n"}),
            kOk + "Server: s\r\nX-a: b\r\nx-A: c\r\nContent-Length: 5\r\n\r\n");
}

TEST(ForwardResponse, WhoMayReadItIsOursToSay) {
  const auto reader = test::response(
      kOk +
      "Access-Control-Allow-Origin: *\r\nA: b\r\naccess-control-expose-headers: x\r\nVary: Accept\r\n"
      "Access-Control: kept\r\nContent-Length: 0\r\n\r\n");
  const std::string rest = "A: b\r\nVary: Accept\r\nAccess-Control: kept\r\n";
  EXPECT_EQ(build_response_head({reader->head(), ClientFraming::kAsIs}),
            kOk + rest + "Content-Length: 0\r\n\r\n");
  Remote remote;
  remote.allow_origin = "http://page:3000";
  EXPECT_EQ(build_response_head(
                {reader->head(), ClientFraming::kAsIs, false, false, {}, nullptr, cors_lines(remote)}),
            kOk + rest + "Access-Control-Allow-Origin: http://page:3000\r\nVary: Origin\r\n" +
                "Content-Length: 0\r\n\r\n");
}

TEST(ForwardResponse, HopByHopFieldsStay) {
  EXPECT_EQ(answer({kOk + "Connection: close, X-Own\r\nKeep-Alive: timeout=5\r\nX-Own: 1\r\nUpgrade: h2c\r\n"
                          "Content-Length: 5\r\n\r\n"}),
            kOk + "Content-Length: 5\r\n\r\n");
}

TEST(ForwardResponse, TheRequestsIdTakesTheUpstreamsPlace) {
  const auto reader = test::response(kOk + "X-Request-Id: theirs\r\nA: b\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(build_response_head({reader->head(), ClientFraming::kAsIs, false, false, "ours"}),
            kOk + "A: b\r\nX-Request-Id: ours\r\nContent-Length: 5\r\n\r\n");
}

TEST(ForwardResponse, TheStatusLineKeepsItsReason) {
  EXPECT_EQ(answer({"HTTP/1.0 299 Nearly Fine\r\nContent-Length: 0\r\n\r\n"}),
            "HTTP/1.1 299 Nearly Fine\r\nContent-Length: 0\r\n\r\n");
}

TEST(ForwardResponse, ChunksGoOn) {
  const std::string text = kOk + "Transfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n";
  EXPECT_EQ(answer({text}), kOk + "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ForwardResponse, OldClientsGetBareBytes) {
  EXPECT_EQ(answer({kOk + "Transfer-Encoding: chunked\r\n\r\n", ClientFraming::kUntilClose, true, true}),
            kOk + "Connection: close\r\n\r\n");
  EXPECT_EQ(answer({kOk + "Content-Length: 5\r\n\r\n", ClientFraming::kAsIs, true, true}),
            kOk + "Content-Length: 5\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer({kOk + "A: b\r\n\r\n", ClientFraming::kUntilClose, true, true}),
            kOk + "A: b\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer({kOk + "Transfer-Encoding: chunked\r\n\r\n", ClientFraming::kAsIs, true, true, true}),
            kOk + "Connection: close\r\n\r\n");
}

TEST(ForwardResponse, BodiesThatEndWithTheConnectionGetChunks) {
  EXPECT_EQ(answer({kOk + "Connection: close\r\n\r\n", ClientFraming::kChunked}),
            kOk + "Transfer-Encoding: chunked\r\n\r\n");
}

TEST(ForwardResponse, HeadAnd304SayWhatAGetWouldHaveHad) {
  EXPECT_EQ(answer({kOk + "Content-Length: 5\r\n\r\n", ClientFraming::kAsIs, false, false, true}),
            kOk + "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(answer({kOk + "Transfer-Encoding: chunked\r\n\r\n", ClientFraming::kAsIs, false, false, true}),
            kOk + "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(answer({"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\n"}),
            "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\n");
}

TEST(ForwardResponse, NoContentHasNoFraming) {
  EXPECT_EQ(answer({"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"}),
            "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(answer({"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"}),
            "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(ForwardResponse, EventStreamsAreNotToBeBuffered) {
  EXPECT_EQ(
      answer({kOk + "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"}),
      kOk +
          "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
          "X-Accel-Buffering: no\r\n\r\n");
  EXPECT_EQ(answer({kOk + "Content-Type: text/event-stream\r\nx-accel-buffering: yes\r\n"
                          "Content-Length: 5\r\n\r\n"}),
            kOk + "Content-Type: text/event-stream\r\nx-accel-buffering: yes\r\nContent-Length: 5\r\n\r\n");
}

TEST(ForwardResponse, AFilteredAnswerSaysNothingOfTheirBody) {
  const auto reader = test::response(
      "HTTP/1.1 500 Oh\r\nServer: s\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"
      "Content-Encoding: identity\r\nETag: x\r\nLast-Modified: y\r\nAccept-Ranges: bytes\r\n\r\n");
  const AnswerStart start{404, "application/x-ndjson"};
  EXPECT_EQ(build_response_head({reader->head(), ClientFraming::kChunked, false, false, {}, &start}),
            "HTTP/1.1 404 Not Found\r\nServer: s\r\nContent-Type: application/x-ndjson\r\n"
            "Transfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\n\r\n");
  EXPECT_EQ(build_response_head({reader->head(), ClientFraming::kUntilClose, true, true, {}, &start}),
            "HTTP/1.1 404 Not Found\r\nServer: s\r\nContent-Type: application/x-ndjson\r\n"
            "X-Accel-Buffering: no\r\nConnection: close\r\n\r\n");
}

TEST(ForwardRequest, AnAnswerThatIsReadHereIsNotCoded) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a:1\r\nAccept-Encoding: gzip\r\nA: b\r\n\r\n");
  const router::Upstream to = upstream();
  const auto head = [&](bool identity) {
    return build({reader->head(), reader->head().target(), kClient, to, kKeys, false, {}, identity});
  };
  EXPECT_EQ(head(true), kStart + "A: b\r\n" + kFrom + "\r\n");
  EXPECT_EQ(head(false), kStart + "Accept-Encoding: gzip\r\nA: b\r\n" + kFrom + "\r\n");
}

TEST(ForwardResponse, InterimHeads) {
  const auto reader = test::response("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(build_interim_head(reader->head()), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

}  // namespace
}  // namespace paddock::http
