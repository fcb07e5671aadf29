// timeouts.* of a model against a scripted upstream, told by the tick's clock.
#include <gtest/gtest.h>

#include <array>

#include "exchange.h"
#include "heads.h"
#include "loopback.h"
#include "worker.h"

namespace paddock::http {
namespace {

using namespace std::chrono_literals;

router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

struct ExchangeLimits : testing::Test {
  // What the model's server is sent shows up here.
  bool connected() {
    return test::run_until(worker.context(), [&] {
      if (far) return true;
      error_code error;
      acceptor.non_blocking(true, error);
      Socket socket(worker.context());
      acceptor.accept(socket, error);
      if (!error) far.emplace(socket.release());
      return far.has_value();
    });
  }
  bool until_sent(const std::string& text) {
    return connected() &&
           test::run_until(worker.context(), [&] { return far->received().find(text) != std::string::npos; });
  }
  void start(const config::Timeouts& timeouts) {
    exchange.emplace(
        worker, *link, upstream, [] {}, [] {}, timeouts);
    result = test::begin(worker.context(), exchange->run(request, false));
  }
  ExchangeResult finish() {
    EXPECT_TRUE(test::run_until(worker.context(), [&] { return test::is_ready(result); }));
    return result.get();
  }

  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
  asio::basic_socket_acceptor<tcp, Executor> acceptor{worker.context(),
                                                      tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::shared_ptr<router::Upstream> upstream =
      std::make_shared<router::Upstream>(ModelId("m"), Generation{1}, "127.0.0.1",
                                         acceptor.local_endpoint().port(), "localhost", "", UniqueFd());
  test::Pair client = test::connect_pair(worker.context());
  std::shared_ptr<ClientLink> link =
      std::make_shared<ClientLink>(std::move(client.near), std::weak_ptr<void>(), 1024);
  std::unique_ptr<RequestHeadReader> head = test::request("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  KeyRing keys;
  const Remote remote{"::1", "::1"};
  ExchangeRequest request{head->head(), keys, "/x", remote, router::Use::kLook, true, {}, 0};
  std::optional<test::FarEnd> far;
  std::optional<Exchange> exchange;
  std::future<ExchangeResult> result;
};

TEST_F(ExchangeLimits, TheFirstByteMayComeAfterTwentyMinutes) {
  start(config::Timeouts());
  ASSERT_TRUE(until_sent("\r\n\r\n"));
  for (const Duration later : {Duration(20min), Duration(24h)}) {
    exchange->check(steady_now() + later);
    EXPECT_FALSE(link->check(steady_now() + later));
  }
  worker.context().poll();
  ASSERT_FALSE(test::is_ready(result));
  ASSERT_TRUE(far->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  EXPECT_EQ(finish().end, ExchangeResult::End::kDone);
  EXPECT_NE(client.far.received().find("\r\n\r\nhi"), std::string::npos);
}

TEST_F(ExchangeLimits, ResponseHeaderIsObeyed) {
  config::Timeouts timeouts;
  timeouts.response_header = 5s;
  start(timeouts);
  ASSERT_TRUE(until_sent("\r\n\r\n"));
  exchange->check(steady_now() + 4s);
  worker.context().poll();
  ASSERT_FALSE(test::is_ready(result));
  exchange->check(steady_now() + 6s);
  const ExchangeResult late = finish();
  EXPECT_EQ(late.end, ExchangeResult::End::kNoAnswer);
  EXPECT_EQ(late.error().status, 504);
  EXPECT_EQ(late.error().code, "upstream_timeout");
  EXPECT_NE(late.error().message.find("within 5 s (timeouts.responseHeader)"), std::string::npos);
  EXPECT_EQ(client.far.received(), "");
  EXPECT_TRUE(test::run_until(worker.context(), [&] { return far->ended(); })) << "which stops its work";
}

TEST_F(ExchangeLimits, OnceItAnswersResponseHeaderIsOver) {
  config::Timeouts timeouts;
  timeouts.response_header = 5s;
  start(timeouts);
  ASSERT_TRUE(until_sent("\r\n\r\n"));
  ASSERT_TRUE(far->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh"));
  ASSERT_TRUE(test::run_until(worker.context(),
                              [&] { return client.far.received().find("\r\n\r\nh") != std::string::npos; }));
  exchange->check(steady_now() + 1h);
  ASSERT_TRUE(far->send("i"));
  EXPECT_EQ(finish().end, ExchangeResult::End::kDone);
}

TEST_F(ExchangeLimits, AnIdleConnectionLivesAsLongAsIdleConnSays) {
  const std::string answer = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=60\r\nContent-Length: 2\r\n\r\nhi";
  config::Timeouts timeouts;
  timeouts.idle_connection = 5s;
  start(timeouts);
  ASSERT_TRUE(until_sent("\r\n\r\n"));
  ASSERT_TRUE(far->send(answer));
  EXPECT_EQ(finish().end, ExchangeResult::End::kDone);
  worker.pool().prune(steady_now() + 4s);
  EXPECT_FALSE(far->ended());
  worker.pool().prune(steady_now() + 5s + 1ms);
  EXPECT_TRUE(test::run_until(worker.context(), [&] { return far->ended(); }));
}

// A client that asks before it sends its body, where that is passed on as it comes.
struct ExpectContinue : ExchangeLimits {
  ExpectContinue() { ask("Expect: 100-continue\r\n"); }

  void ask(const std::string& more) {
    asking = test::request("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n" + more + "\r\n");
    passing.emplace(ExchangeRequest{asking->head(), keys, "/x", remote, router::Use::kLook, false, {}, 0});
  }
  void start(std::chrono::seconds limit = 5s) {
    config::Timeouts timeouts;
    timeouts.expect_continue = limit;
    exchange.emplace(
        worker, *link, upstream, [] {}, [] {}, timeouts);
    result = test::begin(worker.context(), exchange->run(*passing, false));
    ASSERT_TRUE(until_sent("\r\n\r\n"));
    // It would be on its way by now.
    test::settle(worker.context());
  }
  bool until_asked() {
    return test::run_until(worker.context(), [&] { return client.far.received() == kContinue; });
  }
  void body_goes_on() {
    ASSERT_TRUE(client.far.send("abc"));
    ASSERT_TRUE(until_sent("\r\n\r\nabc"));
    ASSERT_TRUE(far->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    EXPECT_EQ(finish().end, ExchangeResult::End::kDone);
  }

  const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::unique_ptr<RequestHeadReader> asking;
  std::optional<ExchangeRequest> passing;
};

TEST_F(ExpectContinue, TheUpstreamIsAskedFirst) {
  start();
  EXPECT_NE(far->received().find("\r\nExpect: 100-continue\r\n"), std::string::npos) << far->received();
  EXPECT_EQ(client.far.received(), "");
  ASSERT_TRUE(far->send(kContinue));
  EXPECT_TRUE(until_asked());
  body_goes_on();
}

TEST_F(ExpectContinue, OneThatDoesNotKnowTheWordIsSentTheBodyAllTheSame) {
  start();
  exchange->check(steady_now() + 4s);
  test::settle(worker.context());
  EXPECT_EQ(client.far.received(), "");
  exchange->check(steady_now() + 5s);
  EXPECT_TRUE(until_asked());
  body_goes_on();
}

TEST_F(ExpectContinue, ARefusalSparesTheBody) {
  start();
  ASSERT_TRUE(far->send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"));
  const ExchangeResult refused = finish();
  EXPECT_EQ(refused.end, ExchangeResult::End::kDone);
  EXPECT_TRUE(refused.client_body_left);
  EXPECT_EQ(client.far.received().rfind("HTTP/1.1 413", 0), 0u) << client.far.received();
}

TEST_F(ExpectContinue, WithoutALimitNobodyIsAsked) {
  start(0s);
  EXPECT_EQ(far->received().find("Expect"), std::string::npos) << far->received();
  EXPECT_TRUE(until_asked());
  body_goes_on();
}

TEST_F(ExpectContinue, WhoDoesNotAskIsNotHeldBack) {
  ask("");
  start();
  EXPECT_EQ(far->received().find("Expect"), std::string::npos) << far->received();
  body_goes_on();
}

TEST_F(ExpectContinue, AnUpstreamThatGoesIsSaid) {
  start();
  far->close();
  EXPECT_EQ(finish().end, ExchangeResult::End::kNoAnswer);
}

}  // namespace
}  // namespace paddock::http
