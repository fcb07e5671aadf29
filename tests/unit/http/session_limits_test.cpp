// How long a client may be silent, told by the tick's clock: in a head and a body not for long, between
// requests a while, and while it waits for its answer as long as the answer takes.
#include <gtest/gtest.h>

#include <array>

#include "loopback.h"
#include "paddock/router/router.h"
#include "session.h"

namespace paddock::http {
namespace {

using namespace std::chrono_literals;

// Nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

struct SessionLimits : testing::Test {
  SessionLimits() {
    RouteTable routes;
    Route route;
    route.method = "*";
    route.path = "/slow";
    route.role = Role::kOpen;
    route.handler = [this](const Request&, Responder responder) { waiting.emplace(std::move(responder)); };
    routes.add(route);
    shared.reset(new Shared{ServerOptions(), {}, std::move(routes), no_router(), {}, [] {}});
    worker = std::make_unique<Worker>(*shared, in_flight.table(0));
    pair = std::make_unique<test::Pair>(test::connect_pair(worker->context()));
    session = std::make_shared<Session>(*worker, std::move(pair->near));
    session->begin();
  }
  ~SessionLimits() override { session->cut(), worker->context().poll(); }

  // Sends, and lets the session take it.
  void send(std::string_view text) {
    ASSERT_TRUE(pair->far.send(text));
    settle();
  }
  // Until nothing happens any more.
  void settle() {
    worker->context().restart();
    while (worker->context().run_one_for(5ms) > 0) {
    }
  }
  // The tick at this time from now.
  void tick(Duration later) {
    session->tick(worker->now() + later);
    settle();
  }
  bool open() { return !pair->far.ended(); }

  InFlight in_flight{1};
  std::unique_ptr<Shared> shared;
  std::unique_ptr<Worker> worker;
  std::unique_ptr<test::Pair> pair;
  std::shared_ptr<Session> session;
  std::optional<Responder> waiting;
};

TEST_F(SessionLimits, AHeadMustEndInTime) {
  send("GET /slow HTTP/1.1\r\n");
  tick(29s);
  EXPECT_TRUE(open());
  send("Host: localhost\r\nX: y");
  tick(29s);
  EXPECT_TRUE(open());
  // Not from the last byte on: one byte at a time is no way to keep it.
  tick(31s);
  EXPECT_FALSE(open());
  EXPECT_EQ(pair->far.received(), "");
}

TEST_F(SessionLimits, AnIdleConnectionIsKeptForAWhile) {
  settle();
  tick(74s);
  EXPECT_TRUE(open());
  tick(76s);
  EXPECT_FALSE(open());
}

TEST_F(SessionLimits, ABodyMustGoOn) {
  for (const char* framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
    SCOPED_TRACE(framing);
    pair = std::make_unique<test::Pair>(test::connect_pair(worker->context()));
    session = std::make_shared<Session>(*worker, std::move(pair->near));
    session->begin();
    send(std::string("POST /slow HTTP/1.1\r\nHost: localhost\r\n") + framing + "\r\n\r\n");
    tick(59s);
    EXPECT_TRUE(open());
    send("1");
    tick(59s);
    EXPECT_TRUE(open());
    tick(61s);
    EXPECT_FALSE(open());
    EXPECT_FALSE(waiting) << "nobody has seen it";
  }
}

TEST_F(SessionLimits, AnAnswerMayTakeAsLongAsItTakes) {
  send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(test::run_until(worker->context(), [&] { return waiting.has_value(); }));
  tick(20min);
  tick(24h);
  EXPECT_TRUE(open());
  Reply reply;
  reply.body = "late";
  waiting->reply(reply);
  EXPECT_TRUE(test::run_until(
      worker->context(), [&] { return pair->far.received().find("\r\n\r\nlate") != std::string::npos; }));
}

// One that has an end and asks to be pulled again, until it is told to say its word; or one that only waits.
class Worked final : public ByteSource {
 public:
  Worked(const bool& done, bool asks, int& pulls) : done_(done), asks_(asks), pulls_(pulls) {}
  void start(std::function<void()> wake) override { wake_ = std::move(wake); }
  Pull pull(std::string& out) override {
    ++pulls_;
    if (said_) return Pull::kEnd;
    if (done_) {
      said_ = true;
      out = "[1]";
      return Pull::kData;
    }
    if (asks_) wake_();
    return Pull::kWait;
  }

 private:
  const bool& done_;
  const bool asks_;
  int& pulls_;
  bool said_ = false;
  std::function<void()> wake_;
};

TEST_F(SessionLimits, ADrainLetsAnAnswerAtWorkComeToItsEnd) {
  bool done = false;
  int pulls = 0;
  send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(test::run_until(worker->context(), [&] { return waiting.has_value(); }));
  waiting->stream({}, std::make_unique<Worked>(done, true, pulls));
  const auto received = [&](const char* text) {
    return [this, text] { return pair->far.received().find(text) != std::string::npos; };
  };
  ASSERT_TRUE(test::run_until(worker->context(), received("\r\n\r\n")));
  worker->drain();
  pulls = 0;
  ASSERT_TRUE(test::run_until(worker->context(), [&] { return pulls > 10; }));
  EXPECT_TRUE(open());
  done = true;
  EXPECT_TRUE(test::run_until(worker->context(), received("\r\n\r\n3\r\n[1]\r\n0\r\n\r\n")));
}

TEST_F(SessionLimits, ADrainEndsWhatWaitsForMore) {
  const bool never = false;
  int pulls = 0;
  send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(test::run_until(worker->context(), [&] { return waiting.has_value(); }));
  waiting->stream({}, std::make_unique<Worked>(never, false, pulls));
  test::settle(worker->context());
  EXPECT_TRUE(open());
  worker->drain();
  EXPECT_TRUE(test::run_until(worker->context(), [&] { return pair->far.ended(); }));
  EXPECT_TRUE(pair->far.received().ends_with("\r\n\r\n0\r\n\r\n"));
}

TEST_F(SessionLimits, ARefusalIsTheOnlyAnswerAndTheEnd) {
  send(
      "GET /slow HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\nGET /slow HTTP/1.1\r\nHost: "
      "localhost\r\n\r\n");
  ASSERT_TRUE(test::run_until(worker->context(), [&] { return pair->far.ended(); }));
  const std::string& text = pair->far.received();
  EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(text.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_NE(text.find("\r\nX-Request-Id: "), std::string::npos);
  EXPECT_FALSE(waiting);
}

}  // namespace
}  // namespace paddock::http
